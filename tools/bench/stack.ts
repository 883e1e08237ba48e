import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { provide } from '../databases/databases';
import { lastLines } from '../databases/logs';
import { freePort } from '../databases/ports';
import { launch, signalGroup, stop, type ProcessSpec, type Running } from '../databases/process';
import { appEnvironment, APPS, appSpec, PORTS, type AppName, type Ports } from '../start/apps';

/** A second inventory is there only when asked for. */
export type Part = 'mongod' | 'redis' | AppName | typeof SECOND;

const SECOND = 'inventory-2';
const DATABASES: readonly Part[] = ['mongod', 'redis'];
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 8_000;

/** The root of the project, from the sources as from `dist`. */
export function projectRoot(from = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nest-cli.json')) || folder === dirname(folder)) return folder;
  }
}

export interface StackOptions {
  /** Settings of the apps, over those of production. */
  env?: NodeJS.ProcessEnv;
  say?: (line: string) => void;
  /** Called when a part ends that nobody killed or asked to end. */
  onLost?: (part: Part) => void;
}

/**
 * The whole of Stockwire as it runs in production: both databases and three apps, on free ports, with data of its own that
 * is gone afterwards. Nothing watches over the parts: who kills one starts it again.
 */
export class Stack {
  private readonly running = new Map<Part, Running>();
  /** For a tool that ends by a failure or by Ctrl-C: nothing it started may outlive it. */
  private readonly reap = (): void => {
    for (const { pid } of this.running.values()) signalGroup(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  };

  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    readonly ports: Ports,
    private readonly databases: ReadonlyMap<Part, ProcessSpec>,
    private readonly onLost: (part: Part) => void,
  ) {
    process.once('exit', this.reap);
  }

  static async start({ env = {}, say = () => undefined, onLost = () => undefined }: StackOptions = {}): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'stockwire-'));
    const secrets = {
      jwtSecret: randomBytes(32).toString('hex'),
      internalToken: randomBytes(32).toString('hex'),
      redisPassword: randomBytes(16).toString('hex'),
      adminEmail: 'admin@stockwire.local',
      adminPassword: randomBytes(16).toString('hex'),
    };
    const { mongo, redis } = await provide({ dataDir: folder, redisPassword: secrets.redisPassword, say });
    const ports: Ports = { ...PORTS };
    for (const name of Object.keys(ports) as (keyof Ports)[]) ports[name] = await freePort();
    const settings = { ports, secrets, dataDir: folder, mongodbUri: mongo.uri, redisUrl: redis?.uri };
    const limits = { RATE_LIMIT_LOGINS: '0', RATE_LIMIT_WRITES: '0', RATE_LIMIT_READS: '0', JWT_ACCESS_TTL: '86400' };
    const base = { ...process.env, LOG_LEVEL: 'info', ...limits, ...env };
    const specs = new Map<Part, ProcessSpec>();
    if (mongo.spec) specs.set('mongod', mongo.spec);
    if (redis?.spec) specs.set('redis', redis.spec);
    const stack = new Stack(folder, appEnvironment({ base, host: '127.0.0.1', ...settings }), ports, specs, onLost);
    try {
      await stack.beginAll([...specs.keys()]);
      await stack.beginAll(APPS);
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.ports.GATEWAY_PORT}`;
  }

  get notificationUrl(): string {
    return `http://127.0.0.1:${this.ports.NOTIFICATION_PORT}`;
  }

  get admin(): { email: string; password: string } {
    return { email: this.env.ADMIN_EMAIL ?? '', password: this.env.ADMIN_PASSWORD ?? '' };
  }

  /** The parts that this tool started: a database that runs elsewhere is none. */
  get parts(): Part[] {
    return [...this.databases.keys(), ...APPS];
  }

  pid(part: Part): number | undefined {
    return this.running.get(part)?.pid;
  }

  /** Starts a part and waits until it is ready. `env` goes over the settings of an app, this once. */
  async begin(part: Part, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const spec = this.databases.get(part) ?? appSpec(appOf(part), { ...this.env, ...env }, projectRoot());
    const logFile = spec.logFile ?? join(this.folder, `${part}.log`);
    const running = await launch(DATABASES.includes(part) ? spec : logged(spec, logFile), () => undefined);
    this.running.set(part, running);
    const limit = new AbortController();
    const over = await Promise.race([
      spec.ready(limit.signal).then(() => undefined),
      running.exited.then(({ code, signal }) => `ended with ${signal ?? `code ${code}`}`),
      sleep(READY_WITHIN_MS, `was not ready after ${READY_WITHIN_MS / 1_000} s`, { signal: limit.signal }),
    ]).finally(() => limit.abort());
    if (over === undefined) {
      void running.exited.then(() => {
        if (this.running.get(part) === running) this.onLost(part);
      });
      return;
    }
    await this.kill(part);
    throw new Error([`${part} ${over}`, ...(await lastLines(logFile, 15))].join('\n'));
  }

  /** Fails only when all have come to a state: one that is still starting could not be stopped. */
  private async beginAll(parts: readonly Part[]): Promise<void> {
    const begun = await Promise.allSettled(parts.map((part) => this.begin(part)));
    const failed = begun.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** SIGKILL: nothing is flushed, nothing is said. */
  async kill(part: Part): Promise<void> {
    const running = this.running.get(part);
    if (!running) return;
    this.running.delete(part);
    signalGroup(running.pid, 'SIGKILL');
    await running.exited;
  }

  async restart(part: Part, env?: NodeJS.ProcessEnv): Promise<void> {
    await this.end(part);
    await this.begin(part, env);
  }

  /** Has so many inventories run, and the gateway know all of them. The first one keeps the lease. */
  async inventories(count: 1 | 2): Promise<void> {
    const addresses = [this.env.INVENTORY_ADDRESSES];
    await this.end(SECOND);
    if (count === 2) {
      const [port, opsPort] = [await freePort(), await freePort()];
      const address = `127.0.0.1:${port}`;
      addresses.push(address);
      const ports = { INVENTORY_PORT: String(port), INVENTORY_OPS_PORT: String(opsPort) };
      await this.begin(SECOND, { ...ports, ADVERTISE_ADDRESS: address });
    }
    await this.restart('gateway', { INVENTORY_ADDRESSES: addresses.join() });
  }

  /** In order: the doors, the writer, the databases. */
  async stop({ keep = false } = {}): Promise<void> {
    await Promise.all([this.end('gateway'), this.end('notification')]);
    await this.end(SECOND);
    await this.end('inventory');
    await Promise.all(DATABASES.map((part) => this.end(part)));
    process.off('exit', this.reap);
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }

  /** The last lines that a part wrote, for a message about it. */
  lastLines(part: Part, count: number): Promise<string[]> {
    const file = this.databases.get(part)?.logFile ?? join(this.folder, `${part}.log`);
    return lastLines(file, count);
  }

  private async end(part: Part): Promise<void> {
    const running = this.running.get(part);
    this.running.delete(part);
    if (running) await stop(running, STOPPED_WITHIN_MS);
  }
}

function appOf(part: Part): AppName {
  const app = APPS.find((name) => name === (part === SECOND ? 'inventory' : part));
  if (!app) throw new Error(`${part} runs elsewhere and is not ours to start`);
  return app;
}

/** The log goes straight into a file, as it does under a service manager: reading it here would cost what is measured. */
function logged(spec: ProcessSpec, file: string): ProcessSpec {
  const script = 'log=$1; shift; exec "$@" >>"$log" 2>&1';
  return { ...spec, command: '/bin/sh', args: ['-c', script, 'sh', resolve(file), spec.command, ...spec.args] };
}

/** A tool that is asked to end does so through its exit handlers. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
}
