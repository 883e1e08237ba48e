import type { PushSocket } from './sockets';
import { OUTBOX } from './bounds';

/** What all sockets together have not read yet. */
export class Backlog {
  bytes = 0;
}

/** Objects that hold a packet, apart from its text. */
const PACKET_BYTES = 200;

/**
 * What was given to one socket and not taken by its client: engine.io buffers without a bound, so this counts. A packet is
 * `queued` until engine.io hands it to the WebSocket, then `handed` until the kernel has taken it.
 */
export class Outbox {
  private queued = 0;
  private handed = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;
  /** When the client last took something, or had nothing to take. */
  private movedAt = Date.now();

  constructor(
    socket: PushSocket,
    private readonly backlog: Backlog,
    private readonly onOverfull: () => void,
  ) {
    const { conn } = socket;
    const raw = conn.request.socket;
    conn.on('packetCreate', ({ data }: { data?: string }) => this.queue((data?.length ?? 0) + PACKET_BYTES));
    conn.on('flush', (packets: unknown[]) => {
      this.hand();
      if (packets.length === 1) return;
      // Each frame would be a system call of its own.
      raw.cork();
      process.nextTick(() => raw.uncork());
    });
    conn.transport.on('drain', () => this.drain());
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

  /** Milliseconds since the client last took something of what waits for it. */
  stuckFor(now: number): number {
    return this.pending === 0 ? 0 : now - this.movedAt;
  }

  async roomForMore(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Others may have made room in what all share. */
  look(): void {
    if (this.hasRoom) for (const wake of this.waiting.splice(0)) wake();
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

  private hand(): void {
    this.handed += this.queued;
    this.queued = 0;
  }

  private drain(): void {
    if (this.closed) return;
    this.backlog.bytes -= this.handed;
    this.handed = 0;
    this.movedAt = Date.now();
    this.look();
  }
}
