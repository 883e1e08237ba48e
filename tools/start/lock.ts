import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup } from '../databases/process';
import { identify, isRunning, type ProcessId } from './identity';

/** A process that a launcher started, as it stands in the lock file. */
export interface Child extends ProcessId {
  name: string;
}

interface Content {
  /** The folder itself, by whatever name: in a copy of it, the lock is about somebody else's processes. */
  folder: string;
  launcher: ProcessId;
  children: Child[];
}

type Found = Pick<Content, 'launcher' | 'children'> & { folder?: string };

export class DataDirInUse extends Error {
  constructor(dataDir: string, pid: number) {
    super(`Stockwire is already running on ${dataDir} (process ${pid}). Stop that one first, or set another DATA_DIR.`);
  }
}

const LOCK = 'launcher.lock';

/**
 * At most one launcher on a data directory. The lock also names what the launcher started, so that a start after a
 * killed launcher can end what that one left behind.
 */
export class DataDirLock {
  private readonly content: Content;
  private warned = false;

  private constructor(
    private readonly file: string,
    private readonly warn: (line: string) => void = () => {},
  ) {
    this.content = { folder: folderOf(file), launcher: identify(process.pid)!, children: [] };
  }

  /** Throws DataDirInUse while another launcher lives. A lock whose launcher is gone is taken over with its children. */
  static acquire(dataDir: string, warn?: (line: string) => void): DataDirLock {
    return usable(dataDir, () => DataDirLock.take(dataDir, warn));
  }

  private static take(dataDir: string, warn?: (line: string) => void): DataDirLock {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const lock = new DataDirLock(join(dataDir, LOCK), warn);
    for (let attempt = 0; attempt < 10; attempt++) {
      if (lock.create()) {
        lock.inherit(dataDir);
        return lock;
      }
      const found = read(lock.file);
      if (found && isRunning(found.content.launcher)) throw new DataDirInUse(dataDir, found.content.launcher.pid);
      if (found) setAside(lock.file, found.text);
    }
    throw new Error(`${lock.file} can't be taken: other starts keep interfering`);
  }

  /** Takes the children of the launchers that are gone, whichever of several starts has set their locks aside. */
  private inherit(dataDir: string): void {
    for (const name of readdirSync(dataDir).filter((entry) => entry.startsWith(`${LOCK}.stale.`))) {
      const found = read(join(dataDir, name));
      // One that runs is moved back by who has set it aside.
      if (!found || isRunning(found.content.launcher)) continue;
      this.content.children.push(...found.content.children);
      if (this.save()) rmSync(join(dataDir, name), { force: true });
    }
  }

  /** What the launcher before this one left behind, if it was killed. */
  get orphans(): readonly Child[] {
    return this.content.children.filter(isRunning);
  }

  add(name: string, pid: number): void {
    const id = identify(pid);
    if (!id) return;
    this.content.children.push({ name, ...id });
    this.save();
  }

  remove(pid: number): void {
    this.content.children = this.content.children.filter((child) => child.pid !== pid);
    this.save();
  }

  release(): void {
    rmSync(this.file, { force: true });
  }

  /** Written elsewhere and linked: whoever reads the lock sees all of it, and only one can be the first. */
  private create(): boolean {
    const draft = this.draft();
    try {
      linkSync(draft, this.file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** What runs goes on, and is stopped in order, also when it can't be noted: on a full disk the next change tries again. */
  private save(): boolean {
    try {
      renameSync(this.draft(), this.file);
      this.warned = false;
      return true;
    } catch (error) {
      if (!this.warned) this.warn(`what runs could not be noted in ${this.file}: ${(error as Error).message}`);
      this.warned = true;
      return false;
    }
  }

  private draft(): string {
    const draft = `${this.file}.${process.pid}`;
    try {
      writeFileSync(draft, `${JSON.stringify(this.content, null, 2)}\n`, { mode: 0o600 });
      return draft;
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}

/** Says of what the system refuses which setting it is about: of a full disk, it does not even name the file. */
export function usable<Result>(dataDir: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw unusable(dataDir, error as Error);
  }
}

export function unusable(dataDir: string, error: Error): Error {
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new Error(`DATA_DIR ${dataDir} can't be used: ${error.message}`, { cause: error });
}

function read(file: string): { text: string; content: Found } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const folder = folderOf(file);
  const content = contentOf(text);
  // Older versions noted no folder.
  const ours = content && (content.folder ?? folder) === folder;
  return { text, content: ours ? content : { launcher: { pid: 0, started: '' }, children: [] } };
}

function folderOf(file: string): string {
  const { dev, ino } = statSync(dirname(file));
  return `${dev}:${ino}`;
}

/** Undefined when it is damaged, by a power cut for instance: nothing that it named can still be running. */
function contentOf(text: string): Found | undefined {
  try {
    const { folder, launcher, children } = JSON.parse(text) as Partial<Content>;
    const whole = typeof launcher?.pid === 'number' && Array.isArray(children) && children.every(Boolean);
    return whole ? { ...(folder !== undefined && { folder }), launcher, children } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Sets a stale lock aside, where whoever gets the lock finds it: two starts may have found the same one, and the one that moves it
 * is not always the one that comes first afterwards. What turns out to be a new lock is moved back.
 */
export function setAside(file: string, text: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') === text) return;
    linkSync(aside, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Moved by the other one, or written anew by its owner meanwhile.
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

const ORPHANS_END_WITHIN_MS = 8_000;

/** Ends what a killed launcher left: the last started first, so that apps go before their databases. */
export async function endOrphans(lock: DataDirLock, say: (line: string) => void): Promise<void> {
  const orphans = lock.orphans.toReversed();
  if (orphans.length === 0) return;
  say(`ending what a killed launcher left: ${orphans.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
  const deadline = Date.now() + ORPHANS_END_WITHIN_MS;
  for (const orphan of orphans) {
    signalGroup(orphan.pid, 'SIGTERM');
    // Each database waits for the apps, the apps for nothing: they drain into a database that still answers.
    while (isRunning(orphan) && Date.now() < deadline) await sleep(20);
    if (isRunning(orphan)) signalGroup(orphan.pid, 'SIGKILL');
    while (isRunning(orphan)) await sleep(20);
    lock.remove(orphan.pid);
  }
}
