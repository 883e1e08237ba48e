import { whenNpmEnds } from '../databases/process';
import type { Output } from './output';
import type { Supervisor } from './supervisor';

/**
 * Who stops when, and how long each group may take: what lets requests in goes first, then the writer, which answers
 * those still under way, then what it writes to. Together less than the 10 s that systems usually wait before they kill.
 */
const ORDER: readonly { names: string[]; graceMs: number }[] = [
  { names: ['gateway', 'notification'], graceMs: 4_000 },
  { names: ['inventory'], graceMs: 2_500 },
  { names: ['redis-server', 'mongod'], graceMs: 2_500 },
];

/** Ctrl-C reaches this process twice, from the terminal and from npm. Only a later one is a person who insists. */
const SAME_SIGNAL_MS = 1_000;

/** Turns signals into one orderly stop. */
export class Shutdown {
  /** Resolves at the first signal that asks for an end, rejects on a bug of the launcher: both end with an orderly stop. */
  readonly asked: Promise<void>;
  private askedAt: number | undefined;
  private supervisor: Supervisor | undefined;

  constructor(
    private readonly output: Output,
    parent: number,
  ) {
    this.asked = new Promise((resolve, reject) => {
      const end = (why: string): void => {
        this.onSignal(why);
        resolve();
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
      whenNpmEnds(() => end('npm has ended'), parent);
      // Whoever read our output is gone, the terminal for instance. Going on unseen is not what was wanted.
      process.stdout.on('error', () => resolve());
      process.on('uncaughtException', reject);
    });
    // A bug may show while nobody waits for it any more.
    this.asked.catch(() => {});
  }

  async stopAll(supervisor: Supervisor): Promise<void> {
    this.supervisor = supervisor;
    supervisor.close();
    for (const { names, graceMs } of ORDER) {
      await Promise.all(names.map((name) => supervisor.stop(name, graceMs)));
    }
    if (this.askedAt !== undefined) this.output.say('everything has stopped');
  }

  private onSignal(why: string): void {
    const now = Date.now();
    if (this.askedAt === undefined) {
      this.askedAt = now;
      this.output.say(`stopping (${why}); once more to kill`);
    } else if (now - this.askedAt > SAME_SIGNAL_MS) {
      this.supervisor?.killAll();
    }
  }
}
