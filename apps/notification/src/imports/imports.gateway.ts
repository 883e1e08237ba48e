import { DomainError, invalid } from '@app/common';
import { includesRole, isId } from '@app/contracts';
import { Ack, ConnectedSocket, MessageBody, WebSocketGateway, type OnGatewayInit } from '@nestjs/websockets';
import { AnswersService } from '../realtime/answers.service';
import type { Session } from '../realtime/session';
import { On, type PushServer, type PushSocket } from '../realtime/sockets';
import { ImportWatch, isOver } from './import-watch.service';

/** Imports that a socket watches at a time. */
const MOST = 20;

/** How far imports are, for those who may import. */
@WebSocketGateway()
export class ImportsGateway implements OnGatewayInit {
  constructor(
    private readonly answers: AnswersService,
    private readonly imports: ImportWatch,
  ) {}

  afterInit(server: PushServer): void {
    const { adapter } = server.of('/');
    this.imports.attach({
      watches: (id) => (adapter.rooms.get(roomOf(id))?.size ?? 0) > 0,
      tell: (progress) => server.to(roomOf(progress.id)).emit('import', progress),
    });
  }

  @On('watchImport')
  watch(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) => {
      const id = readWatchImport(body);
      return session.inTurn(roomOf(id), async () => {
        insistOnManager(session);
        insistOnPlace(socket, id);
        const progress = await this.imports.now(id);
        if (session.closed) return;
        insistOnPlace(socket, id);
        reply({ ok: true, import: progress });
        if (isOver(progress)) return;
        void socket.join(roomOf(id));
        this.imports.follow(id);
      });
    });
  }

  @On('unwatchImport')
  unwatch(@ConnectedSocket() socket: PushSocket, @MessageBody() body: unknown, @Ack() ack: unknown): Promise<void> {
    return this.answers.answer(socket, ack, (session, reply) => {
      const id = readWatchImport(body);
      return session.inTurn(roomOf(id), async () => {
        void socket.leave(roomOf(id));
        reply({ ok: true });
      });
    });
  }
}

const ROOM = 'import|';

/** No room of the contract has such a name. Who disconnects leaves it by itself. */
function roomOf(id: string): string {
  return ROOM + id;
}

/** @throws DomainError `validation` that names the field */
function readWatchImport(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw invalid('request', 'must be an object with id');
  const { id, ...others } = payload as { id?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown.slice(0, 64), 'is not a known field');
  if (!isId(id)) throw invalid('id', 'must be an id of 24 hexadecimal digits');
  return id;
}

/** As on the routes of the imports. A role that changes ends the session, and its sockets with it. */
function insistOnManager({ caller }: Session): void {
  if (!includesRole(caller.role, 'manager')) throw new DomainError('forbidden', 'This needs the role manager.');
}

function insistOnPlace({ rooms }: PushSocket, id: string): void {
  const watched = [...rooms].filter((room) => room.startsWith(ROOM));
  if (watched.length < MOST || watched.includes(roomOf(id))) return;
  throw new DomainError('too-many-watches', `A socket can watch ${MOST} imports; let one go with unwatchImport.`);
}
