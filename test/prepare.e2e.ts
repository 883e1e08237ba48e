import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from './support/databases';
import { until } from './support/sockets';

const PREPARE = resolve(__dirname, '../tools/prepare.mjs');
let folder: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A project of nothing but local packages: npm needs no network for it. */
function packages(names: string[]): void {
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:packages/${name}`]));
  for (const name of names) write(`packages/${name}/package.json`, JSON.stringify({ name, version: '1.0.0' }));
  const build = "node -e \"require('fs').mkdirSync('dist', { recursive: true }); require('./apps/main.js')\"";
  write('package.json', JSON.stringify({ name: 'project', version: '1.0.0', scripts: { build }, dependencies }));
  const npm = ['install', '--package-lock-only', '--offline', '--no-audit', '--no-fund'];
  expect(spawnSync('npm', npm, { cwd: folder }).status).toBe(0);
}

function prepare(): { ok: boolean; said: string[] } {
  const { status, stderr } = spawnSync(process.execPath, ['tools/prepare.mjs'], { cwd: folder, encoding: 'utf8' });
  return {
    ok: status === 0,
    said: stderr
      .trim()
      .split('\n')
      .filter((line) => line && !line.includes('done in')),
  };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  mkdirSync(join(folder, 'tools'));
  cpSync(PREPARE, join(folder, 'tools/prepare.mjs'));
  write('apps/main.js', '');
  packages(['one']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what runs before everything else', () => {
  it('installs and builds on a fresh clone', () => {
    expect(prepare()).toEqual({ ok: true, said: ['installing: for the first time', 'building: for the first time'] });
    expect(existsSync(join(folder, 'node_modules/one'))).toBe(true);
  });

  it('does nothing when nothing changed, whatever the times of the files say', () => {
    utimesSync(join(folder, 'apps/main.js'), new Date(), new Date());
    expect(prepare()).toEqual({ ok: true, said: [] });
  });

  it('does nothing when a build of the client made something beside its sources', () => {
    for (const made of ['dist/index.js', 'LICENSE']) write(`libs/client/${made}`, 'made');
    expect(prepare()).toEqual({ ok: true, said: [] });
  });

  it('builds again when a source changed, was added or is gone', () => {
    write('apps/main.js', '// changed');
    expect(prepare().said).toEqual(['building: sources changed']);
    write('libs/more.ts', '');
    expect(prepare().said).toEqual(['building: sources changed']);
    rmSync(join(folder, 'libs/more.ts'));
    expect(prepare().said).toEqual(['building: sources changed']);
  });

  it('installs again when package-lock.json changed', () => {
    packages(['one', 'two']);
    expect(prepare().said).toEqual(['installing: package-lock.json changed', 'building: sources changed']);
    expect(existsSync(join(folder, 'node_modules/two'))).toBe(true);
  });

  it('counts an install that was interrupted as none', () => {
    rmSync(join(folder, 'node_modules/.package-lock.json'));
    expect(prepare().said).toEqual(['installing: for the first time']);
  });

  it('shows what a failed build said, fails, and tries again the next time', () => {
    write('apps/main.js', 'throw new Error("does not compile")');
    for (let time = 0; time < 2; time++) {
      const { ok, said } = prepare();
      expect(ok).toBe(false);
      expect(said.join('\n')).toContain('does not compile');
    }
  });

  describe('in the middle of a build', () => {
    const pidFile = (): string => join(folder, 'build.pid');
    const alive = (pid: number): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };

    /** A build that would last; resolves when it is at work, with whoever was asked for it. */
    async function longBuild(command: string): Promise<{ asked: ChildProcess; build: number }> {
      write(
        'apps/main.js',
        `require('fs').writeFileSync('build.pid', String(process.pid)); setTimeout(() => {}, 300_000);`,
      );
      rmSync(pidFile(), { force: true });
      const env = { ...process.env, npm_lifecycle_event: 'start' };
      const asked = spawn('sh', ['-c', command], { cwd: folder, env, stdio: 'ignore' });
      await until(() => existsSync(pidFile()) && readFileSync(pidFile(), 'utf8') !== '');
      return { asked, build: Number(readFileSync(pidFile(), 'utf8')) };
    }

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing at work when it gets %s', async (signal) => {
      const { asked, build } = await longBuild('exec node tools/prepare.mjs');
      const ended = once(asked, 'exit');
      asked.kill(signal);
      expect(await ended).toEqual([1, null]);
      await until(() => !alive(build));
    });

    it('leaves nothing at work when npm was ended', async () => {
      // npm dies of SIGTERM with its shell and tells nobody.
      const { asked, build } = await longBuild('node tools/prepare.mjs; true');
      asked.kill('SIGKILL');
      await until(() => !alive(build));
    });
  });

  it('refuses a Node that is too old, and says which is needed', () => {
    const check = `import { checkNode } from ${JSON.stringify(PREPARE)};
      console.log(JSON.stringify(['18.20.8', '20.18.3', '20.19.0', '22.1.0'].map((version) => checkNode(version) ?? 'good')))`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', check], { encoding: 'utf8' });
    const [older, old, first, later] = JSON.parse(stdout) as string[];
    expect(older).toContain('needs Node 20.19 or newer, this is 18.20.8');
    expect(old).toContain('needs Node 20.19');
    expect([first, later]).toEqual(['good', 'good']);
  });
});
