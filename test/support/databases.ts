import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { mongo } from 'mongoose';
import { startDatabases, type RunningDatabases } from '../../tools/databases/databases';
import { guardFolder, guardProcess } from './reaper';

/** A folder that is gone after the run. */
export async function temporaryFolder(within = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(within, 'stockwire-test-'));
  guardFolder(folder);
  return folder;
}

const MEMORY = '/dev/shm';
const PLENTY = 4 * 1_024 ** 3;

/** In memory where there is plenty: both servers end with the run, so that nothing has to wait for a disk. */
async function folderOfServers(): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return temporaryFolder(Math.min(bavail * bsize, freemem()) > PLENTY ? MEMORY : tmpdir());
}

let running: { databases: RunningDatabases; folder: string } | undefined;

/** Once for a whole run of the end-to-end specs: both servers, or those that MONGODB_URI and REDIS_URL name. */
export async function startTestDatabases(): Promise<void> {
  const folder = await folderOfServers();
  const databases = await startDatabases({ dataDir: folder, say: (line) => console.log(line) });
  databases.pids.forEach(guardProcess);
  running = { databases, folder };
  process.env.MONGODB_URI = databases.mongodbUri;
  if (databases.redisUrl) process.env.REDIS_URL = databases.redisUrl;
}

export async function stopTestDatabases(): Promise<void> {
  await running?.databases.stop();
  if (running) await rm(running.folder, { recursive: true, force: true });
}

export interface TestDatabase {
  /** A database that nothing else uses. */
  mongoUri: string;
  /** A numbered, emptied database of the test Redis. Missing where there is no Redis. */
  redisUrl?: string;
  drop(): Promise<void>;
}

/** A database of its own for one spec, or one group of tests. */
export async function testDatabase(): Promise<TestDatabase> {
  const uri = process.env.MONGODB_URI;
  if (!uri) throw new Error('no test databases: run this through `npm test` or `npm run test:e2e`');
  const mongoUri = withDatabase(uri, `sw_${randomBytes(6).toString('hex')}`);
  const redisUrl = process.env.REDIS_URL ? await emptyRedis(process.env.REDIS_URL) : undefined;
  return { mongoUri, ...(redisUrl ? { redisUrl } : {}), drop: () => drop(mongoUri) };
}

/** The same server, another database. */
export function withDatabase(uri: string, database: string): string {
  const url = new URL(uri);
  url.pathname = `/${database}`;
  return url.toString();
}

const REDIS_DATABASES = 16;
let taken = 0;

/** Workers of one run share the server, so each has its own half of the numbered databases. */
async function emptyRedis(uri: string): Promise<string> {
  const half = REDIS_DATABASES / 2;
  const worker = (Number(process.env.JEST_WORKER_ID ?? 1) - 1) % 2;
  const url = withDatabase(uri, String(worker * half + (taken++ % half)));
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    await redis.flushdb();
  } finally {
    redis.disconnect();
  }
  return url;
}

const MAX_TIME_EXPIRED = 50;

async function drop(uri: string): Promise<void> {
  const client = new mongo.MongoClient(uri);
  try {
    await client.db().command({ dropDatabase: 1, maxTimeMS: 5_000 });
  } catch (error) {
    // A client that was killed leaves its transaction open, which blocks this for a minute. Then it is left: the whole
    // server goes at the end of the run.
    if (!(error instanceof mongo.MongoServerError && error.code === MAX_TIME_EXPIRED)) throw error;
  } finally {
    await client.close();
  }
}
