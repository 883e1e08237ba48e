import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { ProcessSpec } from '../databases/process';
import type * as Configuration from './configuration';

export type AppName = 'inventory' | 'gateway' | 'notification';

/** In the order in which they are started; they are stopped the other way round. */
export const APPS: readonly AppName[] = ['inventory', 'gateway', 'notification'];

/** Every port of the apps, under the name of the variable that sets it. */
export const PORTS = {
  GATEWAY_PORT: 6100,
  INVENTORY_PORT: 6101,
  NOTIFICATION_PORT: 6102,
  NOTIFICATION_TCP_PORT: 6103,
  GATEWAY_OPS_PORT: 6110,
  INVENTORY_OPS_PORT: 6111,
  NOTIFICATION_OPS_PORT: 6112,
} as const;

export type Ports = Record<keyof typeof PORTS, number>;

export interface Secrets {
  jwtSecret: string;
  internalToken: string;
  redisPassword: string;
  adminEmail: string;
  adminPassword: string;
}

export interface AppSettings {
  /** What the person who started it has set. The settings below were made from it and win over it. */
  base: NodeJS.ProcessEnv;
  host: string;
  ports: Ports;
  secrets: Secrets;
  dataDir: string;
  mongodbUri: string;
  redisUrl?: string | undefined;
}

/** The environment of the apps, all of it in one place. Each app gets the whole and reads what it knows. */
export function appEnvironment(settings: AppSettings): NodeJS.ProcessEnv {
  const { base, host, ports, secrets, dataDir, mongodbUri, redisUrl } = settings;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    // Deliveries to this machine and its neighbours are what a person who tries it out wants.
    WEBHOOK_ALLOW_PRIVATE: 'true',
    // Each is the only one of its kind: there is nobody to move on to.
    DRAIN_MS: '0',
    // By this name a restarted inventory finds what its killed predecessor left open. A host's own name may change; but where
    // others share the database, only the host's name keeps two machines apart.
    ...(base.MONGODB_URI ? {} : { ADVERTISE_ADDRESS: `${reachable(host)}:${ports.INVENTORY_PORT}` }),
    INVENTORY_ADDRESSES: `${reachable(host)}:${ports.INVENTORY_PORT}`,
    NOTIFICATION_ADDRESSES: `${reachable(host)}:${ports.NOTIFICATION_TCP_PORT}`,
    ...base,
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    HOST: host,
    DATA_DIR: dataDir,
    MONGODB_URI: mongodbUri,
    JWT_SECRET: secrets.jwtSecret,
    INTERNAL_TOKEN: secrets.internalToken,
    ADMIN_EMAIL: secrets.adminEmail,
    ADMIN_PASSWORD: secrets.adminPassword,
  };
  if (redisUrl === undefined) delete env.REDIS_URL;
  else env.REDIS_URL = redisUrl;
  return env;
}

/** Where to connect to what listens at `host`, as it stands before a port: an IPv6 address in brackets. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export function opsUrl(app: AppName, env: NodeJS.ProcessEnv): string {
  return `http://${reachable(env.HOST ?? '127.0.0.1')}:${env[`${app.toUpperCase()}_OPS_PORT`]}`;
}

/**
 * Half the memory under load for the same throughput: left alone, V8 lets the heap grow to four times what lives in it, and has
 * four helpers of which each keeps some, on however few cores.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=40', '--v8-pool-size=1'];

/** How a built app is run. `root` is the project's folder. */
export function appSpec(app: AppName, env: NodeJS.ProcessEnv, root: string): ProcessSpec {
  return {
    name: app,
    command: process.execPath,
    args: [...NODE_FLAGS, join(root, 'dist', `${app}.js`)],
    env,
    cwd: root,
    hopeless: () => badSettings(env),
    ready: async (signal) => {
      while ((await status(`${opsUrl(app, env)}/health/ready`)) !== 200) await sleep(30, undefined, { signal });
    },
  };
}

/** What is wrong with the settings of any app, in one message: starting it again would not mend them. */
async function badSettings(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  // Loaded only when an app has ended before it was ready: it takes as long as an app takes to load.
  const file = pathToFileURL(join(__dirname, 'configuration.js')).href;
  const { configurationFaults } = (await import(file)) as typeof Configuration;
  const faults = configurationFaults(env);
  return faults.length > 0 ? cantStart(faults) : undefined;
}

/** All that is in the way of a start, in one message. */
export function cantStart(faults: readonly string[]): string {
  return `Stockwire can't start:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
}

function status(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(undefined));
  });
}
