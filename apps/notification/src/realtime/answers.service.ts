import { DomainError, expectedFailure, type Logger } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { BOUNDS } from './bounds';
import type { Session } from './session';
import { SessionsService } from './sessions.service';
import { acknowledge, refused, type PushSocket, type Reply } from './sockets';

/** Answers what sockets ask. By hand: Nest's own answers would come after the first events. */
@Injectable()
export class AnswersService {
  constructor(
    private readonly sessions: SessionsService,
    @InjectLog() private readonly log: Logger,
  ) {}

  /** `act` replies when it is done; what it throws is the answer of a refusal. */
  async answer(
    socket: PushSocket,
    ack: unknown,
    act: (session: Session, reply: Reply) => Promise<void> | void,
  ): Promise<void> {
    const session = this.sessions.of(socket);
    if (!session) return;
    const reply = acknowledge(ack);
    session.requests++;
    try {
      if (session.requests > BOUNDS.requestsPerSocket)
        throw new DomainError('overloaded', 'Too many requests of this socket are under way.', { retryAfter: 1 });
      await act(session, reply);
    } catch (error) {
      const failure = expectedFailure(error);
      if (!failure) this.log.error({ err: error }, 'a request of a socket failed unexpectedly');
      reply(refused(failure ?? new DomainError('internal', 'The request failed.')));
    } finally {
      session.requests--;
    }
  }
}
