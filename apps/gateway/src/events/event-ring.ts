import type { EventText } from '@app/contracts';

/** What an event occupies apart from its JSON. */
const BASE_BYTES = 300;

/** The newest events of a ledger without a gap, bounded by count and by bytes. */
export class EventRing {
  private entries: EventText[] = [];
  /** Entries before this index were dropped; the array is cut now and then, since each cut moves the rest. */
  private start = 0;
  private bytes = 0;
  /** Position before the first entry. */
  private floor = 0;

  constructor(private readonly bounds: { events: number; bytes: number }) {}

  /** Forgets everything: what follows comes after `position`. */
  reset(position: number): void {
    this.entries = [];
    this.start = 0;
    this.bytes = 0;
    this.floor = position;
  }

  /** Adds what follows the newest. */
  push(events: readonly EventText[]): void {
    for (const event of events) {
      this.entries.push(event);
      this.bytes += bytesOf(event);
    }
    while (this.length > this.bounds.events || this.bytes > this.bounds.bytes) this.drop();
    if (this.start > this.length) this.cut();
  }

  private get length(): number {
    return this.entries.length - this.start;
  }

  private drop(): void {
    const oldest = this.entries[this.start];
    this.bytes -= oldest ? bytesOf(oldest) : 0;
    this.start++;
    this.floor++;
  }

  private cut(): void {
    this.entries = this.entries.slice(this.start);
    this.start = 0;
  }

  /** The newest position. */
  get newest(): number {
    return this.floor + this.length;
  }

  /** All events after `position`, or undefined when it is too old or in the future. */
  after(position: number): readonly EventText[] | undefined {
    if (position < this.floor || position > this.newest) return undefined;
    return this.entries.slice(this.start + position - this.floor);
  }
}

function bytesOf({ json }: EventText): number {
  return BASE_BYTES + json.length;
}
