import { OUTBOX } from './bounds';
import type { Packets } from './packets';
import type { Wire } from './wire';

/** What all sockets together have not read yet. */
export class Backlog {
  bytes = 0;
}

/** Objects that hold a packet, apart from its text. */
const PACKET_BYTES = 200;

/**
 * What was given to one socket and not taken by its client: engine.io and TCP buffer without a bound, so this counts. What is sent
 * goes straight to TCP when nothing is `queued` in engine.io before it; what the kernel does not take at once is `handed`.
 */
export class Outbox {
  private queued = 0;
  private handed = 0;
  private waiting: (() => void)[] | undefined;
  private closed = false;
  /** When the client last took something, or had nothing to take. */
  private movedAt = Date.now();
  private readonly onTaken = (): void => this.taken();

  constructor(
    private readonly wire: Wire,
    private readonly backlog: Backlog,
    private readonly onOverfull: () => void,
  ) {
    wire.watch(
      (characters) => this.queue(characters + PACKET_BYTES),
      () => this.flushed(),
      this.onTaken,
    );
  }

  get pending(): number {
    return this.queued + this.handed;
  }

  get hasRoom(): boolean {
    return this.closed || (this.pending <= OUTBOX.low && this.backlog.bytes <= OUTBOX.total);
  }

  get overfull(): boolean {
    return this.pending > (this.backlog.bytes > OUTBOX.total ? OUTBOX.low : OUTBOX.high);
  }

  send(packets: Packets): void {
    if (this.closed) return;
    if (this.queued > 0 || !this.wire.open) return this.wire.queue(packets);
    this.wire.write(packets, this.onTaken);
    if (this.wire.untaken > 0) this.grow(this.wire.untaken);
  }

  /** Milliseconds since the client last took something of what waits for it. */
  stuckFor(now: number): number {
    return this.pending === 0 ? 0 : now - this.movedAt;
  }

  async roomForMore(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => (this.waiting ??= []).push(resolve));
  }

  /** Others may have made room in what all share. */
  look(): void {
    if (!this.waiting || !this.hasRoom) return;
    const waiting = this.waiting;
    this.waiting = undefined;
    for (const wake of waiting) wake();
  }

  close(): void {
    this.closed = true;
    this.backlog.bytes -= this.pending;
    this.queued = this.handed = 0;
    this.look();
  }

  private queue(bytes: number): void {
    if (this.closed) return;
    if (this.pending === 0) this.movedAt = Date.now();
    this.queued += bytes;
    this.backlog.bytes += bytes;
    if (this.overfull) this.onOverfull();
  }

  /** engine.io has given everything to TCP. */
  private flushed(): void {
    if (this.closed) return;
    this.backlog.bytes -= this.queued;
    this.queued = 0;
    this.grow(this.wire.untaken);
  }

  private grow(untaken: number): void {
    if (this.pending === 0) this.movedAt = Date.now();
    this.backlog.bytes += untaken - this.handed;
    this.handed = untaken;
    if (this.overfull) this.onOverfull();
  }

  /** The kernel has taken something; most often everything at once, and then nothing was counted. */
  private taken(): void {
    if (this.handed === 0 || this.closed) return;
    const { untaken } = this.wire;
    this.backlog.bytes -= this.handed - untaken;
    this.handed = untaken;
    this.movedAt = Date.now();
    this.look();
  }
}
