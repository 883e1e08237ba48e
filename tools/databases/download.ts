import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DryMongoBinary } from 'mongodb-memory-server-core/lib/util/DryMongoBinary';
import { MongoBinaryDownload } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl';
import { exists, inScratch, publish, sha256, verify } from './cache';
import { firstLine, probe, type Program, type Source } from './sources';

/** The release that mongodb-memory-server-core itself is tested with; the same major version as in docker-compose.yml. */
const VERSION = '8.2.6';
const CACHE_NAME = `mongod-${VERSION}`;
const REACHABLE_WITHIN_MS = 5_000;

/** The cached program, if it still is what was downloaded. */
export function cachedDownload(program: Program, root: string): Source {
  return async () => {
    const path = join(root, CACHE_NAME);
    if (!(await exists(path)) || !(await exists(`${path}.sha256`))) return 'not cached';
    try {
      await verify(path, await readFile(`${path}.sha256`, 'utf8'));
    } catch (error) {
      return (error as Error).message;
    }
    const result = await probe(program, path);
    return 'fault' in result ? result.fault : { path, version: result.version, from: `the cache ${root}` };
  };
}

/**
 * mongodb-memory-server's own download: it knows which of MongoDB's builds fits which system. Its check (MD5, by default
 * without verifying the host's certificate) is not enough to run a program, so the sha256 that MongoDB publishes is
 * fetched first, over a verified connection, and the archive is compared with it. That request also tells within seconds
 * whether the host can be reached at all.
 */
export function freshDownload(program: Program, root: string): Source {
  return async () => {
    try {
      const path = await inScratch(root, (folder) => download(folder, root));
      const result = await probe(program, path);
      if ('fault' in result) return result.fault;
      return { path, version: result.version, from: "MongoDB's download site" };
    } catch (error) {
      return `not to be had from MongoDB's download site (${reason(error as Error)})`;
    }
  };
}

async function download(folder: string, root: string): Promise<string> {
  const options = await DryMongoBinary.generateOptions({ version: VERSION, downloadDir: folder });
  const url = await new MongoBinaryDownloadUrl(options).getDownloadUrl();
  const expected = await publishedHash(`${url}.sha256`);
  const downloader = new MongoBinaryDownload({ ...options, checkMD5: false });
  const archive = await downloader.download(url);
  await verify(archive, expected);
  const file = await downloader.extract(archive);
  const hash = await sha256(file);
  const path = await publish(file, root, CACHE_NAME);
  await writeFile(`${path}.sha256`, hash);
  return path;
}

async function publishedHash(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
  const hash = /^[0-9a-f]{64}/.exec(await response.text())?.[0];
  if (!response.ok || !hash) throw new Error(`${new URL(url).host} answered ${response.status}`);
  return hash;
}

/** Of a connection that failed, fetch says no more than that. */
function reason({ message, cause }: Error): string {
  return firstLine(cause instanceof Error && cause.message ? cause.message : message);
}
