import type { OnApplicationBootstrap, OnApplicationShutdown, Provider } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { DomainError } from './domain.errors';

const BEAT_MS = 250;
/** Beats since the last answer after which nobody waits any more: less than the promised 2 s. */
const MISSED = 7;

/**
 * Whether the database answers at all. One that is paused, or whose disk or network hangs, keeps its connections and says
 * nothing; the driver gives up on it only after many seconds. Who reads is told sooner.
 */
export class DatabasePulse implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly waiting = new Set<(silence: DomainError) => void>();
  private timer: NodeJS.Timeout | undefined;
  private underWay = false;
  private missed = 0;

  constructor(private readonly ping: () => Promise<unknown>) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.waiting.clear();
  }

  /**
   * What `read` comes to, unless the database falls silent meanwhile. For what changes nothing: it goes on, and nobody hears of it.
   * @throws DomainError `unavailable`
   */
  async unlessSilent<Answer>(read: () => Promise<Answer> | Answer): Promise<Answer> {
    if (this.missed >= MISSED) throw silence();
    let give: (error: DomainError) => void = () => undefined;
    const silent = new Promise<never>((_, reject) => this.waiting.add((give = reject)));
    try {
      return await Promise.race([read(), silent]);
    } finally {
      this.waiting.delete(give);
    }
  }

  /** Counted in turns of the event loop: a process that did not get to run has not missed an answer. */
  private beat(): void {
    if (++this.missed >= MISSED) for (const give of this.waiting) give(silence());
    if (this.underWay) return;
    this.underWay = true;
    const answered = (): void => void (this.missed = 0);
    // One that fails is no answer: when all connections wait for the database, it got none.
    const failed = (): void => undefined;
    void this.ping()
      .then(answered, failed)
      .finally(() => (this.underWay = false));
  }
}

/** That of the one connection of this process. */
export const databasePulse: Provider = {
  provide: DatabasePulse,
  inject: [getConnectionToken()],
  useFactory: ({ db }: Connection) => new DatabasePulse(async () => db?.admin().ping()),
};

function silence(): DomainError {
  return new DomainError('unavailable', 'The database does not answer.', { retryAfter: 1 });
}
