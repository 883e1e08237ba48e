import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadEnvFile } from 'node:process';
import { mongodUri } from '../databases/uri';

/** The database of the installation: the one that is set, else the one that `npm start` runs from its data directory. */
export function findDatabase(root: string, env: NodeJS.ProcessEnv): string {
  const file = join(root, '.env');
  // Fills in what is unset, so the environment wins over the file.
  if (existsSync(file)) loadEnvFile(file);
  if (env.MONGODB_URI) return env.MONGODB_URI;
  const port = keptPort(resolve(root, env.DATA_DIR || 'data'));
  if (port !== undefined) return mongodUri(port);
  throw new Error('There is no database yet. Run `npm start` first, or set MONGODB_URI or DATA_DIR.');
}

/** Where the launcher's own database listens while it runs. */
function keptPort(dataDir: string): number | undefined {
  const file = join(dataDir, 'mongod.port');
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
