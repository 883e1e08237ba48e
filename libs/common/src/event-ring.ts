import type { EventText } from '@app/contracts';

/** The newest events, contiguous, in memory: what followers that keep up are answered from. Bounded by count and by size. */
export class EventRing {
  private events: EventText[] = [];
  private bytes = 0;
  /** Index of the oldest one kept; what is before it is cut off now and then, since shifting one by one would cost each time. */
  private start = 0;

  constructor(
    private readonly most: { events: number; bytes: number },
    /** Position after which the ring begins. */
    private origin: number,
  ) {}

  /** Events after this position are here. */
  get from(): number {
    return this.origin;
  }

  get head(): number {
    return this.origin + this.events.length - this.start;
  }

  push(event: EventText): void {
    if (event.position !== this.head + 1) throw new Error(`event ${event.position} does not follow ${this.head}`);
    this.events.push(event);
    this.bytes += event.json.length;
    while (this.events.length - this.start > this.most.events || this.bytes > this.most.bytes) this.drop();
    if (this.start > this.events.length / 2) this.cut();
  }

  private drop(): void {
    this.bytes -= this.events[this.start]?.json.length ?? 0;
    this.start++;
    this.origin++;
  }

  private cut(): void {
    this.events = this.events.slice(this.start);
    this.start = 0;
  }

  /**
   * The events after a position, as many as the limits allow, at least one if there is one; undefined when the ring begins later, or
   * does not reach that far.
   */
  after(position: number, limit = Infinity, bytes = Infinity): EventText[] | undefined {
    if (position < this.origin || position > this.head) return undefined;
    const first = this.start + position - this.origin;
    let end = first;
    for (let size = 0; end < this.events.length && end - first < limit; end++) {
      size += this.events[end]?.json.length ?? 0;
      if (size > bytes && end > first) break;
    }
    return this.events.slice(first, end);
  }
}
