import type { PushSocket } from './sockets';

/** The WebSocket beneath a socket, as far as it is needed: every client answers its ping, without its program knowing. */
interface Wire {
  ping(): void;
  on(event: 'pong', heard: () => void): void;
}

/**
 * Whether somebody is still at the other end, asked when somebody wants to know: Socket.IO's own pings leave a slow client the
 * time that it needs, which is more than a network that is gone should have.
 */
export class Pulse {
  private wire: Wire | undefined;
  private heardAt = 0;

  constructor(private readonly socket: PushSocket) {}

  ping(now: number): void {
    this.wire ??= this.listen(now);
    this.wire.ping();
  }

  /** Milliseconds since the last answer, or since the first question. */
  silentFor(now: number): number {
    return this.wire ? now - this.heardAt : 0;
  }

  private listen(now: number): Wire {
    // engine.io keeps it there for itself; WebSocket is the only transport of this app.
    const wire = Reflect.get(this.socket.conn.transport, 'socket') as Wire;
    this.heardAt = now;
    wire.on('pong', () => (this.heardAt = Date.now()));
    return wire;
  }
}
