import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort } from './support/ports';
import { hasNginx, startNginx, type Nginx } from './support/nginx';
import { problemIn, send, type Sent } from './support/problems';

const there = hasNginx();
if (!there) console.log('skipped, since there is no nginx: apt install nginx');

/** Two gateways that take a request and break off, as if they were killed while they carry it out. */
(there ? describe : describe.skip)('nginx before gateways that are killed', () => {
  const seen: string[] = [];
  const gateways: Server[] = [];
  let nginx: Nginx;

  beforeAll(async () => {
    const ports = [await freePort(), await freePort()];
    for (const port of ports) {
      const gateway = createServer((request) => {
        seen.push(request.method ?? '');
        request.socket.destroy();
      });
      gateways.push(gateway.listen(port, '127.0.0.1'));
      await once(gateway, 'listening');
    }
    nginx = await startNginx(ports, [await freePort()]);
  }, 30_000);

  afterAll(async () => {
    await nginx?.stop();
    for (const gateway of gateways) gateway.close();
  });

  const ask = (method: string): Promise<Sent> => {
    seen.splice(0);
    return send(`${nginx.gatewayUrl}/api/v1/items/1`, method, {}, method === 'GET' ? undefined : '{}');
  };

  it('has no configuration of its own that nginx does not take', () => {
    expect(nginx.checked.said).toContain('test is successful');
  });

  it('sends what changes something once, and says that its outcome is not known', async () => {
    for (const method of ['PUT', 'DELETE', 'POST', 'PATCH']) {
      problemIn(await ask(method), 'timeout');
      expect(seen).toEqual([method]);
    }
  }, 40_000);

  it('says what it can not read itself in the form of every other refusal', async () => {
    const port = Number(new URL(nginx.gatewayUrl).port);
    const unreadable = [
      'GET /api/v1/items/50% HTTP/1.1',
      `GET /${'a'.repeat(40_000)} HTTP/1.1`,
      'TRACE / HTTP/1.1',
      'nothing',
    ];
    for (const line of unreadable) {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${line}\r\nHost: stockwire\r\nConnection: close\r\n\r\n`);
      const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
      const headers = new Headers(
        head
          .split('\r\n')
          .slice(1)
          .map((one) => one.split(/: (.*)/, 2) as [string, string]),
      );
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
      expect([line.slice(0, 30), problemIn({ status, headers, text: body, ms: 0 }, 'validation').errors]).toEqual([
        line.slice(0, 30),
        [{ field: 'request', message: 'cannot be read' }],
      ]);
    }
  });

  it('says that nothing was reached when nothing was', async () => {
    for (const gateway of gateways) gateway.close();
    for (const method of ['PUT', 'POST', 'GET']) {
      const away = await ask(method);
      problemIn(away, 'unavailable');
      expect([away.headers.get('retry-after'), away.ms < 2_000, seen]).toEqual(['1', true, []]);
    }
  });
});

(there ? describe : describe.skip)('nginx before gateways that are restarted one after the other', () => {
  const gateways: { port: number; server?: Server }[] = [];
  let nginx: Nginx;

  const start = async (gateway: { port: number; server?: Server }): Promise<void> => {
    gateway.server = createServer((_, answer) => void answer.setHeader('connection', 'close').end('{}'));
    await once(gateway.server.listen(gateway.port, '127.0.0.1'), 'listening');
  };

  beforeAll(async () => {
    for (let count = 0; count < 2; count++) gateways.push({ port: await freePort() });
    for (const gateway of gateways) await start(gateway);
    nginx = await startNginx(
      gateways.map(({ port }) => port),
      [await freePort()],
    );
  }, 30_000);

  afterAll(async () => {
    await nginx?.stop();
    for (const { server } of gateways) server?.close();
  });

  const answered = async (...methods: string[]): Promise<void> => {
    for (const method of methods) {
      const { status } = await send(`${nginx.gatewayUrl}/api/v1/items`, method);
      expect([method, status]).toEqual([method, 200]);
    }
  };

  it('asks one that is back at once', async () => {
    for (const gateway of gateways) {
      gateway.server?.close();
      await answered('GET', 'POST', 'PATCH', 'GET', 'POST', 'PATCH');
      await start(gateway);
    }
  });

  it('sends what is sent once to one that is there', async () => {
    gateways[0]?.server?.close();
    await answered('PUT', 'DELETE', 'PUT', 'DELETE');
    gateways[0]?.server?.closeAllConnections();
  });
});

/** Takes sockets and keeps them, as a notification app does, and can be restarted. */
class Doorman {
  private server: Server | undefined;
  private readonly held = new Set<Socket>();
  full = false;

  constructor(readonly port: number) {}

  async start(): Promise<void> {
    this.server = createServer().on('upgrade', (_, socket: Socket) => {
      if (this.full) return socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
      this.held.add(socket.on('error', () => undefined));
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  stop(): void {
    this.server?.close();
    this.held.forEach((socket) => socket.destroy());
    this.held.clear();
  }
}

(there ? describe : describe.skip)('nginx before notification apps that are restarted one after the other', () => {
  const apps: Doorman[] = [];
  const opened: Socket[] = [];
  let nginx: Nginx;

  beforeAll(async () => {
    for (let count = 0; count < 2; count++) apps.push(new Doorman(await freePort()));
    for (const app of apps) await app.start();
    nginx = await startNginx(
      [await freePort()],
      apps.map(({ port }) => port),
    );
  }, 30_000);

  afterAll(async () => {
    opened.forEach((socket) => socket.destroy());
    await nginx?.stop();
    apps.forEach((app) => app.stop());
  });

  /** The status that a new socket is answered with. */
  function open(): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'websocket' };
      const asked = request(`${nginx.notificationUrl}/socket.io/`, { headers }).on('error', reject);
      asked.on('response', (answer) => resolve(answer.resume().statusCode));
      asked.on('upgrade', ({ statusCode }, socket: Socket) => {
        opened.push(socket.on('error', () => undefined));
        resolve(statusCode);
      });
      asked.end();
    });
  }

  it('sends a socket to another one when one is full, and says 503 when all are', async () => {
    const [one, other] = apps as [Doorman, Doorman];
    one.full = true;
    expect(await Promise.all(Array.from({ length: 10 }, open))).toEqual(Array.from({ length: 10 }, () => 101));
    other.full = true;
    expect(await open()).toBe(503);
    one.full = other.full = false;
  });

  it('lets all of their sockets in again at once', async () => {
    for (const app of apps) {
      app.stop();
      const all = await Promise.all(Array.from({ length: 20 }, open));
      expect(all.filter((status) => status === 101)).toHaveLength(20);
      await app.start();
    }
  });
});
