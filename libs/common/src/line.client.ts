import { ClientTCP } from '@nestjs/microservices';
import type { Socket } from 'node:net';
import type { Address } from './addresses';
import { DomainError } from './domain.errors';
import type { Logger } from './log';
import { QuickSocket } from './quick.socket';

/** Answered by the transport itself: whether there is still somebody. Below all patterns of messages. */
export const PING = '1';
/** A peer that owes an answer is asked for a sign of life about so often, */
const WATCH_MS = 900;
/** and one that gives none for so long is taken for gone: its machine may be, without a word. */
const SILENCE_MS = 2_500;

/** Nest's client with a promise instead of an observable, which notices when the peer has fallen silent. */
export class Connection extends ClientTCP {
  private pending = 0;
  private heardAt = 0;
  /** It let a request wait until that was given up, and has given no sign of life since. */
  private owes = false;
  private retiring = false;
  private watch: NodeJS.Timeout | undefined;

  constructor(
    readonly address: Address,
    private readonly peer: string,
  ) {
    super({ host: address.host, port: address.port, socketClass: QuickSocket });
  }

  /** @param timeoutMs for the connection to be there @throws Error with the `code` of the socket's error */
  async open(timeoutMs: number): Promise<void> {
    const opened = this.connect();
    let failure: Error | undefined;
    this.on('error', (error: Error) => (failure = error));
    // Destroyed, not closed: a socket that is still connecting would go on and come to nobody.
    const timer = setTimeout(() => this.unwrap<Socket>().destroy(new Error('no connection in time')), timeoutMs);
    try {
      await opened;
    } catch (error) {
      throw failure ?? error;
    } finally {
      clearTimeout(timer);
    }
    this.watch = setInterval(() => this.listen(), WATCH_MS).unref();
    this.on('close', () => clearInterval(this.watch));
  }

  request(pattern: string, data: unknown, deadlineMs: number): Promise<unknown> {
    if (this.pending++ === 0 && !this.owes) this.heardAt = Date.now();
    return new Promise((resolve, reject) => {
      // Nest calls back while it is still publishing when the socket is gone, so both have to be there before.
      let forget = (): void => undefined;
      const timer = setTimeout(() => {
        forget();
        this.owes = true;
        this.answered();
        reject(new DomainError('timeout', `The ${this.peer} did not answer in time; whether it acted is not known.`));
      }, deadlineMs);
      forget = this.publish({ pattern, data }, ({ err, response }) => {
        clearTimeout(timer);
        // Nest forgets a callback only when it is told to: without this every answer would be kept for good.
        forget();
        this.heard();
        this.answered();
        if (err) reject(err instanceof Error ? err : new Error(String(err)));
        else resolve(response);
      });
    });
  }

  /** Closes when what is under way has been answered. */
  retire(): void {
    this.retiring = true;
    if (this.pending === 0) this.close();
  }

  private answered(): void {
    if (--this.pending === 0 && this.retiring) this.close();
  }

  override handleError(): void {
    // The close that follows rejects what was under way, and the caller reports that.
  }

  private listen(): void {
    if (this.pending === 0) return;
    const silence = Date.now() - this.heardAt;
    if (silence > SILENCE_MS) this.unwrap<Socket>().destroy();
    else if (silence > WATCH_MS / 2) this.ping();
  }

  private ping(): void {
    let forget = (): void => undefined;
    forget = this.publish({ pattern: PING, data: '' }, ({ err }) => {
      forget();
      if (!err) this.heard();
    });
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.owes = false;
  }
}

/** One connection among several addresses: holds to one while that one answers, and goes on to the next when it is lost. */
export class Line {
  private held: Connection | undefined;
  private connecting: Promise<Connection> | undefined;
  /** Not all begin at the same one. */
  private next = Math.floor(Math.random() * 1_000);
  private closed = false;

  constructor(
    private readonly addresses: () => Promise<readonly Address[]>,
    private readonly log: Logger,
    /** What is at the other end, as errors name it. */
    private readonly peer: string,
  ) {}

  /** The connection that there is. */
  get connection(): Connection | undefined {
    return this.held;
  }

  /** Connects; concurrent callers share one attempt. @throws Error when nobody is there */
  connect(timeoutMs: number): Promise<Connection> {
    this.connecting ??= this.open(timeoutMs).finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  /** Begins no more calls on a connection; those under way are still answered there. */
  leave(connection: Connection): void {
    if (this.held === connection) this.held = undefined;
    connection.retire();
  }

  /** Ends when what is under way has been answered. */
  retire(): void {
    this.closed = true;
    if (this.held) this.leave(this.held);
  }

  private async open(timeoutMs: number): Promise<Connection> {
    const addresses = await this.addresses();
    const address = addresses[this.next++ % Math.max(1, addresses.length)];
    if (!address) throw new Error(`no address of the ${this.peer} is known`);
    const connection = new Connection(address, this.peer);
    await connection.open(timeoutMs);
    connection.on('close', () => {
      if (this.held === connection) this.held = undefined;
    });
    // Closed while it was being opened: nobody would ever end it.
    if (this.closed) {
      connection.close();
      throw new Error('the client is closed');
    }
    this.held = connection;
    this.log.debug({ address, peer: this.peer }, 'connected');
    return connection;
  }

  /** Ends the connection; what is under way is rejected. */
  close(): void {
    this.closed = true;
    this.held?.close();
    this.held = undefined;
  }
}
