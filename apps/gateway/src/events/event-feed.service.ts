import { DomainError, EventRing, gauge, LedgerFollower, type Logger, type OpsServer, TcpClient } from '@app/common';
import { ledger, type Cursor, type EventText, type LedgerPage, type LedgerRead } from '@app/contracts';
import type { GatewayConfig } from '../gateway.config';

/** Follows the feed within this process; called in the order of registration, in the turn in which the events arrived. */
export interface FeedListener {
  onEvents?(events: readonly EventText[]): void;
  /** The place in the ledger was lost, or the first one was found: what follows comes after `cursor`. */
  onReset?(cursor: Cursor): void;
  onStop?(): void;
}

/** For whoever is a little behind; what is older is read from the ledger. */
const RING = { events: 4_000, bytes: 16 * 1024 * 1024 };
/** While the feed was at the head within this time, what the gateway knows of the ledger is taken for current. */
const FRESH_MS = 2_000;
/** An acknowledged event follows its acknowledgement within a few milliseconds. */
const PATIENCE_MS = 100;
/** One poll at a time: it waits 1 s at the ledger, and an answer that is lost must not make the feed silent for long. */
const POLL = { maxInFlight: 2, deadlineMs: 2_500 };

/**
 * The gateway's own follower of the ledger: one long poll for everyone. The item cache, the waiters of `GET /events` and the SSE
 * streams all hang on it. Runs over a connection of its own, so that a poll never queues behind bulk.
 */
export class EventFeed {
  private readonly polls: TcpClient;
  private readonly follower: LedgerFollower;
  private ring = new EventRing(RING, 0);
  private readonly listeners: FeedListener[] = [];
  private known: string | undefined;
  /** On the clock that nobody sets. */
  private caughtUpAt = Number.NEGATIVE_INFINITY;
  private stopped = false;
  /** The newest position that this gateway has told a client of. */
  private acknowledged = 0;

  constructor(
    { inventoryAddresses, internalToken }: Readonly<GatewayConfig>,
    log: Logger,
    ops: OpsServer,
    private readonly calls: TcpClient,
  ) {
    this.polls = new TcpClient({ addresses: inventoryAddresses, token: internalToken, log, ...POLL });
    this.follower = new LedgerFollower({
      name: 'gateway',
      log,
      read: (request) => this.polls.call(ledger.follow, request, { requestId: 'follower' }),
      onEvents: (events) => this.take(events),
      onReset: (cursor) => this.begin(cursor),
      onProgress: ({ position, head }) => {
        if (position >= head) this.caughtUpAt = performance.now();
      },
    });
    this.measure(ops);
  }

  private measure({ registry }: OpsServer): void {
    const help = 'Positions of the ledger that are known but not handled yet.';
    gauge(registry, 'stockwire_follower_lag', help, () => this.follower.lag);
  }

  listen(listener: FeedListener): void {
    this.listeners.push(listener);
  }

  start(): void {
    this.follower.start();
  }

  /** Ends what hangs on the feed, then the feed. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const listener of this.listeners) listener.onStop?.();
    await this.follower.stop();
    this.polls.close();
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** The place up to which everything was taken in; undefined until the ledger has answered once. */
  get cursor(): Cursor | undefined {
    return this.known === undefined ? undefined : { epoch: this.known, position: this.ring.head };
  }

  /** The ledger's identity. @throws DomainError `unavailable` until the ledger has answered once */
  get epoch(): string {
    if (this.known === undefined)
      throw new DomainError('unavailable', 'The ledger is not reachable.', { retryAfter: 1 });
    return this.known;
  }

  /** The newest position that the ledger has told of. */
  get head(): number {
    return Math.max(this.follower.head, this.ring.head);
  }

  /** Whether the feed was at the head of the ledger just now: neither cut off from it nor still catching up. */
  get isFresh(): boolean {
    return performance.now() - this.caughtUpAt < FRESH_MS;
  }

  /** The events after a position; undefined when they are not in memory. */
  after(position: number): readonly EventText[] | undefined {
    return this.ring.after(position);
  }

  /** Waits until everything up to `position` was taken in, `ms` at most. */
  waitFor(position: number, ms: number): Promise<boolean> {
    return this.follower.waitFor(position, ms);
  }

  /** A write was acknowledged: who reads events from now on is shown it. */
  acknowledge(position: number): void {
    if (position > this.acknowledged) this.acknowledged = position;
  }

  /** Whether memory shows `minPosition` and everything that was acknowledged here; waits a moment for what is on its way. */
  async shows(minPosition: number): Promise<boolean> {
    const due = Math.max(minPosition, this.acknowledged);
    if (!this.isFresh) return false;
    return this.ring.head >= due || this.waitFor(due, PATIENCE_MS);
  }

  /** Reads on from a place that memory does not reach. */
  read(request: LedgerRead, requestId: string): Promise<LedgerPage> {
    return this.calls.call(ledger.read, request, { requestId });
  }

  private take(events: readonly EventText[]): void {
    for (const event of events) this.ring.push(event);
    for (const listener of this.listeners) listener.onEvents?.(events);
  }

  private begin(cursor: Cursor): void {
    this.known = cursor.epoch;
    this.ring = new EventRing(RING, cursor.position);
    this.acknowledged = 0;
    for (const listener of this.listeners) listener.onReset?.(cursor);
  }
}
