import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, Call, Reply } from '../demo/api';
import type { Attempted } from './evidence';
import type { Order, OrderBook } from './order';
import type { Random } from './random';

/** An acknowledged request with a key, to be repeated: the answer must be the same for ever. */
interface Answered {
  call: Call;
  status: number;
  body: unknown;
}

export interface Counts {
  requests: number;
  /** Answers 503 or 504, and requests without any. */
  failures: number;
  repeats: number;
}

const ATTEMPT_MS = 15_000;
const GIVES_UP_MS = 90_000;
const KEPT_ANSWERS = 2_000;
const PAUSE_MS = { least: 1, most: 25 };

/**
 * Many clients that send orders, each of them one at a time. With a key, they repeat until they know the outcome; without
 * one they can't, and must live with not knowing it.
 */
export class Crowd {
  readonly attempted: Attempted[] = [];
  readonly counts: Counts = { requests: 0, failures: 0, repeats: 0 };
  readonly faults: string[] = [];
  private readonly answers: Answered[] = [];
  private readonly clients: Promise<void>[] = [];
  private stopping = false;
  /** When the request was sent that was acknowledged last, on the clock of `performance`. */
  private acknowledged: (sentAt: number) => void = () => undefined;

  constructor(
    private readonly api: Api,
    private readonly orders: OrderBook,
    private readonly random: Random,
  ) {}

  start(clients: number): void {
    for (let number = 0; number < clients; number++) this.clients.push(this.trade());
  }

  /** Resolves when every client knows the outcome of its last order, or has given up on it. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
  }

  /** Milliseconds from now until a request that is sent from now on is acknowledged; undefined when that takes too long. */
  writingAgain(withinMs: number): Promise<number | undefined> {
    const from = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(undefined), withinMs);
      const finish = (ms: number | undefined): void => {
        clearTimeout(timer);
        this.acknowledged = () => undefined;
        resolve(ms);
      };
      this.acknowledged = (sentAt) => {
        if (sentAt >= from) finish(performance.now() - from);
      };
    });
  }

  /** Sends requests again that were acknowledged at any time before: nothing may happen, the answers must be those of then. */
  async repeatSome(count: number): Promise<void> {
    for (const answered of this.random.shuffled(this.answers).slice(0, count)) await this.repeat(answered);
  }

  /** A known key with another body must be refused. */
  async misuseSome(count: number): Promise<void> {
    const moves = this.answers.filter(({ call }) => call.path.endsWith('/movements'));
    for (const { call } of this.random.shuffled(moves).slice(0, count)) {
      const { status } = await this.insist({ ...call, body: { ...(call.body as object), note: 'another request' } });
      if (status !== 422) this.faults.push(`key: ${call.key} with another body got ${status}`);
    }
  }

  /** Sends one order, and resolves when its outcome is known or given up. */
  async order(): Promise<void> {
    const order = this.orders.next();
    this.attempted.push(...order.operations);
    await this.place(order);
  }

  private async trade(): Promise<void> {
    while (!this.stopping) {
      await this.order();
      if (this.answers.length > 0 && this.random.chance(0.05)) await this.repeat(this.random.pick(this.answers));
      await sleep(this.random.whole(PAUSE_MS.least, PAUSE_MS.most));
    }
  }

  private async place({ call, operations, acknowledge }: Order): Promise<void> {
    const sentAt = performance.now();
    const reply = call.key === undefined ? await this.once(call) : await this.insist(call);
    if (reply.status >= 200 && reply.status < 300) {
      acknowledge(reply.body);
      this.acknowledged(sentAt);
      if (call.key !== undefined) this.keep({ call, status: reply.status, body: reply.body });
      const unknown = operations.some(({ outcome }) => outcome === 'unknown');
      if (unknown && call.key === undefined) this.counts.failures++;
    } else if (reply.status >= 400 && reply.status < 500) {
      if (reply.status !== 409)
        this.faults.push(`answer: ${call.method} ${call.path} got ${reply.status} ${JSON.stringify(reply.body)}`);
      for (const operation of operations) operation.outcome = 'refused';
    }
  }

  /** One attempt; status 0 when there was no answer. */
  private async once(call: Call): Promise<Pick<Reply, 'status' | 'body'> & { headers?: Headers }> {
    this.counts.requests++;
    const reply = await this.api.send(call, ATTEMPT_MS).catch(() => ({ status: 0, body: null }));
    if (reply.status === 0 || reply.status >= 500) this.counts.failures++;
    if (reply.status === 500)
      this.faults.push(`answer: ${call.method} ${call.path} got 500 ${JSON.stringify(reply.body)}`);
    return reply;
  }

  /** As often as it takes to know the outcome. */
  private async insist(call: Call): ReturnType<Crowd['once']> {
    const until = Date.now() + GIVES_UP_MS;
    for (;;) {
      const reply = await this.once(call);
      const known = reply.status >= 200 && reply.status < 500 && reply.status !== 429;
      if (known && !hasUnknownRows(reply.body)) return reply;
      if (Date.now() > until) return { status: 0, body: null };
      await sleep(this.random.whole(50, 250));
    }
  }

  private async repeat({ call, status, body }: Answered): Promise<void> {
    this.counts.repeats++;
    const again = await this.insist(call);
    if (again.status === 0) this.faults.push(`repeat: ${call.key} had no answer within ${GIVES_UP_MS / 1_000} s`);
    else if (again.status !== status || !isDeepStrictEqual(again.body, body))
      this.faults.push(
        `repeat: ${call.key}: first ${status} ${JSON.stringify(body)}, again ${again.status} ${JSON.stringify(again.body)}`,
      );
    // Of a batch each row has a key of its own, so nothing is said about the whole.
    else if (!call.path.endsWith('/batch') && again.headers?.get('idempotency-replayed') !== 'true')
      this.faults.push(`repeat: ${call.key} is not said to be a repeat`);
  }

  /** A sample of all times: once it is full, a newcomer takes the place of a random one. */
  private keep(answered: Answered): void {
    // A refused row of a batch is decided again when it is repeated, so its answer may change.
    if (JSON.stringify(answered.body).includes('"rejected"')) return;
    if (this.answers.length < KEPT_ANSWERS) this.answers.push(answered);
    else this.answers[this.random.whole(0, KEPT_ANSWERS - 1)] = answered;
  }
}

/** A batch may be answered while the inventory goes away under it: then some rows failed, and are worth another attempt. */
function hasUnknownRows(body: unknown): boolean {
  const { results } = (body ?? {}) as { results?: { problem?: { status: number } }[] };
  return Array.isArray(results) && results.some(({ problem }) => problem !== undefined && problem.status >= 500);
}
