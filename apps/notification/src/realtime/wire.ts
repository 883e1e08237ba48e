import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import type { Packets } from './packets';
import type { PushSocket } from './sockets';

/** The WebSocket of `ws`: what is used of it is documented there. */
interface WebSocket {
  readonly readyState: number;
  ping(): void;
  on(event: 'pong', heard: () => void): void;
}

const OPEN = 1;

/**
 * What lies beneath a Socket.IO socket, for what its own API has no words for. All that this app takes for granted of the insides of
 * engine.io stands here, and `wire.spec.ts` says when an update changes it:
 * - a transport keeps its WebSocket as `socket`; WebSocket is the only transport of this app;
 * - without compression `ws` writes frames to the TCP connection as they are and keeps none back, so that a whole frame can be
 *   written beside it at any time, and comes after what engine.io has flushed;
 * - a packet waits in engine.io from `packetCreate` to `flush`, and is with TCP when `drain` comes;
 * - of the request that made the connection nobody needs anything once the socket is there.
 */
export class Wire {
  readonly tcp: TcpSocket;
  private readonly conn: PushSocket['conn'];
  private readonly webSocket: WebSocket;

  constructor({ conn, handshake }: PushSocket) {
    this.conn = conn;
    this.tcp = conn.request.socket;
    this.webSocket = Reflect.get(conn.transport, 'socket') as WebSocket;
    forget(conn.request);
    Reflect.set(conn, 'request', null);
    // Also the token: it was examined.
    Object.assign(handshake, { headers: {}, auth: {}, query: {} });
  }

  /** `queued` is told the characters of each packet that engine.io keeps; `flushed`: it has given all of them to TCP. */
  watch(queued: (characters: number) => void, flushed: () => void, taken: () => void): void {
    const { conn, tcp } = this;
    conn.on('packetCreate', ({ data }: { data?: string }) => queued(data?.length ?? 0));
    conn.on('flush', (packets: unknown[]) => {
      if (packets.length === 1) return;
      // Each frame would be a system call of its own.
      tcp.cork();
      process.nextTick(() => tcp.uncork());
    });
    conn.on('drain', flushed);
    conn.transport.on('drain', taken);
  }

  get open(): boolean {
    return this.webSocket.readyState === OPEN;
  }

  /** Bytes that the kernel has not taken yet. */
  get untaken(): number {
    return this.tcp.writableLength;
  }

  /** Past engine.io, to TCP; only while nothing waits in engine.io. */
  write({ frames }: Packets, taken: () => void): void {
    this.tcp.write(frames, taken);
  }

  /** Behind what waits in engine.io. */
  queue({ texts }: Packets): void {
    for (const text of texts) this.conn.write(text, { compress: false });
  }

  ping(): void {
    this.webSocket.ping();
  }

  onPong(heard: () => void): void {
    this.webSocket.on('pong', heard);
  }

  /** Ends the connection, with all that waits for it. */
  destroy(): void {
    this.tcp.destroy();
  }
}

/** A listener of engine.io keeps the request as long as the connection, so it is made small. */
function forget(request: IncomingMessage): void {
  Object.assign(request, { headers: {}, rawHeaders: [] });
}
