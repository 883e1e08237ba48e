import { DomainError, LedgerFollower, OpsServer, type Logger, type Progress } from '@app/common';
import type { Cursor, LedgerEvent } from '@app/contracts';
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { InventoryService } from './inventory.service';
import { pieces, withoutCutOperation } from './operations';
import type { RoomFilter } from './place';
import { EventRing, type Slice } from './ring';

/** Someone who is told of every event, synchronously and in order. Must not throw. */
export interface FeedListener {
  onEvents?(events: LedgerEvent[]): void;
  /** The place in the ledger was lost: what was told before does not continue. */
  onReset?(): void;
}

const RING = { events: 2_048, size: 4 * 1_048_576 };
/** Events told in one turn of the event loop, so that sockets can drain between two of them. */
const PIECE = { events: 64, size: 131_072 };
/** Without an answer of the ledger for so long the process is not ready. */
const SILENT_MS = 5_000;

/**
 * The one follower of this process, and the newest events. `position` moves in the same step in which the ring takes the
 * events and the listeners are told: who looks between two steps sees all three at the same place.
 */
@Injectable()
export class FeedService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly follower: LedgerFollower<LedgerEvent>;
  private readonly ring = new EventRing(RING);
  private readonly listeners: FeedListener[] = [];
  private place: Cursor | undefined;
  /** Events of an operation whose end has not come yet. */
  private held: LedgerEvent[] = [];
  private readonly waiting: (() => void)[] = [];
  private step: Promise<void> | undefined;

  constructor(inventory: InventoryService, ops: OpsServer, @InjectLog() log: Logger) {
    this.follower = new LedgerFollower({
      name: 'sockets',
      log,
      read: (request) => inventory.poll(request),
      onEvents: (events, progress) => this.take(events, progress),
      onReset: (cursor) => this.reset(cursor),
    });
    ops.check('ledger', () =>
      this.follower.silence < SILENT_MS ? undefined : 'the ledger has not answered for some seconds',
    );
  }

  listen(listener: FeedListener): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.follower.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.follower.stop();
  }

  /** Where the listeners are; undefined until the ledger answered for the first time. */
  get cursor(): Cursor | undefined {
    return this.place;
  }

  get position(): number {
    return this.place?.position ?? 0;
  }

  /** Positions that the ledger has told of and the listeners have not seen. */
  get lag(): number {
    return Math.max(0, this.follower.head - this.position);
  }

  /** Resolves at the next change of `position`. */
  advanced(): Promise<void> {
    this.step ??= new Promise((resolve) => this.waiting.push(resolve));
    return this.step;
  }

  /** @throws DomainError `unavailable` when the ledger does not answer within `ms` */
  async started(ms: number): Promise<Cursor> {
    if (!this.place) await this.follower.waitFor(0, ms);
    if (this.place) return this.place;
    throw new DomainError('unavailable', 'The ledger is not reachable.', { retryAfter: 1 });
  }

  /** Events after `after` from memory; undefined when they are not all there. */
  recent(after: number, limit: number, filter?: RoomFilter): Slice | undefined {
    return this.place && this.ring.after(after, limit, filter);
  }

  /** Whether one of the newest events is of this item. */
  knows(itemId: string): boolean {
    return this.ring.has(itemId);
  }

  private async take(events: LedgerEvent[], { position, head }: Progress): Promise<void> {
    // A batch that failed half-way is given again by the follower.
    const known = this.held.at(-1)?.position ?? this.position;
    const fresh = [...this.held, ...events.filter((event) => event.position > known)];
    const { whole, cut } = position < head ? withoutCutOperation(fresh) : { whole: fresh, cut: [] };
    this.held = cut;
    let first = true;
    for (const piece of pieces(whole, PIECE.events, PIECE.size)) {
      if (!first) await turn();
      first = false;
      this.tell(piece);
    }
  }

  private tell(events: LedgerEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    for (const event of events) this.ring.push(event);
    for (const listener of this.listeners) listener.onEvents?.(events);
    this.moveTo({ epoch: last.epoch, position: last.position });
  }

  private reset(cursor: Cursor): void {
    this.held = [];
    this.ring.restart(cursor.position);
    if (this.place) for (const listener of this.listeners) listener.onReset?.();
    this.moveTo(cursor);
  }

  private moveTo(cursor: Cursor): void {
    this.place = cursor;
    this.step = undefined;
    for (const wake of this.waiting.splice(0)) wake();
  }
}
