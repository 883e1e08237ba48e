import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST = 10 * 1024 * 1024;
const LAST_BYTES = 16 * 1024;

/** The log file of a database, which starts now. One that has grown large becomes `.old`, so both together stay bounded. */
export async function freshLog(dataDir: string, name: string): Promise<string> {
  const folder = join(dataDir, 'logs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  await setAside(file);
  return file;
}

/** The same while it runs: whether its writer has to be told to open the file anew, also again when that has failed before. */
export async function setAside(file: string): Promise<boolean> {
  const size = await stat(file).then(
    (s) => s.size,
    () => undefined,
  );
  if (size !== undefined && size > LARGEST) await rename(file, `${file}.old`);
  return size === undefined || size > LARGEST;
}

/** The last lines of a file, for a message about why its writer ended. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - LAST_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n').slice(-count);
  } finally {
    await handle.close();
  }
}
