import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from './identity';
import { DataDirInUse, DataDirLock, endOrphans, setAside } from './lock';

let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stockwire-lock-'));
  file = join(dataDir, 'launcher.lock');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const own = identify(process.pid)!;

function left(launcher: object, children: object[] = []): void {
  writeFileSync(file, JSON.stringify({ launcher, children }));
}

/** A process in a group of its own that ends when asked. */
function sleeper(): { name: string; pid: number; started: string } {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { detached: true, stdio: 'ignore' });
  return { name: 'inventory', ...identify(child.pid!)! };
}

describe('one launcher on a data directory', () => {
  it('refuses a second one and names the first', () => {
    const lock = DataDirLock.acquire(dataDir);
    expect(() => DataDirLock.acquire(dataDir)).toThrow(DataDirInUse);
    expect(() => DataDirLock.acquire(dataDir)).toThrow(String(process.pid));
    lock.release();
    DataDirLock.acquire(dataDir).release();
  });

  it('leaves no file behind', () => {
    const lock = DataDirLock.acquire(dataDir);
    lock.add('mongod', process.pid);
    lock.remove(process.pid);
    lock.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('leaves alone what runs on the folder that this one is a copy of', () => {
    const lock = DataDirLock.acquire(dataDir);
    lock.add('mongod', process.pid);
    const copy = `${dataDir}-copy`;
    cpSync(dataDir, copy, { recursive: true });
    const other = DataDirLock.acquire(copy);
    expect(other.orphans).toEqual([]);
    expect(() => DataDirLock.acquire(dataDir)).toThrow(DataDirInUse);
    for (const one of [other, lock]) one.release();
    rmSync(copy, { recursive: true });
  });

  it('says which setting a folder that can not be used is about', () => {
    writeFileSync(join(dataDir, 'taken'), '');
    expect(() => DataDirLock.acquire(join(dataDir, 'taken'))).toThrow(
      `DATA_DIR ${join(dataDir, 'taken')} can't be used: EEXIST`,
    );
  });

  it('goes on where what runs can not be noted, as on a full disk, and notes it as soon as it can', () => {
    const said: string[] = [];
    const lock = DataDirLock.acquire(dataDir, (line) => said.push(line));
    renameSync(dataDir, `${dataDir}-away`);
    lock.add('mongod', process.pid);
    lock.remove(1);
    expect(said).toEqual([expect.stringContaining(`what runs could not be noted in ${file}`)]);
    renameSync(`${dataDir}-away`, dataDir);
    lock.remove(1);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ children: [{ name: 'mongod', pid: process.pid }] });
    lock.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('takes over from a launcher that is gone', () => {
    left({ pid: 2 ** 22 + 1, started: 'long ago' });
    const lock = DataDirLock.acquire(dataDir);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ launcher: own, children: [] });
    lock.release();
  });

  it('takes over when the number has passed to another process, as after a power cut', () => {
    left({ ...own, started: 'another boot:42' });
    const lock = DataDirLock.acquire(dataDir);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ launcher: own, children: [] });
    lock.release();
  });

  it.each(['', '{', 'null', '{}', '[]', '{"launcher": {"pid": 1}}', '{"launcher": 5, "children": [null]}'])(
    'takes over a file that is empty or damaged: %j',
    (text) => {
      writeFileSync(file, text);
      DataDirLock.acquire(dataDir).release();
      expect(existsSync(file)).toBe(false);
    },
  );

  it('does not remove the lock of another start that was faster to take over', () => {
    left({ pid: 2 ** 22 + 1, started: 'long ago' });
    const stale = readFileSync(file, 'utf8');
    const faster = DataDirLock.acquire(dataDir);
    setAside(file, stale);
    expect(() => DataDirLock.acquire(dataDir)).toThrow(DataDirInUse);
    faster.release();
    setAside(file, stale);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('ends what a killed launcher left, and only that', async () => {
    const orphan = sleeper();
    const stranger = sleeper();
    left({ pid: 2 ** 22 + 1, started: 'long ago' }, [orphan, { ...stranger, started: 'another boot:42' }]);
    const lock = DataDirLock.acquire(dataDir);
    const said: string[] = [];
    await endOrphans(lock, (line) => said.push(line));
    expect(isRunning(orphan)).toBe(false);
    expect(isRunning(stranger)).toBe(true);
    expect(said).toEqual([`ending what a killed launcher left: inventory (${orphan.pid})`]);
    process.kill(stranger.pid, 'SIGKILL');
    lock.release();
  });

  it('knows what a killed launcher left also when another start has set its lock aside', () => {
    const orphan = sleeper();
    left({ pid: 2 ** 22 + 1, started: 'long ago' }, [orphan]);
    setAside(file, readFileSync(file, 'utf8'));
    expect(existsSync(file)).toBe(false);
    const lock = DataDirLock.acquire(dataDir);
    expect(lock.orphans).toEqual([orphan]);
    expect(readdirSync(dataDir)).toEqual(['launcher.lock']);
    process.kill(orphan.pid, 'SIGKILL');
    lock.release();
  });

  it('keeps the account of orphans until they are gone, should it be killed itself', () => {
    const orphan = sleeper();
    left({ pid: 2 ** 22 + 1, started: 'long ago' }, [orphan]);
    const lock = DataDirLock.acquire(dataDir);
    expect(readFileSync(file, 'utf8')).toContain(String(orphan.pid));
    process.kill(orphan.pid, 'SIGKILL');
    lock.release();
  });
});
