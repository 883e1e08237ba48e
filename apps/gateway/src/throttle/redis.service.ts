import type { Logger } from '@app/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import Redis from 'ioredis';

const CONNECT_MS = 1_000;
const SLOWEST_RETRY_MS = 2_000;
/** A command that takes longer is given up: limits are not worth a request's time. */
const COMMAND_MS = 150;

/** The connection to Redis, which may be away at any time: then it says so once, and goes on trying quietly. */
export class RedisLink implements OnModuleInit, OnApplicationShutdown {
  private readonly redis: Redis | undefined;
  private complained = false;

  constructor(
    url: string,
    private readonly log: Logger,
  ) {
    if (!url) return;
    this.redis = new Redis(url, {
      lazyConnect: true,
      // A command that waited for the connection would make a request wait.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      commandTimeout: COMMAND_MS,
      retryStrategy: (attempt) => Math.min(SLOWEST_RETRY_MS, 100 * attempt),
    });
    this.redis.on('error', (error: Error) => this.complain(error));
    this.redis.on('ready', () => this.recover());
  }

  /** Whether there should be a Redis at all. */
  get isWanted(): boolean {
    return this.redis !== undefined;
  }

  /** The connection when it works right now; undefined while it does not, or when there is none. */
  get now(): Redis | undefined {
    return this.redis?.status === 'ready' ? this.redis : undefined;
  }

  onModuleInit(): void {
    // Not awaited: the gateway starts without Redis too. What goes wrong arrives as an error event.
    this.redis?.connect().catch((error: Error) => this.complain(error));
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  private complain(error: Error): void {
    if (this.complained) return;
    this.complained = true;
    this.log.warn(
      { err: error },
      'Redis is away: until it is back each gateway counts requests on its own, each report is made anew, and no import begins',
    );
  }

  private recover(): void {
    if (this.complained) this.log.info('Redis is back');
    this.complained = false;
  }
}
