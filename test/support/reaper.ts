import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Ends what a test run started, however the run itself ends. Handlers of this process don't run when it is killed, so a
 * small process of its own watches a pipe, which the system closes in every case.
 */
const SCRIPT = `
  const { rmSync } = require('node:fs');
  const pids = new Set(), folders = new Set();
  let rest = '';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  process.stdin.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\\n');
    rest = lines.pop();
    for (const line of lines) {
      const [verb, kind, value] = JSON.parse(line);
      (kind === 'pid' ? pids : folders)[verb](value);
    }
  });
  process.stdin.on('close', () => {
    for (const pid of pids) try { process.kill(-pid, 'SIGKILL'); } catch {}
    setTimeout(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); }, 50);
  });
`;

let reaper: ChildProcess | undefined;

function tell(verb: 'add' | 'delete', kind: 'pid' | 'folder', value: number | string): void {
  if (!reaper) {
    reaper = spawn(process.execPath, ['-e', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    reaper.unref();
    (reaper.stdin as unknown as { unref(): void }).unref();
  }
  reaper.stdin?.write(`${JSON.stringify([verb, kind, value])}\n`);
}

/** The process group of this id is killed when this process ends. */
export const guardProcess = (pid: number): void => tell('add', 'pid', pid);
export const releaseProcess = (pid: number): void => tell('delete', 'pid', pid);

/** The folder is removed when this process ends, after the processes. */
export const guardFolder = (path: string): void => tell('add', 'folder', path);
