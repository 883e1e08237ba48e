import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mongodUri } from '../databases/uri';
import { readEnvFile } from '../start/env-file';
import { dataDirOf } from '../start/settings';

/** The database of the installation: the one that is set, else the one that `npm start` runs from its data directory. */
export function findDatabase(root: string, env: NodeJS.ProcessEnv): string {
  readEnvFile(root, env);
  if (env.MONGODB_URI) return env.MONGODB_URI;
  const port = keptPort(dataDirOf(root, env));
  if (port !== undefined) return mongodUri(port);
  throw new Error('There is no database yet. Run `npm start` first, or set MONGODB_URI or DATA_DIR.');
}

/** Where the launcher's own database listens while it runs. */
function keptPort(dataDir: string): number | undefined {
  const file = join(dataDir, 'mongod.port');
  const port = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(port) && port > 0 ? port : undefined;
}
