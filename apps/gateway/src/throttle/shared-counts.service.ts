import type { Logger } from '@app/common';
import type { RedisLink } from './redis.service';

/** What one gateway has seen of a caller and not told yet. */
export interface Share {
  kind: string;
  caller: string;
  window: number;
  seen: number;
  /** Whether the minute before has to be asked for too: this process does not know the caller from there. */
  isNew: boolean;
}

export interface Total {
  /** Requests of the running minute, over all gateways. */
  known: number;
  /** Of the minute before, if it was asked for. */
  before: number | undefined;
}

/** Twice the window: the minute before is still needed. */
const KEEP_SECONDS = 130;

/** The counts of all gateways together: one hash a minute in Redis, one batch for many callers. */
export class SharedCounts {
  constructor(
    private readonly redis: RedisLink,
    private readonly log: Logger,
  ) {}

  /** Adds what was seen and returns the totals, in the same order; undefined while Redis is away. */
  async add(shares: readonly Share[]): Promise<Total[] | undefined> {
    const redis = this.redis.now;
    if (!redis || shares.length === 0) return undefined;
    const batch = redis.pipeline();
    for (const { kind, caller, window, seen, isNew } of shares) {
      batch.hincrby(keyOf(kind, window), caller, seen);
      if (isNew) batch.hget(keyOf(kind, window - 1), caller);
    }
    const hashes = new Set(shares.map(({ kind, window }) => keyOf(kind, window)));
    hashes.forEach((key) => batch.expire(key, KEEP_SECONDS));
    try {
      return totalsOf(shares, (await batch.exec()) ?? []);
    } catch (error) {
      this.log.debug({ err: error }, 'the counts were not shared this time');
      return undefined;
    }
  }
}

function keyOf(kind: string, window: number): string {
  return `stockwire:${kind}:${window}`;
}

function totalsOf(shares: readonly Share[], replies: readonly [Error | null, unknown][]): Total[] | undefined {
  let next = 0;
  const take = (): number => {
    const [error, value] = replies[next++] ?? [new Error('a reply is missing')];
    if (error) throw error;
    return Number(value ?? 0);
  };
  return shares.map(({ isNew }) => ({ known: take(), before: isNew ? take() : undefined }));
}
