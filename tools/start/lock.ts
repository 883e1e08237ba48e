import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup } from '../databases/process';
import { identify, isRunning, type ProcessId } from './identity';

/** A process that a launcher started, as it stands in the lock file. */
export interface Child extends ProcessId {
  name: string;
}

interface Content {
  launcher: ProcessId;
  children: Child[];
}

export class DataDirInUse extends Error {
  constructor(dataDir: string, pid: number) {
    super(`Stockwire is already running on ${dataDir} (process ${pid}). Stop that one first, or set another DATA_DIR.`);
  }
}

/**
 * At most one launcher on a data directory. The lock also names what the launcher started, so that a start after a
 * killed launcher can end what that one left behind.
 */
export class DataDirLock {
  private readonly content: Content;

  private constructor(
    private readonly file: string,
    children: Child[],
  ) {
    this.content = { launcher: identify(process.pid)!, children };
  }

  /** Throws DataDirInUse while another launcher lives. A lock whose launcher is gone is taken over with its children. */
  static acquire(dataDir: string): DataDirLock {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = join(dataDir, 'launcher.lock');
    let children: Child[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      const lock = new DataDirLock(file, children);
      if (lock.create()) return lock;
      const found = read(file);
      if (found && isRunning(found.content.launcher)) throw new DataDirInUse(dataDir, found.content.launcher.pid);
      if (found && removeStale(file, found.text)) children = found.content.children;
    }
    throw new Error(`${file} can't be taken: other starts keep interfering`);
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

  private save(): void {
    renameSync(this.draft(), this.file);
  }

  private draft(): string {
    const draft = `${this.file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(this.content, null, 2)}\n`, { mode: 0o600 });
    return draft;
  }
}

function read(file: string): { text: string; content: Content } | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return { text, content: JSON.parse(text) as Content };
  } catch {
    // Cut short by a power cut. Nothing that it named can still be running.
    return { text, content: { launcher: { pid: 0, started: '' }, children: [] } };
  }
}

/** Moved before it is removed: two starts may have found the same stale lock, and one of them may hold a new one by now. */
export function removeStale(file: string, text: string): boolean {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const same = readFileSync(aside, 'utf8') === text;
  if (!same) linkSync(aside, file);
  rmSync(aside, { force: true });
  return same;
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
