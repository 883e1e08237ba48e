import type { LedgerEvent } from '@app/contracts';

/** An event in memory; its JSON is made once, by the first reader, for all of them. */
export class RecentEvent {
  private text: string | undefined;

  constructor(readonly event: LedgerEvent) {}

  get json(): string {
    return (this.text ??= JSON.stringify(this.event));
  }
}

/** JSON of an event apart from its texts, and about as much again for the object. */
const BASE_BYTES = 1_500;

/** Roughly what an event occupies: its texts are all that makes one larger than another. */
function bytesOf({ name, note, reason, reference, fields }: LedgerEvent): number {
  const texts = name.length + (note?.length ?? 0) + (reason?.length ?? 0) + (reference?.length ?? 0);
  return BASE_BYTES + 4 * (texts + (fields ? JSON.stringify(fields).length : 0));
}

/** The newest events of a ledger without a gap, bounded by count and by bytes. */
export class EventRing {
  private entries: RecentEvent[] = [];
  private sizes: number[] = [];
  /** Entries before this index were dropped; the arrays are cut now and then, since each cut moves the rest. */
  private start = 0;
  private bytes = 0;
  /** Position before the first entry. */
  private floor = 0;

  constructor(private readonly bounds: { events: number; bytes: number }) {}

  /** Forgets everything: what follows comes after `position`. */
  reset(position: number): void {
    this.entries = [];
    this.sizes = [];
    this.start = 0;
    this.bytes = 0;
    this.floor = position;
  }

  /** Adds what follows the newest. */
  push(events: readonly LedgerEvent[]): void {
    for (const event of events) {
      const size = bytesOf(event);
      this.entries.push(new RecentEvent(event));
      this.sizes.push(size);
      this.bytes += size;
    }
    while (this.length > this.bounds.events || this.bytes > this.bounds.bytes) this.drop();
    if (this.start > this.length) this.cut();
  }

  private get length(): number {
    return this.entries.length - this.start;
  }

  private drop(): void {
    this.bytes -= this.sizes[this.start] ?? 0;
    this.start++;
    this.floor++;
  }

  private cut(): void {
    this.entries = this.entries.slice(this.start);
    this.sizes = this.sizes.slice(this.start);
    this.start = 0;
  }

  /** The newest position. */
  get newest(): number {
    return this.floor + this.length;
  }

  /** All events after `position`, or undefined when it is too old or in the future. */
  after(position: number): readonly RecentEvent[] | undefined {
    if (position < this.floor || position > this.newest) return undefined;
    return this.entries.slice(this.start + position - this.floor);
  }
}
