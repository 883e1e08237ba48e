import type { Logger } from '@app/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Told, WatchesRepository } from './watches.repository';

const RETRY_MS = 1_000;
/** How long the end of the process waits for the database. */
const LAST_MS = 2_000;

/** Writes down what watches have come to, what is newer in place of what is older; while the database is away it waits. */
export class WatchSaves {
  private readonly waiting = new Map<string, Told>();
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly repository: WatchesRepository,
    private readonly log: Logger,
  ) {}

  add(told: Told): void {
    this.waiting.set(`${told.caller} ${told.itemId}`, told);
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when everything is written, or when that takes too long: then it is found out again after the next start. */
  async stop(): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.running, sleep(LAST_MS, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
    this.stopping.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // What comes in the same turn goes together.
    await Promise.resolve();
    while (this.waiting.size > 0 && !signal.aborted) {
      const batch = [...this.waiting];
      try {
        await this.repository.save(batch.map(([, told]) => told));
        for (const [key, told] of batch) if (this.waiting.get(key) === told) this.waiting.delete(key);
      } catch (error) {
        this.log.warn({ err: error }, 'what watches have come to could not be written');
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
