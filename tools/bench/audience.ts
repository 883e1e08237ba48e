import type { ClientToServerEvents, Cursor, ServerToClientEvents } from '@app/contracts';
import { io, type Socket } from 'socket.io-client';

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

export interface Open {
  type: 'open';
  url: string;
  token: string;
  sockets: number;
}

export interface Enter {
  type: 'enter';
  room: string;
  batch: boolean;
  since?: Cursor;
}

/** Answered when so many events have come to all sockets together since `enter`, or the last `expect`. */
export interface Expect {
  type: 'expect';
  events: number;
}

export type ToAudience = Open | Enter | Expect;

/** `ms`: from the `enter` before it. */
export interface FromAudience {
  ms: number;
}

const AT_ONCE = 50;
/** Subscriptions under way; more than these wait for a snapshot for too long on a busy machine, and are refused. */
const ENTERING = 200;

/** Many subscribers of one room in a process of their own, so that what they cost is not the server's. */
class Audience {
  private readonly sockets: Client[] = [];
  private entered = 0;
  private count = 0;
  private waiting: { events: number; done: () => void } | undefined;

  async do(request: ToAudience): Promise<FromAudience> {
    if (request.type === 'open') await this.open(request);
    else if (request.type === 'enter') await this.enter(request);
    else await this.expect(request.events);
    return { ms: performance.now() - this.entered };
  }

  private async open({ url, token, sockets }: Open): Promise<void> {
    for (let opened = 0; opened < sockets; opened += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, sockets - opened) }, () => this.connect(url, token));
      this.sockets.push(...(await Promise.all(some)));
    }
  }

  private connect(url: string, token: string): Promise<Client> {
    const socket: Client = io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
    socket.on('event', () => this.took(1));
    socket.on('events', ({ events }) => this.took(events.length));
    socket.on('disconnect', (reason) => fail(new Error(`a socket of the audience was lost: ${reason}`)));
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('connect_error', reject);
    });
  }

  private async enter({ room, batch, since }: Enter): Promise<void> {
    this.entered = performance.now();
    this.count = 0;
    const request = { room, batch, ...(since && { since }) };
    const subscribe = (socket: Client): Promise<void> =>
      new Promise((resolve, reject) => {
        socket.emit('subscribe', request, (reply) => (reply.ok ? resolve() : reject(new Error(reply.error.detail))));
      });
    for (let entered = 0; entered < this.sockets.length; entered += ENTERING)
      await Promise.all(this.sockets.slice(entered, entered + ENTERING).map(subscribe));
  }

  private expect(events: number): Promise<void> {
    return new Promise((done) => {
      this.waiting = { events, done };
      this.took(0);
    });
  }

  private took(events: number): void {
    this.count += events;
    if (!this.waiting || this.count < this.waiting.events) return;
    if (this.count > this.waiting.events) fail(new Error('an event came more than once'));
    this.count = 0;
    this.waiting.done();
    this.waiting = undefined;
  }
}

function fail(error: Error): void {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}

// Whoever asked is gone, perhaps without a word.
process.once('disconnect', () => process.exit());
const audience = new Audience();
process.on('message', (request: ToAudience) => {
  audience.do(request).then((answer) => process.send?.(answer), fail);
});
