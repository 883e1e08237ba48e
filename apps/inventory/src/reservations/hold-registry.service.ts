import type { LedgerEvent } from '@app/contracts';
import type { KnownOrders } from '../orders/kinds';
import type { OrdersRepository } from '../orders/orders.repository';
import { DueHeap } from './due-heap';
import { holderOf, type Hold, type ReservationState } from './reservation';

interface Alarm {
  at: string;
  id: string;
  expiresAt: string;
}

const NONE: readonly never[] = [];
const NOTHING_DUE: readonly Hold[] = [];
/** Alarms that have outlived their hold or its time, beyond as many as there are holds: then they are cleared away. */
const OUTLIVED = 1_000;

/**
 * All held reservations in memory, for the writer: when each is due, and how many each caller holds. As of the writer's tail: it
 * follows what other inventories write. Bounded by the callers' quotas.
 */
export class HoldRegistry implements KnownOrders {
  private readonly holds = new Map<string, Hold>();
  private readonly counts = new Map<string, number>();
  private readonly alarms = new DueHeap<Alarm>();

  /** @param mostHeld reservations that a caller may hold at a time */
  constructor(
    private readonly repository: OrdersRepository,
    readonly mostHeld: number,
  ) {}

  get size(): number {
    return this.holds.size;
  }

  /** Begins with what is stored, or begins again. */
  async open(): Promise<void> {
    const stored: Hold[] = [];
    for await (const hold of this.repository.held()) stored.push(hold);
    // Not before: if the database goes away meanwhile, those that are known have to end at their time all the same.
    this.clear();
    for (const hold of stored) this.set(hold);
  }

  /** Lets them go: they are another inventory's to end. */
  clear(): void {
    this.holds.clear();
    this.counts.clear();
    this.alarms.clear();
  }

  /** The writer looks orders up when a command is about them; none are kept here. */
  get(): undefined {
    return undefined;
  }

  openOf(): readonly never[] {
    return NONE;
  }

  heldBy(holder: string): number {
    return this.counts.get(holder) ?? 0;
  }

  /** What the writer has just made durable. */
  take(changes: Iterable<ReservationState>): void {
    for (const { id, status, expiresAt, actor, lines } of changes) {
      if (status === 'held' && expiresAt !== null)
        this.set({ id, expiresAt, holder: holderOf(actor), lines: lines.length });
      else this.drop(id);
    }
  }

  /** An event of another inventory. */
  follow({ links: { reservationId: id }, fields, actor }: LedgerEvent): void {
    if (id === undefined || !fields) return;
    const known = this.holds.get(id);
    const expiresAt = fields.expiresAt?.[1];
    if (fields.status && fields.status[1] !== 'held') this.drop(id);
    else if (typeof expiresAt !== 'string') return;
    else if (known && !fields.status) this.set({ ...known, expiresAt });
    else if (fields.status) this.set({ id, expiresAt, holder: holderOf(actor), lines: (known?.lines ?? 0) + 1 });
  }

  isDue(now: string): boolean {
    const { first } = this.alarms;
    return first !== undefined && first.at <= now;
  }

  /** Takes out holds that are due, of about as many lines; each comes once, unless it is armed again. */
  due(now: string, lines: number): readonly Hold[] {
    if (!this.isDue(now)) return NOTHING_DUE;
    const due: Hold[] = [];
    for (let left = lines; left > 0 && this.isDue(now);) {
      const alarm = this.alarms.pop();
      const hold = alarm && this.holds.get(alarm.id);
      if (!hold || hold.expiresAt !== alarm.expiresAt) continue;
      left -= hold.lines;
      due.push(hold);
    }
    return due;
  }

  /** Milliseconds until something is due. */
  untilDue(now: number): number {
    const { first } = this.alarms;
    return first ? Math.max(0, Date.parse(first.at) - now) : Number.POSITIVE_INFINITY;
  }

  /** It could not be ended: it comes again. */
  arm({ id, expiresAt }: Hold, at: string): void {
    this.alarms.push({ at, id, expiresAt });
  }

  /** It has come to an end, by whomever, unless it was extended meanwhile. */
  end({ id, expiresAt }: Hold): void {
    if (this.holds.get(id)?.expiresAt === expiresAt) this.drop(id);
  }

  private set(hold: Hold): void {
    const known = this.holds.get(hold.id);
    this.holds.set(hold.id, hold);
    if (!known) this.counts.set(hold.holder, this.heldBy(hold.holder) + 1);
    if (known?.expiresAt === hold.expiresAt) return;
    this.arm(hold, hold.expiresAt);
    if (this.alarms.size > 2 * this.holds.size + OUTLIVED) this.clearAway();
  }

  private drop(id: string): void {
    const hold = this.holds.get(id);
    if (!hold) return;
    this.holds.delete(id);
    const left = this.heldBy(hold.holder) - 1;
    if (left > 0) this.counts.set(hold.holder, left);
    else this.counts.delete(hold.holder);
  }

  /** Who extends a hold of days every second would else leave an alarm each time. */
  private clearAway(): void {
    this.alarms.clear();
    for (const hold of this.holds.values()) this.arm(hold, hold.expiresAt);
  }
}
