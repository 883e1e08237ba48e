import { Ack, ConnectedSocket, MessageBody, WebSocketGateway } from '@nestjs/websockets';
import { AnswersService } from '../realtime/answers.service';
import { readUnwatch, readWatch } from '../realtime/requests';
import { On, type PushSocket } from '../realtime/sockets';
import { WatchersService } from './watchers.service';

/** Alerts that a caller asks for: told on all of its sockets. */
@WebSocketGateway()
export class WatchesGateway {
  constructor(
    private readonly answers: AnswersService,
    private readonly watchers: WatchersService,
  ) {}

  @On('watch')
  watch(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) => this.watchers.watch(session, readWatch(body), reply));
  }

  @On('unwatch')
  unwatch(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) =>
      this.watchers.unwatch(session, readUnwatch(body), reply),
    );
  }
}
