import type { Message, Packet } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import { fromFault, type Reply, type Taken } from './fault';
import { resolveAddresses } from './addresses';
import type { Logger } from './log';
import { Line } from './line.client';
import { tracing } from './trace';

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
/** For one address: where it is silent there is time for others. */
const CONNECT_MS = 500;
const RETRY_MS = 50;

/**
 * The typed client of another process: the only place with a deadline, the internal token, the request id and error mapping.
 * Of several inventories any reads; what is for the writer goes straight to the one that replies have named. A call
 * whose connection breaks is sent again: every command has an operation id, so that it can not take effect twice.
 */
export class TcpClient {
  private readonly any: Line;
  /** To the one that writes, when that is not the one at the end of `any`. */
  private writer: { address: string; line: Line } | undefined;
  private closed = false;
  private calls = 0;

  private readonly peer: string;

  constructor(private readonly options: TcpClientOptions) {
    this.peer = options.peer ?? 'inventory';
    this.any = new Line(() => resolveAddresses(options.addresses), options.log, this.peer);
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
      return await this.traced(message, () => this.attempt(message, body, options));
    } finally {
      this.calls--;
    }
  }

  /** Only as a part of something: the polls of the followers would be traces without end. */
  private traced<Answer>({ name }: { name: string }, call: () => Promise<Answer>): Promise<Answer> {
    const trace = tracing();
    if (trace?.here() === undefined) return call();
    return trace.within({ name, kind: 'client', attributes: { 'server.address': this.peer } }, call);
  }

  private async attempt<Request, Answer>(
    message: Message<Request, Answer>,
    body: Request,
    { requestId, deadlineMs: waitMs }: CallOptions,
  ): Promise<Answer> {
    const traceparent = tracing()?.here();
    const more = { ...(waitMs !== undefined && { waitMs }), ...(traceparent && { traceparent }) };
    const packet: Packet<Request> = { token: this.options.token, requestId, body, ...more };
    const deadlineMs = waitMs ?? this.options.deadlineMs ?? DEADLINE_MS;
    const begun = Date.now();
    let lostAt: number | undefined;
    let turnedAwayAt: number | undefined;
    let sent = false;
    for (;;) {
      const line = (message.forWriter && this.writer?.line) || this.any;
      const tried = Date.now();
      let reached = false;
      try {
        const connection = line.connection ?? (await line.connect(Math.min(CONNECT_MS, deadlineMs)));
        reached = true;
        const lostBefore: number | undefined = lostAt;
        lostAt = undefined;
        const sentBefore: boolean = sent;
        sent = true;
        const rest = deadlineMs - (Date.now() - begun);
        const reply = (await connection.request(message.pattern, packet, rest)) as Reply<Answer>;
        if (!('elsewhere' in reply)) return this.taken(reply);
        sent = sentBefore;
        // One that is only starting is away like one that is not there: the time counts from the first of both.
        turnedAwayAt ??= lostBefore ?? Date.now();
        line.leave(connection);
        throw new Error(`the ${this.peer} takes no calls`);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        if (this.closed)
          throw new DomainError('unavailable', 'This process is stopping.', { retryAfter: 1 }, { cause: error });
        this.forgetWriter(line);
        // Waiting for a connection is being away; no longer than that, since it may be this process that stood still.
        lostAt ??= turnedAwayAt ?? (reached ? Date.now() : Math.max(tried, Date.now() - CONNECT_MS));
        const away = Date.now() - lostAt >= AWAY_MS || Date.now() - begun + RETRY_MS >= deadlineMs;
        if (away) throw this.lost(sent, message.name, error);
        await sleep(RETRY_MS);
      }
    }
  }

  private taken<Answer>(reply: Taken<Answer>): Answer {
    if (reply.writer !== undefined) this.learnWriter(reply.writer);
    if ('ok' in reply) return reply.ok;
    throw fromFault(reply.fault);
  }

  private learnWriter(address: string): void {
    if (this.writer?.address === address || this.closed) return;
    const { log } = this.options;
    const before = this.writer;
    this.writer = { address, line: new Line(() => resolveAddresses([address]), log, this.peer) };
    before?.line.retire();
    log.info({ address }, 'another inventory writes: changes go straight to it');
  }

  /** Whoever is asked next names the one that writes then. */
  private forgetWriter(line: Line): void {
    if (this.writer?.line !== line) return;
    this.writer = undefined;
    line.retire();
  }

  private lost(sent: boolean, name: string, cause: unknown): DomainError {
    if (!sent)
      return new DomainError('unavailable', `The ${this.peer} is not reachable.`, { retryAfter: 1 }, { cause });
    const detail = `The connection to the ${this.peer} broke during ${name}; whether it acted is not known. Repeat with the same Idempotency-Key.`;
    return new DomainError('timeout', detail, {}, { cause });
  }

  /** Ends the connections; what is under way is rejected. */
  close(): void {
    this.closed = true;
    this.any.close();
    this.writer?.line.close();
  }
}
