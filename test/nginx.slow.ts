import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
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

  it('says that nothing was reached when nothing was', async () => {
    for (const gateway of gateways) gateway.close();
    for (const method of ['PUT', 'POST', 'GET']) {
      const away = await ask(method);
      problemIn(away, 'unavailable');
      expect([away.headers.get('retry-after'), away.ms < 2_000, seen]).toEqual(['1', true, []]);
    }
  });
});
