import type { Wire } from './wire';

/**
 * Whether somebody is still at the other end, asked when somebody wants to know: every client answers a WebSocket's ping, without
 * its program knowing. Socket.IO's own pings leave a slow client the time that it needs, which is more than a network that is gone
 * should have.
 */
export class Pulse {
  private heardAt: number | undefined;

  constructor(private readonly wire: Wire) {}

  ping(now: number): void {
    if (this.heardAt === undefined) {
      this.heardAt = now;
      this.wire.onPong(() => (this.heardAt = Date.now()));
    }
    this.wire.ping();
  }

  /** Milliseconds since the last answer, or since the first question. */
  silentFor(now: number): number {
    return this.heardAt === undefined ? 0 : now - this.heardAt;
  }
}
