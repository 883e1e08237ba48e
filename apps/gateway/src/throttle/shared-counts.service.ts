import type { Logger } from '@app/common';
import type { RedisLink } from './redis.service';
import { WINDOW_MS } from './window';

/** What one gateway has seen of a caller and not told yet. */
export interface Share {
  kind: string;
  caller: string;
  seen: number;
}

/** Of all gateways together. */
export interface Total {
  /** Requests of the running minute. */
  known: number;
  /** Milliseconds until it ends. */
  endsIn: number;
}

/** Adds to many counters at once; the first request of a minute makes one that ends with it. */
const ADD = `
local totals = {}
for i, key in ipairs(KEYS) do
  local known = redis.call('INCRBY', key, ARGV[i + 1])
  local ends = redis.call('PTTL', key)
  if ends < 0 then
    redis.call('PEXPIRE', key, ARGV[1])
    ends = tonumber(ARGV[1])
  end
  totals[2 * i - 1] = known
  totals[2 * i] = ends
end
return totals
`;

/** The counts of all gateways together, in Redis: one command for many callers. */
export class SharedCounts {
  constructor(
    private readonly redis: RedisLink,
    private readonly log: Logger,
  ) {}

  /** Adds what was seen and returns the totals, in the same order; undefined while Redis is away. */
  async add(shares: readonly Share[]): Promise<Total[] | undefined> {
    const redis = this.redis.now;
    if (!redis || shares.length === 0) return undefined;
    // The braces keep all of them on one node of a Redis cluster.
    const keys = shares.map(({ kind, caller }) => `{stockwire}:${kind}:${caller}`);
    const seen = shares.map((share) => share.seen);
    try {
      const reply = await redis.eval(ADD, keys.length, ...keys, WINDOW_MS, ...seen);
      const numbers = Array.isArray(reply) ? reply.map(Number) : [];
      return shares.map((_, index) => ({ known: numbers[2 * index] ?? 0, endsIn: numbers[2 * index + 1] ?? 0 }));
    } catch (error) {
      this.log.debug({ err: error }, 'the counts were not shared this time');
      return undefined;
    }
  }
}
