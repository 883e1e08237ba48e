import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '..');
const run = promisify(execFile);

/** Each kind of module, with what the README shows first. */
const USE = `
import { Stockwire, StockwireProblem, type Change } from '@stockwire/client';
const stock: Stockwire = new Stockwire({ url: 'http://127.0.0.1:9', apiKey: 'a key' });
export const heard: Change[] = [];
stock.room('items').subscribe((change) => heard.push(change)).unsubscribe();
export const refused: boolean = new StockwireProblem('not-found', 404, 'no') instanceof Error;
// @ts-expect-error: what the API does not take does not compile.
export const wrong = () => stock.api.post('/items', { body: { name: 5 } });
stock.close();
`;

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'stockwire-package-'));
});
afterAll(() => rm(project, { recursive: true, force: true }));

it('is packed with its code and its types, for a project of either kind that looks into its libraries', async () => {
  // A fresh checkout has neither.
  await rm(join(ROOT, 'libs/client/dist'), { recursive: true, force: true });
  const packed = await run('npm', ['pack', '--json', '--pack-destination', project], {
    cwd: join(ROOT, 'libs/client'),
    env: { ...process.env, npm_config_cache: join(project, 'cache') },
  });
  const file = /stockwire-client-[^"]+\.tgz/.exec(packed.stdout)![0];
  const installed = join(project, 'node_modules/@stockwire/client');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, file), '-C', installed, '--strip-components=1']);
  expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toContain('MIT License');
  for (const name of ['socket.io-client', 'openapi-fetch', 'openapi-typescript-helpers'])
    await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
  await Promise.all(['esm.mts', 'cjs.cts'].map((name) => writeFile(join(project, name), USE)));

  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
  const strict = ['--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2022', ...types];
  const compiled = await run(process.execPath, [tsc, ...strict, 'esm.mts', 'cjs.cts'], { cwd: project }).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  expect(compiled.stdout).toBe('');
  for (const made of ['esm.mjs', 'cjs.cjs'])
    await expect(run(process.execPath, [made], { cwd: project })).resolves.toMatchObject({ stderr: '' });
});
