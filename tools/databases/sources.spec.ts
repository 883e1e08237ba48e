import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provide } from './databases';
import { firstOf, named, onPath, type Program } from './sources';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockwire-sources-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program: Program = { name: 'mongod', variable: 'MONGOD_BIN', versionPattern: /v(\d+\.\d+\.\d+)/, atLeast: '6.0' };

async function fake(name: string, says: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
  await chmod(path, 0o755);
  return path;
}

describe('where a database server comes from', () => {
  it('is the first place that has one, and the places before it say why not', async () => {
    const asked: string[] = [];
    const no = (name: string) => async () => (asked.push(name), `not in ${name}`);
    const yes = async () => ({ path: '/x', version: '7.0.0', from: 'b' });
    const search = await firstOf([no('a'), yes, no('c')]);
    expect(search).toEqual({ binary: { path: '/x', version: '7.0.0', from: 'b' }, passed: ['not in a'] });
    expect(asked).toEqual(['a']);
  });

  it('is what the operator named, before what is on PATH', async () => {
    const path = await fake('mongod', 'db version v7.0.1');
    const mine = await fake('mine', 'db version v6.0.9');
    const env = { PATH: folder, MONGOD_BIN: mine };
    const search = await firstOf([named(program, env), onPath(program, env)]);
    expect(search.binary).toMatchObject({ path: mine, version: '6.0.9', from: 'MONGOD_BIN' });
    expect((await firstOf([onPath(program, env)])).binary?.path).toBe(path);
  });

  it('is never silently another one than the operator named', async () => {
    const env = { PATH: folder, MONGOD_BIN: join(folder, 'missing') };
    await expect(named(program, env)()).rejects.toThrow('MONGOD_BIN');
  });

  it('passes over one that is too old or does not run here', async () => {
    await fake('mongod', 'db version v4.4.29');
    expect(await onPath(program, { PATH: folder })()).toContain('is version 4.4.29, at least 6.0 is needed');
    await writeFile(join(folder, 'mongod'), 'not a program');
    expect(await onPath(program, { PATH: folder })()).toContain('does not run here');
  });

  it('is nowhere when both addresses are set', async () => {
    const said: string[] = [];
    const env = { MONGODB_URI: 'mongodb://a/b?replicaSet=c', REDIS_URL: 'redis://d', PATH: '' };
    const provided = await provide({ dataDir: folder, redisPassword: 'x', env, say: (line) => said.push(line) });
    expect(provided).toEqual({ mongo: { uri: env.MONGODB_URI }, redis: { uri: env.REDIS_URL } });
    expect(said).toEqual([
      'mongod: not started, because MONGODB_URI is set',
      'redis-server: not started, because REDIS_URL is set',
    ]);
  });
});
