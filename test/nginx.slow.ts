import { createServer, request, type Server } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
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

  /** Both are left alone for a while after they have failed: then nothing would be sent at all. */
  async function afterRest<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      const result = await act();
      if (seen.length > 0) return result;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  it('has no configuration of its own that nginx does not take', () => {
    expect(nginx.checked.said).toContain('test is successful');
  });

  it('sends what changes something once, and says that its outcome is not known', async () => {
    for (const method of ['PUT', 'DELETE', 'POST', 'PATCH']) {
      problemIn(await afterRest(() => ask(method)), 'timeout');
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

/** Takes sockets and keeps them, as a notification app does, and can be restarted. */
class Doorman {
  private server: Server | undefined;
  private readonly held = new Set<Socket>();

  constructor(readonly port: number) {}

  async start(): Promise<void> {
    this.server = createServer().on('upgrade', (_, socket: Socket) => {
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

  it('lets all of their sockets in again at once', async () => {
    for (const app of apps) {
      app.stop();
      const all = await Promise.all(Array.from({ length: 20 }, open));
      expect(all.filter((status) => status === 101)).toHaveLength(20);
      await app.start();
      // As long as one that has failed would be left alone.
      await sleep(1_200);
    }
  });
});
