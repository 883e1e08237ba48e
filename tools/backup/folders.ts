import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './manifest';

/** Of a backup that is being written. */
export const PARTIAL = '.partial-';
const NAME = /^stockwire-\d{8}T\d{6}Z-\d+$/;

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
