import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports';
import { signalGroup } from '../../tools/databases/process';
import { APPS, PORTS, type AppName } from '../../tools/start/apps';
import { isRunning } from '../../tools/start/identity';
import type { Child } from '../../tools/start/lock';
import { guardProcess } from './reaper';
import { PATIENCE_MS } from './sockets';

const MAIN = resolve(__dirname, '../../dist/tools/start/main.js');

/**
 * A stand-in for an app: says what it does, answers on both of its ports, drains for a moment when asked to end. So these
 * specs are about the launcher alone. What it is asked to do wrong stands in the environment, for the app of that name.
 */
const APP = `
  const { createServer, connect } = require('node:http') && { ...require('node:http'), ...require('node:net'), createServer: require('node:http').createServer };
  const app = require('node:path').basename(__filename, '.js');
  const set = (name) => process.env[app.toUpperCase() + '_' + name];
  const log = (msg, more) => console.log(JSON.stringify({ level: 'info', time: new Date(), app, msg, ...more }));
  log('started', { pid: process.pid, redis: process.env.REDIS_URL });
  if (set('DIES') !== undefined) { log('last words'); process.exit(Number(set('DIES'))); }
  for (const name of ['PORT', 'OPS_PORT']) createServer((_, response) => response.end('{}')).listen(Number(set(name)), process.env.HOST);
  process.on('SIGTERM', () => {
    if (set('DEAF')) return log('deaf');
    setTimeout(() => {
      const socket = connect({ port: Number(new URL(process.env.MONGODB_URI).port), host: '127.0.0.1' });
      const end = (database) => { log('drained', { database }); process.exit(0); };
      socket.on('connect', () => end('there')).on('error', () => end('gone'));
    }, 300);
  });
`;

/** A project folder that holds nothing but built stand-ins, and the environment to start it in. */
export async function fakeProject(folder: string): Promise<NodeJS.ProcessEnv> {
  mkdirSync(join(folder, 'dist'));
  for (const app of APPS) writeFileSync(join(folder, 'dist', `${app}.js`), APP);
  return launcherEnvironment(folder);
}

/** Free ports, data in the folder, databases of its own. */
export async function launcherEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: join(folder, 'data') };
  delete env.MONGODB_URI;
  delete env.REDIS_URL;
  for (const name of Object.keys(PORTS)) env[name] = String(await freePort());
  return env;
}

type Line = { app: string; msg: string; level: string } & Record<string, unknown>;

/** The built launcher as a process, and what it says. */
export class Launcher {
  readonly child: ChildProcess;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  readonly lines: Line[] = [];
  errors = '';
  private readonly lockFile: string;

  constructor(folder: string, env: NodeJS.ProcessEnv, under?: 'shell') {
    const call = `require(${JSON.stringify(MAIN)}).main(${JSON.stringify(folder)}, []).then(process.exit)`;
    // In a group of its own, as a shell does it: a signal to the group is then what Ctrl-C is.
    // `; true` keeps the shell from becoming the launcher itself.
    const inShell = ['-c', `'${process.execPath}' -e '${call}'; true`];
    const [command, args] = under ? ['sh', inShell] : [process.execPath, ['-e', call]];
    this.child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    guardProcess(this.child.pid!);
    this.lockFile = join(env.DATA_DIR!, 'launcher.lock');
    this.exited = new Promise((done) => this.child.once('close', (code, signal) => done(code ?? signal)));
    this.child.stderr?.on('data', (chunk) => (this.errors += String(chunk)));
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      // Fails on a line that is not JSON: without a terminal there must be none.
      for (const line of lines) this.lines.push(JSON.parse(line) as Line);
    });
  }

  /** What it and its apps said so far, as text. */
  get said(): string {
    return this.lines.map(({ app, msg }) => `${app}: ${msg}`).join('\n');
  }

  /** Waits until it has said something; the end of the process ends the wait too. */
  async says(words: string | RegExp, from = 0): Promise<Line> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const line = this.lines.slice(from).find(({ app, msg }) => `${app}: ${msg}`.match(words));
      if (line) return line;
      const over = this.child.exitCode !== null || Date.now() > deadline;
      if (over) throw new Error(`never said ${words}:\n${this.said}\n${this.errors}`);
      await sleep(10);
    }
  }

  /** Everything it has started and not yet seen end, from its own account. */
  children(): Child[] {
    const text = existsSync(this.lockFile) ? readFileSync(this.lockFile, 'utf8') : '';
    if (!text) return [];
    const { children } = JSON.parse(text) as { children: Child[] };
    children.forEach(({ pid }) => guardProcess(pid));
    return children;
  }

  childOf(name: AppName | 'mongod' | 'redis-server'): Child {
    const child = this.children().find((one) => one.name === name);
    if (!child) throw new Error(`${name} is not running:\n${this.said}`);
    return child;
  }

  /** Kills it and everything it started, if there is anything left. */
  async destroy(): Promise<void> {
    const children = this.children();
    this.child.kill('SIGKILL');
    await this.exited;
    for (const { pid } of children.filter(isRunning)) signalGroup(pid, 'SIGKILL');
  }

  async signal(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.child.kill(signal);
    return this.exited;
  }
}

export function survivors(children: Child[]): string[] {
  return children.filter(isRunning).map(({ name }) => name);
}
