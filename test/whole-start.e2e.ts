import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryFolder } from './support/databases';
import { Launcher, launcherEnvironment, survivors } from './support/launcher';
import { until } from './support/sockets';
import { Stopwatch } from './support/stopwatch';

const ROOT = resolve(__dirname, '..');
let launcher: Launcher;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  env = await launcherEnvironment(await temporaryFolder());
  launcher = new Launcher(ROOT, env);
});
afterAll(() => launcher.destroy());

async function login(): Promise<number> {
  const [, email, password] = /Login +(\S+), password: (\S+)/.exec(launcher.said) ?? [];
  const body = JSON.stringify({ email, password });
  const headers = { 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${env.GATEWAY_PORT}/api/v1/auth/login`;
  return fetch(url, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => 0,
  );
}

function ready(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${env.GATEWAY_OPS_PORT}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

describe('npm start with the real apps', () => {
  it('ends in a system that takes the login that it showed', async () => {
    const { msg } = await launcher.says('ready in');
    console.log(msg);
    expect(await login()).toBe(200);
  });

  it('brings a killed gateway back', async () => {
    process.kill(launcher.childOf('gateway').pid, 'SIGKILL');
    await launcher.says('gateway is ready again');
    expect(await login()).toBe(200);
  });

  it('brings MongoDB back, and the apps find it again by themselves', async () => {
    process.kill(launcher.childOf('mongod').pid, 'SIGKILL');
    await launcher.says('mongod is ready again');
    await until(ready, 20_000);
    // Now and then: more than ten a minute would be refused.
    await until(async () => (await login()) === 200 || sleep(6_000, false));
  });

  it('stops within 10 s, by itself, and leaves no process', async () => {
    const children = launcher.children();
    const watch = new Stopwatch();
    expect(await launcher.signal('SIGTERM')).toBe(0);
    expect(watch.stop()).toBeLessThan(10_000);
    expect(launcher.said).not.toContain('and was killed');
    expect(children).toHaveLength(5);
    expect(survivors(children)).toEqual([]);
  });

  it('shows the login again that nobody has seen: the admin was made, and the start stopped before it said so', async () => {
    const file = join(env.DATA_DIR!, 'secrets.json');
    const kept = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...kept, loginShown: 'no' }));
    launcher = new Launcher(ROOT, env);
    await launcher.says('ready in');
    expect(await login()).toBe(200);
    expect(await launcher.signal('SIGTERM')).toBe(0);
  });

  it('shows no login that does not work: without its secrets, a database that has users keeps them', async () => {
    rmSync(join(env.DATA_DIR!, 'secrets.json'));
    launcher = new Launcher(ROOT, env);
    await launcher.says('ready in');
    expect(launcher.said).toContain('npm run admin -- reset-password --email admin@stockwire.local');
    expect(launcher.said).not.toMatch(/password: \S+-/);
    expect(await launcher.signal('SIGTERM')).toBe(0);
  });
});
