import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from '../databases/logs';
import { launch, signalGroup, stop, type Exit, type ProcessSpec, type Running } from '../databases/process';
import { afterEnd, recent } from './backoff';
import type { Output } from './output';

const TAIL_LINES = 20;
const REMIND_AFTER_MS = 10_000;
const TRY_READY_AGAIN_MS = 500;
const LOOK_AGAIN_MS = 1_000;

/** Keeps account of what runs, for the start after a killed launcher. */
export interface Register {
  add(name: string, pid: number): void;
  remove(pid: number): void;
}

/** One supervised process: the program, and how it has been doing. */
interface Entry {
  spec: ProcessSpec;
  running?: Running;
  ends: number[];
  tail: string[];
  /** Whether it has been ready once. */
  worked: boolean;
  /** Aborted when it shall not run any more. */
  over: AbortController;
  /** Resolves when it has ended for good. */
  done: Promise<void>;
}

/** Starts processes, starts again what ends without being asked to, and stops them in order. */
export class Supervisor {
  private readonly entries = new Map<string, Entry>();
  private closed = false;
  private fail: (error: Error) => void = () => {};
  /** Rejects when a process keeps ending and has been given up. */
  readonly failure = new Promise<never>((_resolve, reject) => {
    this.fail = reject;
  });

  constructor(
    private readonly output: Output,
    private readonly register: Register,
  ) {
    // Whoever waits for it sees it; nobody may be waiting yet.
    this.failure.catch(() => {});
  }

  /** Resolves when it is ready for the first time. From then on it is kept running. */
  async start(spec: ProcessSpec): Promise<void> {
    if (this.closed) throw new Error(`${spec.name} is not started any more`);
    const over = new AbortController();
    const entry: Entry = { spec, ends: [], tail: [], worked: false, over, done: Promise.resolve() };
    this.entries.set(spec.name, entry);
    await new Promise<void>((ready, failed) => {
      entry.done = this.keep(entry, ready)
        // A bug here must not keep a stop from reaching the others.
        .catch((error: unknown) => this.fail(error as Error))
        .then(() => failed(new Error(`${spec.name} was stopped before it was ready`)));
    });
  }

  /** Nothing new is started from now on: a start that is still under way must not begin what a stop has passed. */
  close(): void {
    this.closed = true;
  }

  /** Asks it to end, kills it after `graceMs`. It does not come back. */
  async stop(name: string, graceMs: number): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry) return;
    entry.over.abort();
    if (entry.running && !(await stop(entry.running, graceMs))) {
      this.output.say(`${name} did not end within ${graceMs / 1000} s and was killed`, 'warn');
    }
    await entry.done;
  }

  killAll(): void {
    for (const { over, running } of this.entries.values()) {
      over.abort();
      if (running) signalGroup(running.pid, 'SIGKILL');
    }
  }

  private async keep(entry: Entry, ready: () => void): Promise<void> {
    const { spec, over } = entry;
    while (!over.signal.aborted) {
      const exit = await this.runOnce(entry, ready);
      if (over.signal.aborted) return;
      const why = entry.worked ? undefined : await spec.hopeless?.();
      if (why !== undefined) return this.fail(new Error(why));
      if (await this.hindered(entry, exit)) continue;
      entry.ends = recent([...entry.ends, Date.now()], Date.now());
      const next = afterEnd(entry.ends);
      if (next === 'give-up') return this.giveUp(entry, exit);
      this.output.say(`${spec.name} ended (${inWords(exit)}); starting it again in ${next.againAfterMs} ms`, 'warn');
      await sleep(next.againAfterMs, undefined, { signal: over.signal }).catch(() => {});
    }
  }

  /** Waits while it could not run, which counts for nothing: starting it again would not help, giving it up neither. */
  private async hindered({ spec, over }: Entry, exit: Exit | Error): Promise<boolean> {
    const why = await spec.hindrance?.();
    if (why === undefined) return false;
    this.output.say(
      `${spec.name} ended (${inWords(exit)}): ${why}. It is started again when that has changed`,
      'error',
    );
    while (!over.signal.aborted && (await spec.hindrance?.()) !== undefined)
      await sleep(LOOK_AGAIN_MS, undefined, { signal: over.signal }).catch(() => {});
    return true;
  }

  private async runOnce(entry: Entry, ready: () => void): Promise<Exit | Error> {
    const { spec, over } = entry;
    try {
      entry.running = await launch(spec, (line) => this.heard(entry, line));
    } catch (error) {
      return error as Error;
    }
    const { pid, exited } = entry.running;
    this.register.add(spec.name, pid);
    // Stopped while it was being started.
    if (over.signal.aborted) signalGroup(pid, 'SIGTERM');
    const ended = new AbortController();
    void this.watchReady(entry, AbortSignal.any([ended.signal, over.signal]), ready);
    const exit = await exited;
    ended.abort();
    // What it may have started itself, and left.
    signalGroup(pid, 'SIGKILL');
    this.register.remove(pid);
    delete entry.running;
    return exit;
  }

  private async watchReady(entry: Entry, signal: AbortSignal, ready: () => void): Promise<void> {
    const { spec, ends } = entry;
    const reminder = setInterval(() => {
      this.output.say(`still waiting for ${spec.name} to become ready`, 'warn');
    }, REMIND_AFTER_MS);
    // Whatever happens to the question below.
    signal.addEventListener('abort', () => clearInterval(reminder), { once: true });
    while (!signal.aborted) {
      try {
        await spec.ready(signal);
        if (entry.worked || ends.length > 0) this.output.say(`${spec.name} is ready again`);
        entry.worked = true;
        ready();
        void this.tend(spec, signal);
        break;
      } catch (error) {
        if (signal.aborted) break;
        this.output.say(`${spec.name} is not ready: ${(error as Error).message}`, 'warn');
        await sleep(TRY_READY_AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
    clearInterval(reminder);
  }

  private async tend({ name, tend }: ProcessSpec, signal: AbortSignal): Promise<void> {
    if (!tend) return;
    while (await sleep(tend.everyMs, true, { signal, ref: false }).catch(() => false)) {
      try {
        const told = await tend.act();
        if (told !== undefined) this.output.say(`${name} ${told}`);
      } catch (error) {
        // One that has ended meanwhile is told of by whoever starts it again.
        if (!signal.aborted) this.output.say(`${name} could not be looked after: ${(error as Error).message}`, 'warn');
      }
    }
  }

  private heard(entry: Entry, line: string): void {
    entry.tail.push(line);
    if (entry.tail.length > TAIL_LINES) entry.tail.shift();
    // A database writes its own log; what it says here is only of interest when it fails.
    if (!entry.spec.logFile) this.output.app(entry.spec.name, line);
  }

  private async giveUp({ spec, tail, ends }: Entry, exit: Exit | Error): Promise<void> {
    const log = spec.logFile ? await lastLines(spec.logFile, TAIL_LINES) : [];
    const last = [...tail, ...log].map((line) => `  ${line}`).join('\n');
    const seconds = Math.ceil((ends.at(-1)! - ends[0]!) / 1000);
    this.fail(
      new Error(
        `${spec.name} ended ${ends.length} times within ${seconds} s (${inWords(exit)}). Its last lines:\n${last}`,
      ),
    );
  }
}

function inWords(exit: Exit | Error): string {
  if (exit instanceof Error) return exit.message;
  return exit.signal ? `by ${exit.signal}` : `with code ${exit.code}`;
}
