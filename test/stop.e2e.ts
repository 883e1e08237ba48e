import { once } from 'node:events';
import { startApp, startStack, type AppName, type Stack } from './support/stack';

/** Systems usually wait so long before they kill. */
const PATIENCE_MS = 10_000;
/** The doors first. */
const APPS: AppName[] = ['gateway', 'notification', 'inventory'];

describe('who is asked to end', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
  }, 60_000);

  afterAll(() => stack?.stop(), 30_000);

  it('ends by itself, in time, with the last line of its log', async () => {
    const signals = { gateway: 'SIGINT', notification: 'SIGHUP', inventory: 'SIGHUP' } as const;
    for (const app of APPS) {
      const began = Date.now();
      const exit = once(stack.processes[app]!, 'exit');
      await stack.kill(app, signals[app]);
      expect([app, await exit]).toEqual([app, [0, null]]);
      expect(stack.logs(app).split('\n').at(-1)).toContain('"msg":"stopped"');
      expect(Date.now() - began).toBeLessThan(PATIENCE_MS);
    }
  }, 40_000);

  it('is not asked by a signal that means something else', async () => {
    const apps = await Promise.all(APPS.map((name) => startApp(name, stack.env)));
    for (const running of apps) {
      const exit = once(running.child, 'exit');
      await running.kill('SIGUSR2');
      expect([running.app, await exit]).toEqual([running.app, [null, 'SIGUSR2']]);
      expect(running.logs()).not.toContain('"msg":"stopped"');
    }
  }, 40_000);
});
