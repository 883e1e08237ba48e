import type { Message, Packet } from '@app/contracts';
import { ClientTCP } from '@nestjs/microservices';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import { fromFault, type Reply } from './fault';
import { QuickSocket } from './quick.socket';
import { resolveAddresses, type Address } from './addresses';
import type { Logger } from './log';

export interface TcpClientOptions {
  /** `host:port` entries; a DNS name counts for all its addresses. */
  addresses: readonly string[];
  token: string;
  log: Logger;
  /** What is called, as errors name it; `inventory` without it. */
  peer?: string;
  /** Calls under way at the same time; one more is refused as `overloaded` at once. */
  maxInFlight: number;
  /** Milliseconds until a call without an answer is given up as `timeout`. */
  deadlineMs?: number;
}

export interface CallOptions {
  requestId: string;
  deadlineMs?: number;
}

const DEADLINE_MS = 5_000;
/** A peer that is away for longer than this is reported as `unavailable`, well within the promised 2 s. */
const AWAY_MS = 1_200;
const RETRY_MS = 50;

/** Nest's client with a promise instead of an observable, and a word on whether a lost request had been sent. */
class Connection extends ClientTCP {
  constructor(
    readonly address: Address,
    private readonly peer: string,
  ) {
    super({ host: address.host, port: address.port, socketClass: QuickSocket });
  }

  request(pattern: string, data: unknown, deadlineMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // Nest calls back while it is still publishing when the socket is gone, so both have to be there before.
      let forget = (): void => undefined;
      const timer = setTimeout(() => {
        forget();
        reject(new DomainError('timeout', `The ${this.peer} did not answer in time; whether it acted is not known.`));
      }, deadlineMs);
      forget = this.publish({ pattern, data }, ({ err, response }) => {
        clearTimeout(timer);
        // Nest forgets a callback only when it is told to: without this every answer would be kept for good.
        forget();
        if (err) reject(err instanceof Error ? err : new Error(String(err)));
        else resolve(response);
      });
    });
  }

  override handleError(): void {
    // The close that follows rejects what was under way, and the caller reports that.
  }
}

/**
 * The typed client of another process: the only place with a deadline, the internal token, the request id and error mapping.
 * It holds to one address while that one answers and goes on to the next when it is lost. A call whose connection breaks is
 * sent again: every command has an operation id, so that it can not take effect twice.
 */
export class TcpClient {
  private connection: Connection | undefined;
  private connecting: Promise<Connection> | undefined;
  private next = 0;
  private closed = false;
  private calls = 0;

  private readonly peer: string;

  constructor(private readonly options: TcpClientOptions) {
    this.peer = options.peer ?? 'inventory';
  }

  /** Calls under way. */
  get inFlight(): number {
    return this.calls;
  }

  /**
   * @throws DomainError as the inventory threw it; `overloaded` beyond the cap, `unavailable` when nothing was sent,
   * `timeout` when the outcome is not known
   */
  async call<Request, Answer>(message: Message<Request, Answer>, body: Request, options: CallOptions): Promise<Answer> {
    if (this.calls >= this.options.maxInFlight) {
      throw new DomainError('overloaded', `Too many calls to the ${this.peer} are under way.`, { retryAfter: 1 });
    }
    this.calls++;
    try {
      return await this.attempt(message, body, options);
    } finally {
      this.calls--;
    }
  }

  private async attempt<Request, Answer>(
    message: Message<Request, Answer>,
    body: Request,
    { requestId, deadlineMs = this.options.deadlineMs ?? DEADLINE_MS }: CallOptions,
  ): Promise<Answer> {
    const packet: Packet<Request> = { token: this.options.token, requestId, body };
    const begun = Date.now();
    let lostAt: number | undefined;
    let sent = false;
    for (;;) {
      try {
        const connection = this.connection ?? (await this.connect(Math.min(AWAY_MS, deadlineMs)));
        lostAt = undefined;
        sent = true;
        const reply = (await connection.request(
          message.pattern,
          packet,
          deadlineMs - (Date.now() - begun),
        )) as Reply<Answer>;
        if ('ok' in reply) return reply.ok;
        throw fromFault(reply.fault);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        if (this.closed)
          throw new DomainError('unavailable', 'This process is stopping.', { retryAfter: 1 }, { cause: error });
        lostAt ??= Date.now();
        const away = Date.now() - lostAt >= AWAY_MS || Date.now() - begun + RETRY_MS >= deadlineMs;
        if (away) throw this.lost(sent, message.name, error);
        await sleep(RETRY_MS);
      }
    }
  }

  private lost(sent: boolean, name: string, cause: unknown): DomainError {
    if (!sent)
      return new DomainError('unavailable', `The ${this.peer} is not reachable.`, { retryAfter: 1 }, { cause });
    const detail = `The connection to the ${this.peer} broke during ${name}; whether it acted is not known. Repeat with the same Idempotency-Key.`;
    return new DomainError('timeout', detail, {}, { cause });
  }

  /** Connects on first use; concurrent callers share one attempt. */
  private connect(timeoutMs: number): Promise<Connection> {
    this.connecting ??= this.open(timeoutMs).finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async open(timeoutMs: number): Promise<Connection> {
    const addresses = await resolveAddresses(this.options.addresses);
    const address = addresses[this.next++ % Math.max(1, addresses.length)];
    if (!address) throw new Error(`no address of the ${this.peer} is known`);
    const connection = new Connection(address, this.peer);
    const opened = connection.connect();
    // Destroyed, not closed: a socket that is still connecting would go on and come to nobody.
    const timer = setTimeout(() => connection.unwrap<Socket>().destroy(new Error('no connection in time')), timeoutMs);
    try {
      await opened;
    } finally {
      clearTimeout(timer);
    }
    connection.on('close', () => {
      if (this.connection === connection) this.connection = undefined;
    });
    // Closed while it was being opened: nobody would ever end it.
    if (this.closed) {
      connection.close();
      throw new Error('the client is closed');
    }
    this.connection = connection;
    this.options.log.debug({ address, peer: this.peer }, 'connected');
    return connection;
  }

  /** Ends the connection; what is under way is rejected. */
  close(): void {
    this.closed = true;
    this.connection?.close();
    this.connection = undefined;
  }
}
