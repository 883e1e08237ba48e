import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One program to run: enough to start it, and to start it again after it died. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Given on its standard input: for passwords, which must not be seen in the list of processes. */
  input?: string;
  /** Where it writes what it has to say, if not on its standard output. */
  logFile?: string;
  /** Resolves as soon as it does its work; gives up when `signal` aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Asked when it ended before it was ready: why starting it again is of no use, or undefined when it may be. */
  hopeless?: () => Promise<string | undefined>;
  /** Asked when it has ended: what has to change before it can run again, or undefined when nothing has. It is waited for. */
  hindrance?: () => Promise<string | undefined>;
  /** What is looked after again and again while it runs; returns what there is to tell of it. */
  tend?: { everyMs: number; act: () => Promise<string | undefined> };
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  readonly spec: ProcessSpec;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

/**
 * Starts a program in a process group of its own. In the launcher's group, Ctrl-C in a terminal would reach every process
 * at once, and the database would be gone before the apps have written what they hold.
 */
export function launch(spec: ProcessSpec, onLine: (line: string) => void): Promise<Running> {
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    detached: true,
    stdio: [spec.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<Exit>((resolve) => {
    // 'close' comes after the last lines, which say why it ended, have been read. But it also waits for whatever else
    // holds the output open, so the end itself counts soon after.
    // Immediately after that time means: what has come meanwhile is read first, also when this process was kept waiting.
    child.once('exit', (code, signal) => setTimeout(() => setImmediate(resolve, { code, signal }), LAST_LINES_MS));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
  if (spec.input !== undefined && child.stdin) {
    child.stdin.on('error', () => {
      // It ended before it read its input: its exit says so.
    });
    child.stdin.end(spec.input);
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve({ spec, child, pid: child.pid!, exited }));
  });
}

const LAST_LINES_MS = 500;
const LONGEST_LINE = 64 * 1024;

/** Cuts a stream into lines. A line without an end is handed on in pieces, so that it can't fill the memory. */
function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) onLine(line);
    if (rest.length > LONGEST_LINE) {
      onLine(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}

/** Signals a whole group, so that what a program started is reached too. True if there was anything to signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Asks it to end, waits, and insists. Returns when it is gone; true if it ended by itself in time. */
export async function stop(running: Running, graceMs: number): Promise<boolean> {
  const { child, pid, exited } = running;
  if (child.exitCode !== null || child.signalCode !== null) return true;
  signalGroup(pid, 'SIGTERM');
  const limit = new AbortController();
  const inTime = await Promise.race([
    exited.then(() => true),
    sleep(graceMs, false, { signal: limit.signal }).catch(() => false),
  ]);
  limit.abort();
  if (!inTime) signalGroup(pid, 'SIGKILL');
  await exited;
  return inTime;
}

const PARENT_CHECK_MS = 250;

/**
 * Calls back when npm is gone. It runs its scripts in a shell and passes SIGTERM on to that shell, which dies of it and
 * leaves this process running, unseen. Started without npm, the end of a parent means nothing: that is how daemons start.
 */
export function whenNpmEnds(then: () => void, parent = process.ppid): void {
  if (!process.env.npm_lifecycle_event) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, PARENT_CHECK_MS).unref();
}

/** Waits until something accepts connections at the port. */
export async function listening(port: number, signal: AbortSignal, host = '127.0.0.1'): Promise<void> {
  while (!(await accepts(port, host))) await sleep(20, undefined, { signal });
}

function accepts(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
