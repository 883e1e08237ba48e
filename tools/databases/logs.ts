import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST = 10 * 1024 * 1024;
const LAST_BYTES = 16 * 1024;

/** The log file of a database. One that has grown large becomes `.old` at a start, so both together stay bounded. */
export async function freshLog(dataDir: string, name: string): Promise<string> {
  const folder = join(dataDir, 'logs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  const size = await stat(file).then(
    (s) => s.size,
    () => 0,
  );
  if (size > LARGEST) await rename(file, `${file}.old`);
  return file;
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
