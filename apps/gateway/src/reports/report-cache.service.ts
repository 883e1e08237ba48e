import type { Logger } from '@app/common';
import type { Cursor, Reported } from '@app/contracts';
import { createHash } from 'node:crypto';
import type { RedisLink } from '../throttle/redis.service';

/** A report that nobody asks for any more is gone after this. */
const KEPT_SECONDS = 300;
/** Larger ones are calculated again: they would crowd out everything else. */
const MOST_BYTES = 256 * 1024;

/** Reports of all gateways in Redis: good as long as the ledger stands where they were made. Without Redis each is made again. */
export class ReportCache {
  constructor(
    private readonly redis: RedisLink,
    private readonly log: Logger,
  ) {}

  /** Whether it makes sense to ask where the ledger stands. */
  get works(): boolean {
    return this.redis.now !== undefined;
  }

  async find<Report>(question: string, { epoch, position }: Cursor): Promise<Reported<Report> | undefined> {
    const text = await this.quietly((redis) => redis.get(keyOf(question, epoch)));
    if (!text) return undefined;
    const kept = JSON.parse(text) as Reported<Report>;
    return kept.position === position ? kept : undefined;
  }

  async keep(question: string, epoch: string, reported: Reported<unknown>): Promise<void> {
    const text = JSON.stringify(reported);
    if (text.length > MOST_BYTES) return;
    await this.quietly((redis) => redis.set(keyOf(question, epoch), text, 'EX', KEPT_SECONDS));
  }

  private async quietly<T>(ask: (redis: NonNullable<RedisLink['now']>) => Promise<T>): Promise<T | undefined> {
    const redis = this.redis.now;
    if (!redis) return undefined;
    try {
      return await ask(redis);
    } catch (error) {
      this.log.debug({ err: error }, 'the report cache did not answer this time');
      return undefined;
    }
  }
}

function keyOf(question: string, epoch: string): string {
  return `{stockwire}:report:${epoch}:${createHash('sha256').update(question).digest('base64url')}`;
}
