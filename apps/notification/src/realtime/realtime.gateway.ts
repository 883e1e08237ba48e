import { DomainError } from '@app/common';
import {
  Ack,
  ConnectedSocket,
  MessageBody,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { AnswersService } from './answers.service';
import { BOUNDS } from './bounds';
import { DoorService } from './door.service';
import { readSubscribe, readToken, readUnsubscribe } from './requests';
import { SessionsService } from './sessions.service';
import { acknowledge, isRequest, On, refused, type PushServer, type PushSocket, type Reply } from './sockets';
import { SubscriptionsService } from './subscriptions.service';

/** Rooms: the larger part of the socket's API, and the door to all of it. */
@WebSocketGateway()
export class RealtimeGateway implements OnGatewayInit, OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    private readonly door: DoorService,
    private readonly sessions: SessionsService,
    private readonly subscriptions: SubscriptionsService,
    private readonly answers: AnswersService,
  ) {}

  afterInit(server: PushServer): void {
    server.use((socket, next) => void this.admit(socket, next));
  }

  handleConnection(socket: PushSocket): void {
    this.sessions.open(socket);
    socket.use(([event, ...args], next) => {
      if (this.lets(socket, event, acknowledge(args.at(-1)))) next();
    });
  }

  handleDisconnect(socket: PushSocket): void {
    this.sessions.forget(socket);
  }

  @On('subscribe')
  subscribe(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) =>
      this.subscriptions.subscribe(session, readSubscribe(body), reply),
    );
  }

  @On('unsubscribe')
  unsubscribe(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) =>
      this.subscriptions.unsubscribe(session, readUnsubscribe(body), reply),
    );
  }

  /** A fresh token of the same user, so that the connection outlives the one it was made with. */
  @On('authenticate')
  authenticate(
    @ConnectedSocket() socket: PushSocket,
    @MessageBody() body: unknown,
    @Ack() ack: unknown,
  ): Promise<void> {
    return this.answers.answer(socket, ack, async (session, reply) => {
      const caller = await this.door.identify(readToken(body));
      if (caller.kind !== session.caller.kind || caller.id !== session.caller.id)
        throw new DomainError('forbidden', 'The token belongs to someone else.');
      session.caller = caller;
      reply({ ok: true });
    });
  }

  private async admit(socket: PushSocket, next: (error?: Error) => void): Promise<void> {
    next(await this.door.admit(socket));
  }

  /** Every message passes here, also those that are no request of the contract. */
  private lets(socket: PushSocket, event: string, reply: Reply): boolean {
    const session = this.sessions.of(socket);
    if (!session) return false;
    if (!session.messages.take(Date.now())) {
      // Once: what is in the pipe still comes.
      if (++session.ignored === BOUNDS.messages.ignored) this.sessions.endFlood(session);
      reply(refused(new DomainError('rate-limited', 'Too many messages.', { retryAfter: 1 })));
      return false;
    }
    if (isRequest(event)) return true;
    reply(refused(new DomainError('not-found', 'There is no such request.')));
    return false;
  }
}
