import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Spreads connections over several ports, as a proxy does: where nobody listens, the next one is asked. */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    server.on('connection', (socket) => this.join(socket, this.ports.length));
  }

  static async over(ports: readonly number[]): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Balancer(server, ports);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket, tries: number): void {
    const far = connect(this.ports[this.next++ % this.ports.length]!, '127.0.0.1');
    const refused = (): void => {
      if (tries > 1) this.join(near, tries - 1);
      else near.destroy();
    };
    near.on('error', () => near.destroy());
    far.once('error', refused);
    far.once('connect', () => {
      far.off('error', refused);
      far.on('error', () => far.destroy());
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on('close', () => {
          this.sockets.delete(from);
          to.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
  }
}
