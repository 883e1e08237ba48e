import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between the apps and their database, and can hold back each answer for a while. */
export class SlowLine {
  /** Milliseconds that an answer of the database takes longer. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (socket) => this.join(socket));
  }

  static async to(uri: string): Promise<SlowLine> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SlowLine(server, Number(new URL(uri).port));
  }

  /** The same database, through here: the replica set must not be asked for its real address. */
  through(uri: string): string {
    const url = new URL(uri);
    url.port = String((this.server.address() as AddressInfo).port);
    url.search = '?directConnection=true';
    return url.toString();
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket): void {
    const far = connect(this.port, '127.0.0.1');
    near.on('data', (chunk: Buffer) => far.write(chunk));
    // Timers of one length keep their order, and a shorter one must not overtake: what is held back holds back the rest.
    let last = Promise.resolve();
    far.on('data', (chunk: Buffer) => {
      const due = new Promise<void>((resolve) => setTimeout(resolve, this.delayMs));
      last = last.then(() => due).then(() => void near.write(chunk));
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
