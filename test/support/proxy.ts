import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between an app and a database, so that one app loses it while everybody else keeps it. */
export class Proxy {
  private readonly sockets = new Set<Socket>();
  private state: 'open' | 'silent' | 'gone' = 'open';
  private trap: { text: string; sprung: () => void } | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (socket) => this.join(socket));
  }

  static async to(uri: string): Promise<Proxy> {
    const { hostname, port } = new URL(uri);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Proxy(server, { host: hostname, port: Number(port) });
  }

  /** The same URI, through here. A MongoDB client must not ask the replica set for the real address. */
  through(uri: string): string {
    const url = new URL(uri);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    if (url.protocol === 'mongodb:') url.search = '?directConnection=true';
    return url.toString();
  }

  /** Connections stay open, and nothing comes through any more: a server that hangs. */
  hang(): void {
    this.state = 'silent';
    this.sockets.forEach((socket) => socket.pause());
  }

  /** Resolves once a client has sent something with this text: that, and all after it, does not come through. */
  hangBefore(text: string): Promise<void> {
    return new Promise((sprung) => (this.trap = { text, sprung }));
  }

  /** Connections break, and new ones are refused: a server that died. */
  cut(): void {
    this.state = 'gone';
    this.sockets.forEach((socket) => socket.destroy());
  }

  heal(): void {
    this.state = 'open';
    this.sockets.forEach((socket) => socket.resume());
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket): void {
    if (this.state === 'gone') {
      near.destroy();
      return;
    }
    const far = connect(this.target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        if (from === near && this.trap && chunk.includes(this.trap.text)) {
          this.hang();
          this.trap.sprung();
        } else to.write(chunk);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.state === 'silent') from.pause();
    }
  }
}
