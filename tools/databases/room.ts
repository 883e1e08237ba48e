import { statfs } from 'node:fs/promises';

/** Below it MongoDB ends itself, and would again: it writes before it is ready. */
const LEAST_BYTES = 16 * 1024 * 1024;

interface Space {
  bsize: number;
  /** Blocks that are free, and of them those that are not kept for root. */
  bfree: number;
  bavail: number;
}

/** That the disk of a folder is full, in words; undefined when there is room, or nobody can say. */
export async function fullDisk(
  folder: string,
  spaceOf: (folder: string) => Promise<Space> = statfs,
  root = process.getuid?.() === 0,
): Promise<string | undefined> {
  const space = await spaceOf(folder).catch(() => undefined);
  if (!space) return undefined;
  const bytes = space.bsize * (root ? space.bfree : space.bavail);
  return bytes < LEAST_BYTES ? `the disk of ${folder} is full (${Math.floor(bytes / 1024 / 1024)} MB left)` : undefined;
}
