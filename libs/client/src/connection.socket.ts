import type { Socket } from 'socket.io-client';
import { backoff } from './backoff';
import { Feed, type Cursor, type Status, type Subscribed } from './feed';
import type { StockEvent } from './item';
import { StockwireProblem, type Problem } from './problem.errors';
import type { Session } from './session';

type Reply<Ok> = Ok | { ok: false; error: Problem };
interface ServerEvents {
  events: (batch: { room: string; events: StockEvent[] }) => void;
  position: (cursor: Cursor) => void;
  lagged: (place: { room: string }) => void;
}
interface ClientEvents {
  subscribe: (
    request: { room: string; since?: Cursor; batch: boolean },
    ack: (reply: Reply<Subscribed>) => void,
  ) => void;
  unsubscribe: (request: { room: string }, ack: () => void) => void;
  authenticate: (request: { token: string }, ack: (reply: Reply<{ ok: true }>) => void) => void;
}
export type StockSocket = Socket<ServerEvents, ClientEvents>;

/** Makes a socket that is not connected yet and asks for its token at each connection. */
export type OpenSocket = (auth: (give: (auth: { token: string }) => void) => void) => StockSocket;

/** What passes by itself: refused now, it is asked for again. */
const PASSING = new Set(['unavailable', 'overloaded', 'rate-limited', 'timeout', 'internal']);

/** The pages of a browser hear of a lost network long before a connection does. */
const page = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;

/** The one socket of a client: there while somebody follows a room, and connected again whenever it can be. */
export class Connection {
  private readonly feeds = new Map<string, Feed>();
  private socket: StockSocket | undefined;
  /** Of the grant that the server knows of. */
  private shown: string | undefined;
  private refusals = 0;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: Session,
    private readonly open: OpenSocket,
  ) {}

  /** The feed of a room, shared by all who follow it. `leave` ends it when nobody is left. */
  feed(room: string): Feed {
    const known = this.feeds.get(room);
    if (known) return known;
    const feed: Feed = new Feed(room, (since, answer) => this.subscribe(feed, since, answer));
    this.feeds.set(room, feed);
    if (!this.socket) this.connect();
    else if (this.socket.connected) queueMicrotask(() => this.feeds.get(room) === feed && feed.resume());
    return feed;
  }

  leave(feed: Feed): void {
    if (feed.subscribers.size > 0 || this.feeds.get(feed.room) !== feed) return;
    this.feeds.delete(feed.room);
    if (this.socket?.connected) this.socket.emit('unsubscribe', { room: feed.room }, () => undefined);
    if (this.feeds.size === 0) this.disconnect();
  }

  close(): void {
    this.tell('closed');
    this.feeds.clear();
    this.disconnect();
  }

  /** After somebody has logged in: what was refused may be there now. */
  retryNow(): void {
    this.refusals = 0;
    if (this.socket && !this.socket.connected) this.socket.connect();
  }

  private connect(): void {
    const socket = this.open((give) => void this.authenticate(give));
    this.socket = socket;
    socket.on('connect', () => this.connected());
    socket.on('disconnect', (reason) => this.lost(reason));
    socket.on('connect_error', (error: Error & { data?: Problem }) => this.turnedAway(error));
    socket.on('events', ({ room, events }) => this.feeds.get(room)?.take(events));
    socket.on('position', (cursor) => this.feeds.forEach((feed) => feed.reached(cursor)));
    socket.on('lagged', ({ room }) => this.feeds.get(room)?.lagged());
    page.addEventListener?.('offline', this.onOffline);
    page.addEventListener?.('online', this.onOnline);
    socket.connect();
  }

  private disconnect(): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.retry);
    clearTimeout(this.renewal);
    page.removeEventListener?.('offline', this.onOffline);
    page.removeEventListener?.('online', this.onOnline);
    socket?.off();
    socket?.disconnect();
  }

  private readonly onOffline = (): void => {
    this.socket?.disconnect();
    this.tell('offline');
  };

  private readonly onOnline = (): void => {
    this.socket?.connect();
  };

  private async authenticate(give: (auth: { token: string }) => void): Promise<void> {
    const attempt = ++this.attempts;
    try {
      const grant = await this.session.grant();
      // A second word on a newer connection would be one too many.
      if (attempt !== this.attempts) return;
      this.shown = grant.generation;
      give({ token: grant.token });
    } catch (error) {
      // Without an answer nothing is said, and the attempt ends by its time; then there is another one.
      if (error instanceof StockwireProblem && error.code !== 'unreachable') this.refuse(error);
    }
  }

  private connected(): void {
    this.refusals = 0;
    this.renewLater();
    this.feeds.forEach((feed) => feed.resume());
  }

  private lost(reason: string): void {
    clearTimeout(this.renewal);
    this.tell('offline');
    // Told to go, for example because the token ended: with a fresh one it may come again.
    if (reason === 'io server disconnect') void this.comeAgain();
  }

  /** Refused by the server itself, Socket.IO does not try again; a network that does not answer is tried by Socket.IO. */
  private turnedAway({ message, data }: Error & { data?: Problem }): void {
    this.tell('offline');
    if (!this.socket || this.socket.active) return;
    const problem = data ? StockwireProblem.of(data) : new StockwireProblem('internal', 0, message);
    if (problem.code === 'unauthenticated') {
      if (this.refusals++ > 0) this.refuse(problem);
      else void this.comeAgain();
    } else this.later(() => this.socket?.connect());
  }

  private async comeAgain(): Promise<void> {
    try {
      // Some other request may have renewed it already.
      const { generation } = await this.session.grant();
      if (generation === this.shown) await this.session.renewed(generation);
      this.socket?.connect();
    } catch (error) {
      if (error instanceof StockwireProblem && error.code !== 'unreachable') this.refuse(error);
      else this.later(() => void this.comeAgain());
    }
  }

  private refuse(problem: StockwireProblem): void {
    this.socket?.disconnect();
    this.tell('refused', problem);
  }

  private later(act: () => void): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(act, backoff(this.refusals++));
  }

  /** The connection outlives the token it began with. */
  private renewLater(): void {
    clearTimeout(this.renewal);
    const ms = this.session.renewIn;
    if (ms === undefined) return;
    this.renewal = setTimeout(() => void this.renew(), ms);
  }

  private async renew(): Promise<void> {
    try {
      const { token, generation } = await this.session.grant();
      if (!this.socket?.connected) return;
      this.shown = generation;
      this.socket.emit('authenticate', { token }, () => this.renewLater());
    } catch {
      // The server ends the connection in its time, and says why when it is made again.
    }
  }

  private subscribe(feed: Feed, since: Cursor | undefined, answer: (reply: Subscribed) => void): boolean {
    const { socket } = this;
    if (!socket?.connected) return false;
    socket.emit('subscribe', { room: feed.room, batch: true, ...(since && { since }) }, (reply) => {
      if (this.feeds.get(feed.room) !== feed || this.socket !== socket) return;
      if (reply.ok) {
        this.refusals = 0;
        answer(reply);
      } else this.notNow(feed, StockwireProblem.of(reply.error));
    });
    return true;
  }

  private notNow(feed: Feed, problem: StockwireProblem): void {
    if (!PASSING.has(problem.code)) {
      feed.lost('refused', problem);
      return;
    }
    feed.lost('offline', problem);
    this.later(() => {
      if (this.socket?.connected) this.feeds.forEach((one) => one.status === 'offline' && one.resume());
    });
  }

  private tell(status: Status, problem?: StockwireProblem): void {
    this.feeds.forEach((feed) => feed.lost(status, problem));
  }
}
