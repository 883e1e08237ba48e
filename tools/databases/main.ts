import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DataDirLock, endOrphans } from '../start/lock';
import { readEnvFile } from '../start/env-file';
import { dataDirOf } from '../start/settings';
import { startDatabases } from './databases';
import { whenNpmEnds } from './process';

const HELP = `npm run databases

Starts MongoDB and Redis on DATA_DIR, without the apps, and prints MONGODB_URI and REDIS_URL: for a restore, and for
developers. Not beside \`npm start\`, which has the same ones. Ctrl-C stops them.`;

/** Both databases in the foreground, for a restore and for developers who start the apps by hand. */
async function main(): Promise<void> {
  if (parseArgs({ options: { help: { type: 'boolean' } } }).values.help) {
    console.log(HELP);
    return;
  }
  const root = resolve(__dirname, '../../..');
  readEnvFile(root);
  const dataDir = dataDirOf(root, process.env);
  // `npm start` has the same databases: a second one would take their ports' names away, and end over their files.
  const lock = DataDirLock.acquire(dataDir, (line) => console.error(line));
  try {
    await run(dataDir, lock);
  } finally {
    lock.release();
  }
}

async function run(dataDir: string, lock: DataDirLock): Promise<void> {
  const say = (line: string): void => console.error(line);
  await endOrphans(lock, say);
  const databases = await startDatabases({ dataDir, say });
  for (const pid of databases.pids) lock.add('database', pid);
  console.log(`MONGODB_URI=${databases.mongodbUri}`);
  if (databases.redisUrl) console.log(`REDIS_URL=${databases.redisUrl}`);
  console.error('Ctrl-C stops them.');
  let asked = false;
  const end = (): void => {
    asked = true;
    void databases.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  whenNpmEnds(end);
  const name = await databases.lost;
  await databases.stop();
  if (!asked) throw new Error(`${name} ended by itself`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
