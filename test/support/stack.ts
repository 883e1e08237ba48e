import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports';
import { launch, signalGroup, stop, type Running } from '../../tools/databases/process';
import { appEnvironment, APPS, appSpec, opsUrl, PORTS, type AppName, type Ports } from '../../tools/start/apps';
import { temporaryFolder, testDatabase } from './databases';
import { guardProcess, releaseProcess } from './reaper';

export type { AppName } from '../../tools/start/apps';

const ROOT = resolve(__dirname, '../..');
const READY_WITHIN_MS = 120_000;
const STOPPED_WITHIN_MS = 20_000;
const KEPT_LINES = 5_000;

/** One built app as a real process. */
export interface RunningApp {
  readonly app: AppName;
  readonly child: ChildProcess;
  readonly opsUrl: string;
  /** What it wrote so far, the last 5,000 lines. */
  logs(): string;
  /** Signals it and waits for its end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Asks it to end and insists after 20 s. True if it ended by itself. */
  stop(): Promise<boolean>;
}

export interface StackOptions {
  /** All three when not given. */
  apps?: AppName[];
  /** Settings for all of them, over the defaults below. */
  env?: Record<string, string>;
}

export interface Stack {
  gatewayUrl: string;
  notificationUrl: string;
  opsUrls: Record<AppName, string>;
  ports: Ports;
  mongoUri: string;
  redisUrl?: string;
  adminEmail: string;
  adminPassword: string;
  /** What the apps were started with: for `startApp`, to run another replica beside them. */
  env: NodeJS.ProcessEnv;
  processes: Partial<Record<AppName, ChildProcess>>;
  kill(app: AppName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with the same settings, after stopping it if it still runs, and waits until it is ready. */
  restart(app: AppName): Promise<void>;
  logs(app: AppName): string;
  stop(): Promise<void>;
}

/** The built apps as real processes, on free ports, with a database of their own, ready when this resolves. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = await testDatabase();
  const dataDir = await temporaryFolder();
  // A port that was free a moment ago may be taken when the app gets to it. Then all of it is tried again.
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts();
    const secrets = {
      jwtSecret: randomBytes(32).toString('hex'),
      internalToken: randomBytes(32).toString('hex'),
      redisPassword: '',
      adminEmail: 'admin@stockwire.local',
      adminPassword: 'correct-horse-battery',
    };
    const base = {
      ...process.env,
      LOG_LEVEL: 'info',
      // A spec is faster than any person, and one caller.
      RATE_LIMIT_LOGINS: '0',
      RATE_LIMIT_WRITES: '0',
      RATE_LIMIT_READS: '0',
      ...options.env,
    };
    const host = '127.0.0.1';
    const { mongoUri: mongodbUri, redisUrl } = database;
    const env = { ...appEnvironment({ base, host, ports, secrets, dataDir, mongodbUri, redisUrl }), ...options.env };
    try {
      const running = await startApps(options.apps ?? [...APPS], env);
      return stackOf(running, env, ports, database);
    } catch (error) {
      if (attempt === 3 || !String(error).includes('EADDRINUSE')) throw error;
    }
  }
}

async function freePorts(): Promise<Ports> {
  const ports: Ports = { ...PORTS };
  for (const name of Object.keys(ports) as (keyof Ports)[]) ports[name] = await freePort();
  return ports;
}

/** Settings of another one of these apps beside those of a stack: the same, with ports of its own. */
export async function replicaEnv({ env }: Pick<Stack, 'env'>, ...apps: AppName[]): Promise<NodeJS.ProcessEnv> {
  const own = { ...env };
  for (const name of Object.keys(PORTS))
    if (apps.some((app) => name.startsWith(`${app.toUpperCase()}_`))) own[name] = String(await freePort());
  if (apps.includes('inventory')) own.ADVERTISE_ADDRESS = `127.0.0.1:${own.INVENTORY_PORT}`;
  return own;
}

type RunningApps = Map<AppName, RunningApp>;

async function startApps(apps: AppName[], env: NodeJS.ProcessEnv): Promise<RunningApps> {
  const started = await Promise.allSettled(apps.map((app) => startApp(app, env)));
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await Promise.all(running.map((one) => one.kill('SIGKILL')));
    throw failed.reason;
  }
  return new Map(running.map((one) => [one.app, one]));
}

/** One app, ready. For a second replica beside a stack: `startApp('inventory', {...stack.env, INVENTORY_PORT: …, INVENTORY_OPS_PORT: …})`. */
export async function startApp(app: AppName, env: NodeJS.ProcessEnv): Promise<RunningApp> {
  const lines: string[] = [];
  const running = await launch(appSpec(app, env, ROOT), (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  });
  guardProcess(running.pid);
  void running.exited.then(() => releaseProcess(running.pid));
  await ready(running, lines);
  return {
    app,
    child: running.child,
    opsUrl: opsUrl(app, env),
    logs: () => lines.join('\n'),
    kill: async (signal = 'SIGKILL') => {
      signalGroup(running.pid, signal);
      await running.exited;
    },
    stop: () => stop(running, STOPPED_WITHIN_MS),
  };
}

export interface Replica extends RunningApp {
  port: number;
}

/** Another notification app beside that of a stack. */
export async function startNotificationReplica(stack: Stack): Promise<Replica> {
  const env = await replicaEnv(stack, 'notification');
  return { ...(await startApp('notification', env)), port: Number(env.NOTIFICATION_PORT) };
}

async function ready({ spec, pid, exited }: Running, lines: string[]): Promise<void> {
  const limit = new AbortController();
  const over = await Promise.race([
    spec.ready(limit.signal).then(() => undefined),
    exited.then(({ code, signal }) => `ended with ${signal ?? `code ${code}`}`),
    sleep(READY_WITHIN_MS, `was not ready after ${READY_WITHIN_MS / 1000} s`, { signal: limit.signal }),
  ]).finally(() => limit.abort());
  if (over === undefined) return;
  signalGroup(pid, 'SIGKILL');
  throw new Error(`${spec.name} ${over}\n${lines.slice(-30).join('\n')}`);
}

function stackOf(
  running: RunningApps,
  env: NodeJS.ProcessEnv,
  ports: Ports,
  database: { mongoUri: string; redisUrl?: string; drop(): Promise<void> },
): Stack {
  const one = (app: AppName): RunningApp => {
    const found = running.get(app);
    if (!found) throw new Error(`${app} is not part of this stack`);
    return found;
  };
  const stack: Stack = {
    gatewayUrl: `http://127.0.0.1:${ports.GATEWAY_PORT}`,
    notificationUrl: `http://127.0.0.1:${ports.NOTIFICATION_PORT}`,
    opsUrls: {
      inventory: opsUrl('inventory', env),
      gateway: opsUrl('gateway', env),
      notification: opsUrl('notification', env),
    },
    ports,
    mongoUri: database.mongoUri,
    ...(database.redisUrl ? { redisUrl: database.redisUrl } : {}),
    adminEmail: env.ADMIN_EMAIL ?? '',
    adminPassword: env.ADMIN_PASSWORD ?? '',
    env,
    processes: Object.fromEntries([...running].map(([app, { child }]) => [app, child])),
    kill: (app, signal) => one(app).kill(signal),
    restart: async (app) => {
      await one(app).stop();
      running.set(app, await startApp(app, env));
      stack.processes[app] = one(app).child;
    },
    logs: (app) => one(app).logs(),
    stop: async () => {
      // The doors first, the writer last, as the launcher does it.
      const doors = [...running.values()].filter(({ app }) => app !== 'inventory');
      await Promise.all(doors.map((door) => door.stop()));
      await running.get('inventory')?.stop();
      await database.drop();
    },
  };
  return stack;
}
