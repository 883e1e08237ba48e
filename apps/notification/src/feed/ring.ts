import type { LedgerEvent } from '@app/contracts';
import { alertOf } from './alerts';
import { ALL, belongs, type RoomFilter } from './place';

/** Events of one room in order, and how far they reach: everything of the room up to `position` is in them or came before. */
export interface Slice {
  events: LedgerEvent[];
  position: number;
}

export interface RingBounds {
  events: number;
  /** Characters of the events as JSON, roughly. */
  size: number;
}

interface Entry {
  event: LedgerEvent;
  size: number;
  /** Position of the same item's event before this one; 0 when there was none in the ring. */
  previous: number;
}

/**
 * The newest events, so that who was away for a moment goes on without a question to the ledger. Bounded by number and size;
 * the events of an item are chained backwards, so that those of one room are found without looking at the others.
 */
export class EventRing {
  private readonly entries: (Entry | undefined)[];
  private readonly newestOfItem = new Map<string, number>();
  private oldest = 1;
  private newest = 0;
  private size = 0;

  constructor(private readonly bounds: RingBounds) {
    this.entries = Array.from({ length: bounds.events });
  }

  /** Events that are kept. */
  get length(): number {
    return this.newest - this.oldest + 1;
  }

  /** Whether an event of the item is kept. */
  has(itemId: string): boolean {
    return this.newestOfItem.has(itemId);
  }

  /** Forgets everything; the next event is the one after `position`. */
  restart(position: number): void {
    this.entries.fill(undefined);
    this.newestOfItem.clear();
    this.oldest = position + 1;
    this.newest = position;
    this.size = 0;
  }

  push(event: LedgerEvent): void {
    if (event.position !== this.newest + 1) throw new Error(`expected event ${this.newest + 1}, got ${event.position}`);
    if (this.length === this.bounds.events) this.evict();
    const entry = { event, size: sizeOf(event), previous: this.newestOfItem.get(event.itemId) ?? 0 };
    this.entries[event.position % this.bounds.events] = entry;
    this.newestOfItem.set(event.itemId, event.position);
    this.newest = event.position;
    this.size += entry.size;
    while (this.size > this.bounds.size && this.length > 1) this.evict();
  }

  /**
   * Events after `after`, of one room, about `limit` of them (an operation is never cut in two); undefined when
   * `after` lies before what is kept, or beyond it.
   */
  after(after: number, limit: number, filter: RoomFilter = ALL): Slice | undefined {
    if (after < this.oldest - 1 || after > this.newest) return undefined;
    const { itemId } = filter;
    return itemId === undefined ? this.ofMany(after, limit, filter) : this.ofItem(after, limit, itemId);
  }

  private ofMany(after: number, limit: number, filter: RoomFilter): Slice {
    const events: LedgerEvent[] = [];
    for (let position = after + 1; position <= this.newest; position++) {
      const { event } = this.at(position);
      if (events.length >= limit && event.operationId !== events.at(-1)?.operationId)
        return { events, position: position - 1 };
      if (belongs(event, alertOf(event) !== undefined, filter)) events.push(event);
    }
    return { events, position: this.newest };
  }

  private ofItem(after: number, limit: number, itemId: string): Slice {
    const events: LedgerEvent[] = [];
    const last = this.newestOfItem.get(itemId) ?? 0;
    for (let position = last; position > after && position >= this.oldest; position = this.at(position).previous)
      events.push(this.at(position).event);
    events.reverse();
    let end = limit;
    while (end < events.length && events[end]?.operationId === events[end - 1]?.operationId) end++;
    if (end >= events.length) return { events, position: this.newest };
    const first = events.slice(0, end);
    return { events: first, position: first.at(-1)?.position ?? after };
  }

  private at(position: number): Entry {
    const entry = this.entries[position % this.bounds.events];
    if (entry?.event.position !== position) throw new Error(`event ${position} is not in the ring`);
    return entry;
  }

  private evict(): void {
    const { event, size } = this.at(this.oldest);
    if (this.newestOfItem.get(event.itemId) === event.position) this.newestOfItem.delete(event.itemId);
    this.entries[event.position % this.bounds.events] = undefined;
    this.size -= size;
    this.oldest++;
  }
}

/** Characters of an event's JSON apart from its texts. */
const FRAME = 800;

/** About the length of the event as JSON; writing it out only to measure it would cost more than all else that happens to it here. */
export function sizeOf({ name, note, reason, reference, fields }: LedgerEvent): number {
  const texts = name.length + (note?.length ?? 0) + (reason?.length ?? 0) + (reference?.length ?? 0);
  return FRAME + texts + (fields ? JSON.stringify(fields).length : 0);
}
