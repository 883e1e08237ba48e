import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Api } from './support/api';
import { until } from './support/sockets';
import { startApp, startStack, type AppName, type Stack } from './support/stack';
import { Stopwatch } from './support/stopwatch';

/** Systems usually wait so long before they kill. */
const PATIENCE_MS = 10_000;
/** The doors first. */
const APPS: AppName[] = ['gateway', 'notification', 'inventory'];

describe('who is asked to end', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  });

  afterAll(() => stack?.stop());

  it('ends by itself, in time, with the last line of its log', async () => {
    const signals = { gateway: 'SIGINT', notification: 'SIGHUP', inventory: 'SIGHUP' } as const;
    for (const app of APPS) {
      const watch = new Stopwatch();
      const exit = once(stack.processes[app]!, 'exit');
      await stack.kill(app, signals[app]);
      expect([app, await exit]).toEqual([app, [0, null]]);
      await until(() => stack.logs(app).split('\n').at(-1)!.includes('"msg":"stopped"'));
      expect(watch.stop()).toBeLessThan(PATIENCE_MS);
    }
    // What ends as it was asked to is nothing to be warned of.
    expect(stack.logs('inventory')).not.toContain('following has been interrupted');
  });

  it('is not asked by a signal that means something else', async () => {
    const apps = await Promise.all(APPS.map((name) => startApp(name, stack.env)));
    for (const running of apps) {
      const exit = once(running.child, 'exit');
      await running.kill('SIGUSR2');
      expect([running.app, await exit]).toEqual([running.app, [null, 'SIGUSR2']]);
      expect(running.logs()).not.toContain('"msg":"stopped"');
    }
  });
});

it('is not kept by the test of a webhook that nobody answers', async () => {
  const stack = await startStack({ env: { WEBHOOK_TIMEOUT_MS: '30000' } });
  const silent = createServer().listen(0, '127.0.0.1');
  try {
    await once(silent, 'listening');
    const visitor = new Api(stack.gatewayUrl);
    const { body } = await visitor.login(stack.adminEmail, stack.adminPassword);
    const api = visitor.bearer(body.accessToken);
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const hook = await api.post<{ id: string }>('/webhooks', { url });
    const asked = once(silent, 'connection');
    const test = api.post<{ status: string }>(`/webhooks/${hook.body.id}/test`);
    const [connection] = (await asked) as [NodeJS.ReadableStream];
    connection.on('error', () => undefined).resume();
    const watch = new Stopwatch();
    await stack.kill('notification', 'SIGTERM');
    expect(watch.stop()).toBeLessThan(PATIENCE_MS);
    expect(await test).toMatchObject({ status: 200, body: { status: 'failed' } });
  } finally {
    await stack.stop();
    silent.close();
  }
});
