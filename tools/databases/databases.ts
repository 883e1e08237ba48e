import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheRoot } from './cache';
import { lastLines } from './logs';
import { findMongod, MONGOD_MISSING, mongodSpec } from './mongod';
import { keptPort } from './ports';
import { launch, signalGroup, stop, type ProcessSpec, type Running } from './process';
import { findRedis, redisSpec, redisUrl } from './redis';
import type { Search } from './sources';
import { mongodUri } from './uri';

/** A database that the apps know only by its address. Without `spec` it runs elsewhere and is not ours to start or stop. */
export interface Database {
  uri: string;
  spec?: ProcessSpec;
}

export interface Databases {
  mongo: Database;
  /** Missing where no Redis is to be had: the apps then run without it, more slowly. */
  redis?: Database;
}

export interface DatabaseOptions {
  dataDir: string;
  redisPassword: string;
  env?: NodeJS.ProcessEnv;
  /** Gets one line for each database: what was taken, and why. */
  say: (line: string) => void;
}

/** Decides where both databases come from, and downloads what is missing. Starts nothing yet. */
export async function provide(options: DatabaseOptions): Promise<Databases> {
  const env = options.env ?? process.env;
  const [mongo, redis] = await Promise.all([provideMongo(options, env), provideRedis(options, env)]);
  return redis ? { mongo, redis } : { mongo };
}

async function provideMongo({ dataDir, say }: DatabaseOptions, env: NodeJS.ProcessEnv): Promise<Database> {
  if (env.MONGODB_URI) {
    say('mongod: not started, because MONGODB_URI is set');
    return { uri: env.MONGODB_URI };
  }
  const search = await findMongod(cacheRoot(env), env);
  if (!search.binary) throw new Error(`${MONGOD_MISSING}\nTried: ${search.passed.join('; ')}.`);
  say(`mongod ${taken(search)}`);
  const port = await keptPort(dataDir, 'mongod');
  return { uri: mongodUri(port), spec: await mongodSpec(search.binary.path, dataDir, port) };
}

async function provideRedis(options: DatabaseOptions, env: NodeJS.ProcessEnv): Promise<Database | undefined> {
  const { dataDir, redisPassword, say } = options;
  if (env.REDIS_URL) {
    say('redis-server: not started, because REDIS_URL is set');
    return { uri: env.REDIS_URL };
  }
  const search = await findRedis(cacheRoot(env), env);
  if (!search.binary) {
    const tried = search.passed.join('; ');
    say(`redis-server: none (${tried}); going on without, set REDIS_URL or REDIS_SERVER_BIN to have one`);
    return undefined;
  }
  say(`redis-server ${taken(search)}`);
  const port = await keptPort(dataDir, 'redis');
  return {
    uri: redisUrl(port, redisPassword),
    spec: await redisSpec(search.binary.path, dataDir, port, redisPassword),
  };
}

function taken({ binary, passed }: Search): string {
  const why = passed.length > 0 ? ` (${[...new Set(passed)].join('; ')})` : '';
  return `${binary?.version} from ${binary?.from}${why}`;
}

export interface RunningDatabases {
  mongodbUri: string;
  redisUrl?: string;
  /** Process ids, which are also their groups', for whoever has to end them if this process can't. */
  pids: number[];
  /** Resolves when one of them ends without being asked to, with its name. */
  lost: Promise<string>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/** Both databases, ready to use and not watched over: for tests and for developers. The launcher supervises its own. */
export async function startDatabases(
  options: Omit<DatabaseOptions, 'redisPassword'> & { redisPassword?: string },
): Promise<RunningDatabases> {
  const password = options.redisPassword ?? randomBytes(24).toString('hex');
  const { mongo, redis } = await provide({ ...options, redisPassword: password });
  const specs = [mongo.spec, redis?.spec].filter((spec) => spec !== undefined);
  const started = await Promise.allSettled(specs.map(startOne));
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.map((one) => stop(one, 8_000)));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stopAll();
    throw failed.reason;
  }
  return {
    mongodbUri: mongo.uri,
    ...(redis ? { redisUrl: redis.uri } : {}),
    pids: running.map(({ pid }) => pid),
    lost: Promise.race(running.map(({ spec, exited }) => exited.then(() => spec.name))),
    stop: stopAll,
  };
}

async function startOne(spec: ProcessSpec): Promise<Running> {
  const lines: string[] = [];
  const running = await launch(spec, (line) => lines.push(line));
  const limit = new AbortController();
  const over = await Promise.race([
    spec.ready(limit.signal).then(() => undefined),
    running.exited.then(({ code, signal }) => `ended with ${signal ?? `code ${code}`}`),
    sleep(READY_WITHIN_MS, `was not ready after ${READY_WITHIN_MS / 1000} s`, { signal: limit.signal }),
  ]).finally(() => limit.abort());
  if (over === undefined) return running;
  signalGroup(running.pid, 'SIGKILL');
  const log = spec.logFile ? await lastLines(spec.logFile, 10) : [];
  throw new Error([`${spec.name} ${over}`, ...lines.slice(-10), ...log].join('\n'));
}
