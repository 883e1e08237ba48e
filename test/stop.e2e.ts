import { once } from 'node:events';
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
