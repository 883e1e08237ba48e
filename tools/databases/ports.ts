import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Below the range from which systems take the local port of outgoing connections (from 32768 on Linux, 49152 elsewhere):
 * a port of that range can be taken by any connection between the moment it was found free and the moment it is used.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;

export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const error = await tryListening(port, host);
  return error === undefined;
}

/** Listens for a moment. Answers with the error's code if that is not possible. */
export function tryListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

const handedOut = new Set<number>();

/** A free port, never the same twice in one process; from `lowest` on, below `end`. */
export async function freePort(lowest = LOWEST, end = HIGHEST): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(lowest, end);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free port found between ${lowest} and ${end}`);
}

/** The port that was used here last time, so that a printed URI stays good across restarts; another one if it is taken. */
export async function keptPort(dataDir: string, name: string): Promise<number> {
  const file = join(dataDir, `${name}.port`);
  // Missing, or cut short by a power cut: then another port is chosen, nothing else is lost.
  const last = Number(await readFile(file, 'utf8').catch(() => ''));
  if (Number.isInteger(last) && last >= 1024 && last <= 65_535 && (await isFree(last))) return last;
  const port = await freePort();
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${port}\n`);
  return port;
}
