import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const DAY_MS = 24 * 60 * 60 * 1000;
const SCRATCH = 'unfinished-';

/** Where downloaded database servers are kept: outside the project, so that every clone on the machine shares them. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'stockwire');
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Throws unless the file is exactly the expected one. Nothing that was downloaded runs before it went through here. */
export async function verify(file: string, expected: string): Promise<void> {
  const actual = await sha256(file);
  if (actual !== expected) throw new Error(`${file} has sha256 ${actual}, expected ${expected}: it was not used`);
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Runs `work` in a scratch folder inside the cache, on the same file system as the final place, and removes it after. */
export async function inScratch<T>(root: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await scratchIn(root).catch((error: Error) => {
    throw new Error(`${root} can't be used, set XDG_CACHE_HOME to another folder: ${error.message}`, { cause: error });
  });
  // A start that is stopped does not wait for its download.
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    process.off('exit', forget);
  }
}

/**
 * Puts a verified executable into the cache. The last step is a rename, so another clone that does the same at this
 * moment sees either nothing or the whole file, never half of one.
 */
export async function publish(file: string, root: string, name: string): Promise<string> {
  const target = join(root, name);
  const unfinished = join(root, `${SCRATCH}${name}-${randomBytes(6).toString('hex')}`);
  await copyFile(file, unfinished);
  await chmod(unfinished, 0o755);
  await rename(unfinished, target);
  return target;
}

async function scratchIn(root: string): Promise<string> {
  await mkdir(root, { recursive: true });
  await sweep(root);
  // At once: a process that ends meanwhile would not know of it.
  return mkdtempSync(join(root, SCRATCH));
}

/** Removes what a download left that was killed long ago; a younger one may still be under way in another clone. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(SCRATCH)) continue;
    const path = join(root, name);
    const age = await stat(path).then(
      (s) => Date.now() - s.mtimeMs,
      () => 0,
    );
    if (age > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}
