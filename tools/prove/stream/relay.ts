import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Link {
  near: Socket;
  far: Socket;
  /** No byte comes through any more, and nobody is told. */
  frozen: boolean;
}

/**
 * The network between subscribers and the notification app: one door for any number of replicas, each connection to the next one
 * that accepts it, as a balancer without sticky sessions does it. Can lose connections in the two ways in which networks do.
 */
export class Relay {
  private readonly links = new Set<Link>();
  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {
    server.on('connection', (near) => this.enter(near, this.ports.length));
  }

  static async to(ports: readonly number[]): Promise<Relay> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Relay(server, ports);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that still carry something. */
  get open(): readonly Link[] {
    return [...this.links].filter(({ frozen }) => !frozen);
  }

  /** Both sides see the end at once. */
  cut(links: readonly Link[]): void {
    for (const { near } of links) near.destroy();
  }

  /** Half-open: bytes stop, in both directions and without a FIN. Each side has to find out by itself. */
  freeze(links: readonly Link[]): void {
    for (const link of links) {
      link.frozen = true;
      link.near.pause();
      link.far.pause();
    }
  }

  /** What was on its way arrives after all, where somebody still waits for it. */
  thaw(links: readonly Link[]): void {
    for (const link of links) {
      link.frozen = false;
      link.near.resume();
      link.far.resume();
    }
  }

  async close(): Promise<void> {
    for (const { near, far } of this.links) [near, far].forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private enter(near: Socket, tries: number): void {
    const far = connect({ host: '127.0.0.1', port: this.ports[this.turn++ % this.ports.length]!, noDelay: true });
    near.pause();
    const refused = (): void => {
      if (tries > 1) this.enter(near, tries - 1);
      else near.destroy();
    };
    far.once('error', refused);
    near.on('error', () => near.destroy());
    far.once('connect', () => {
      far.off('error', refused);
      this.join({ near, far, frozen: false });
    });
  }

  private join(link: Link): void {
    const { near, far } = link;
    this.links.add(link);
    far.on('error', () => far.destroy());
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => void to.write(chunk));
      from.on('close', () => {
        // A frozen link hides the end of one side from the other, until this relay is closed.
        if (!link.frozen) to.destroy();
        if (near.destroyed && far.destroyed) this.links.delete(link);
      });
    }
    near.resume();
    if (near.destroyed) far.destroy();
  }
}
