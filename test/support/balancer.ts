import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Backend {
  port: number;
  opsUrl: string;
}

const LOOK_MS = 50;

/** Spreads connections over those that are ready, as Kubernetes does; where nobody listens, the next one is asked. */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private next = 0;
  private unready = new Set<Backend>();
  private readonly looking: NodeJS.Timeout;

  private constructor(
    private readonly server: Server,
    private readonly backends: readonly Backend[],
  ) {
    server.on('connection', (socket) => this.join(socket, 2 * this.backends.length));
    this.looking = setInterval(() => this.backends.forEach((backend) => void this.look(backend)), LOOK_MS);
  }

  static async over(backends: readonly Backend[]): Promise<Balancer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Balancer(server, backends);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    clearInterval(this.looking);
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async look(backend: Backend): Promise<void> {
    const ready = await fetch(`${backend.opsUrl}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) this.unready.delete(backend);
    else this.unready.add(backend);
  }

  private pick(): Backend {
    const ready = this.backends.filter((backend) => !this.unready.has(backend));
    const among = ready.length > 0 ? ready : this.backends;
    return among[this.next++ % among.length]!;
  }

  private join(near: Socket, tries: number): void {
    const far = connect(this.pick().port, '127.0.0.1');
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
