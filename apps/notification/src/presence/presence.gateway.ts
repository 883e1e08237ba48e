import { Ack, ConnectedSocket, MessageBody, WebSocketGateway } from '@nestjs/websockets';
import { AnswersService } from '../realtime/answers.service';
import { readAnnounce } from '../realtime/requests';
import { On, type PushSocket } from '../realtime/sockets';
import { PresenceService } from './presence.service';

/** Who is in a room, and what they do there. */
@WebSocketGateway()
export class PresenceGateway {
  constructor(
    private readonly answers: AnswersService,
    private readonly presence: PresenceService,
  ) {}

  @On('presence')
  announce(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) => {
      const { place, activity } = readAnnounce(body);
      // A subscription of the room that is still under way comes first.
      return session.inTurn(place.room, async () => {
        if (!session.closed) this.presence.announce(session, place, activity, reply);
      });
    });
  }
}
