import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest';

/** Of a backup that is being written. */
const PARTIAL = '.partial-';
/** No backup takes so long: what is older was left by one that was killed. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;
const NAME = /^stockwire-\d{8}T\d{6}Z-\d+$/;

/**
 * A folder for a backup that is being written. A name of its own: in containers every process has the same number, and a backup by
 * hand would write into the one of the schedule.
 */
export async function partialFolder(target: string, now = Date.now()): Promise<string> {
  for (const name of await readdir(target).catch(foreign(target))) {
    if (!name.startsWith(PARTIAL)) continue;
    const path = join(target, name);
    // Gone: the other one has just got its name.
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
  return mkdtemp(join(target, PARTIAL)).catch(foreign(target));
}

/** A folder that Docker has made is root's, and the user of the image another one. */
function foreign(target: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code !== 'EACCES') throw error;
    throw new Error(`${target} has to belong to user ${process.getuid?.()}, who makes the backups.`, { cause: error });
  };
}

/** The time of a backup and where the ledger stood: the order of the names is the order of the backups. */
export function nameOf({ madeAt, position }: Pick<Manifest, 'madeAt' | 'position'>): string {
  return `stockwire-${madeAt.slice(0, 19).replaceAll(/[-:]/g, '')}Z-${position}`;
}

/** Which backups go when `keep` stay: the oldest, and never anything that has another name. */
export function superfluous(names: readonly string[], keep: number): string[] {
  const backups = names.filter((name) => NAME.test(name)).sort();
  return backups.slice(0, Math.max(0, backups.length - keep));
}

/** Removes what `keep` does not keep; returns the names. */
export async function prune(target: string, keep: number): Promise<string[]> {
  const gone = superfluous(await readdir(target), keep);
  for (const name of gone) await rm(join(target, name), { recursive: true });
  return gone;
}
