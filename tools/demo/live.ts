import type {
  ClientToServerEvents,
  Cursor,
  LedgerEvent,
  ServerToClientEvents,
  Subscribed,
  Refused,
} from '@app/contracts';
import { io, type Socket } from 'socket.io-client';

const RETRY_MS = 300;

/** What one subscription to everything has seen: each event once and in order, or `faults` says where not. */
export class LiveFeed {
  /** The place from which the subscription began; undefined until it did. */
  from: Cursor | undefined;
  received = 0;
  latest: LedgerEvent | undefined;
  readonly faults: string[] = [];
  private cursor: Cursor | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;
  private waiters: { position: number; wake: () => void }[] = [];
  /** For what else is to be heard on the same connection. */
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;

  /** `token` is asked for at each connection, so that one made later than the first has a token that is still good. */
  constructor(
    private readonly url: string,
    token: () => string,
    private readonly onEvent: (event: LedgerEvent) => void = () => undefined,
  ) {
    this.socket = io(url, {
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: 200,
      reconnectionDelayMax: 1_000,
      auth: (give) => give({ token: token() }),
    });
    this.socket.on('events', ({ events }) => events.forEach((event) => this.take(event)));
    this.socket.on('lagged', ({ position }) => {
      if (this.cursor) this.cursor = { ...this.cursor, position };
      this.subscribe(() => undefined);
    });
    // The socket was told to go, for example because the token ended: with a fresh one it may come again.
    this.socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') this.later(() => this.socket.connect());
    });
  }

  get position(): number {
    return this.cursor?.position ?? 0;
  }

  /** Resolves with the first subscription; the ones after a lost connection go on where it was. */
  async start(timeoutMs = 15_000): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no subscription within the time')), timeoutMs);
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      this.socket.on('connect', () => this.subscribe(settle));
      this.socket.on('connect_error', (error) => {
        // Refused by the server, and then the client does not try again by itself.
        if (this.socket.active) return;
        if (this.from) this.later(() => this.socket.connect());
        else settle(error);
      });
      this.socket.connect();
    }).catch((error: unknown) => {
      this.stop();
      throw new Error(`the socket of ${this.url} could not be subscribed to`, { cause: error });
    });
  }

  /** True once everything up to `position` has arrived. */
  waitFor(position: number, ms: number): Promise<boolean> {
    const reached = (): boolean => this.position >= position;
    if (reached()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiters = this.waiters.filter((waiter) => waiter !== entry);
        resolve(reached());
      };
      const entry = { position, wake: finish };
      const timer = setTimeout(finish, ms);
      this.waiters.push(entry);
    });
  }

  /** A token that replaces the one the connection began with. */
  renew(token: string): void {
    if (this.socket.connected) this.socket.emit('authenticate', { token }, () => undefined);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.socket.disconnect();
    this.waiters.splice(0).forEach(({ wake }) => wake());
  }

  private subscribe(done: (error?: Error) => void): void {
    const since = this.cursor;
    this.socket.emit('subscribe', { room: 'items', batch: true, ...(since && { since }) }, (reply) => {
      const refusal = this.begin(reply, since);
      if (refusal && this.from) this.later(() => this.subscribe(done));
      else done(refusal);
    });
  }

  /** A feed that has begun goes on until it is stopped: what refuses it now may be starting again. */
  private later(act: () => void): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (!this.stopped) act();
    }, RETRY_MS);
  }

  private begin(reply: Subscribed | Refused, since?: Cursor): Error | undefined {
    if (!reply.ok) return new Error(`${reply.error.code}: ${reply.error.detail}`);
    const cursor = { epoch: reply.epoch, position: reply.position };
    if (since && (reply.reset || cursor.position !== since.position)) {
      this.faults.push(`resumed after ${cursor.position} instead of ${since.position}`);
    }
    this.from ??= cursor;
    this.cursor = cursor;
    return undefined;
  }

  private take(event: LedgerEvent): void {
    const after = this.position;
    if (event.position !== after + 1) this.faults.push(`after ${after} came ${event.position}`);
    this.received++;
    this.latest = event;
    this.cursor = { epoch: event.epoch, position: event.position };
    this.onEvent(event);
    for (const waiter of this.waiters.filter((entry) => entry.position <= event.position)) waiter.wake();
  }
}
