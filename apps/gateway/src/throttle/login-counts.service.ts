import type { Logger } from '@app/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import type { RedisLink } from './redis.service';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Attempts of the last minute by their time, and one more if the limit allows it; by the clock of Redis, which all share. */
const ATTEMPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
local count = redis.call('ZCARD', KEYS[1])
local allowed = count < tonumber(ARGV[2])
if allowed then
  count = count + 1
  redis.call('ZADD', KEYS[1], now, time[1] .. '.' .. time[2] .. '.' .. count)
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return { allowed and 1 or 0, count, now - (oldest[2] or now) }
`;

interface Attempts {
  allowed: boolean;
  count: number;
  /** Milliseconds since the oldest that counts. */
  age: number;
}

const MOST_KEYS = 10_000;

/**
 * Attempts to log in, exact over all gateways: each asks Redis, since one more guess is what this is about. While Redis is away
 * each process counts for itself; it always does, so that it knows what went before.
 */
export class LoginCounts implements ThrottlerStorage {
  private readonly own = new LRUCache<string, number[]>({ max: MOST_KEYS });

  constructor(
    private readonly redis: RedisLink,
    private readonly log: Logger,
  ) {}

  /** Counts an attempt, unless it is over the limit. Times of the answer are in seconds, as the library wants them. */
  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerStorageRecord> {
    const own = this.count(key, ttl, limit, Date.now());
    const { allowed, count, age } = (await this.ask(key, ttl, limit)) ?? own;
    const seconds = Math.max(1, Math.ceil((ttl - age) / 1_000));
    return {
      totalHits: allowed ? count : limit + 1,
      timeToExpire: seconds,
      isBlocked: !allowed,
      timeToBlockExpire: allowed ? 0 : seconds,
    };
  }

  private count(key: string, ttl: number, limit: number, now: number): Attempts {
    const recent = (this.own.get(key) ?? []).filter((time) => time > now - ttl);
    const allowed = recent.length < limit;
    if (allowed) recent.push(now);
    this.own.set(key, recent);
    return { allowed, count: recent.length, age: now - (recent[0] ?? now) };
  }

  private async ask(key: string, ttl: number, limit: number): Promise<Attempts | undefined> {
    try {
      const reply = await this.redis.now?.eval(ATTEMPT, 1, `stockwire:logins:${key}`, ttl, limit);
      if (!Array.isArray(reply)) return undefined;
      const [allowed, count, age] = reply.map(Number) as [number, number, number];
      return { allowed: allowed === 1, count, age };
    } catch (error) {
      this.log.debug({ err: error }, 'an attempt to log in was counted in this process only');
      return undefined;
    }
  }
}
