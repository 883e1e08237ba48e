import { resolve } from 'node:path';
import { startDatabases } from './databases';
import { whenNpmEnds } from './process';

/** Both databases in the foreground, for developers who start the apps by hand. */
async function main(): Promise<void> {
  const dataDir = resolve(process.env.DATA_DIR ?? 'data');
  const databases = await startDatabases({ dataDir, say: (line) => console.error(line) });
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
