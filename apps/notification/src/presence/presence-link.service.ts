import type { Logger } from '@app/common';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import Redis from 'ioredis';
import { createHash } from 'node:crypto';
import { InjectLog } from '../core/log';
import { NotificationConfig } from '../notification.config';
import type { News } from './peers';

const CONNECT_MS = 1_000;
const SLOWEST_RETRY_MS = 2_000;

/**
 * The channel between the notification processes: Redis, which may be away at any time, or not be there at all. What is said
 * meanwhile is lost, which the others notice.
 */
@Injectable()
export class PresenceLink implements OnModuleInit, OnApplicationShutdown {
  private readonly speaking: Redis | undefined;
  private readonly hearing: Redis | undefined;
  private readonly channel: string;
  private complained = false;
  private onNews: (news: News) => void = () => undefined;
  private onReady: () => void = () => undefined;

  constructor(
    { redisUrl, internalToken }: NotificationConfig,
    @InjectLog() private readonly log: Logger,
  ) {
    // Redis may be shared with other installations; those that belong together have the same internal token.
    this.channel = `stockwire:presence:${createHash('sha256').update(`presence ${internalToken}`).digest('hex').slice(0, 32)}`;
    if (!redisUrl) return;
    this.speaking = this.connection(redisUrl);
    this.hearing = this.connection(redisUrl);
    this.hearing.on('message', (_, text: string) => this.hear(text));
    this.hearing.on('ready', () => void this.subscribe());
  }

  listen(onNews: (news: News) => void, onReady: () => void): void {
    this.onNews = onNews;
    this.onReady = onReady;
  }

  onModuleInit(): void {
    // Not awaited: sockets work without Redis too. What goes wrong arrives as an error event.
    for (const redis of [this.speaking, this.hearing]) redis?.connect().catch((error: Error) => this.complain(error));
  }

  onApplicationShutdown(): void {
    for (const redis of [this.speaking, this.hearing]) void redis?.quit().catch(() => redis.disconnect());
  }

  /** Says something to all others; lost while Redis is away. */
  say(news: News): void {
    if (this.speaking?.status !== 'ready') return;
    this.speaking.publish(this.channel, JSON.stringify(news)).catch((error: Error) => this.complain(error));
  }

  private connection(url: string): Redis {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      connectTimeout: CONNECT_MS,
      retryStrategy: (attempt) => Math.min(SLOWEST_RETRY_MS, 100 * attempt),
    });
    redis.on('error', (error: Error) => this.complain(error));
    redis.on('ready', () => this.recover());
    return redis;
  }

  private async subscribe(): Promise<void> {
    try {
      await this.hearing?.subscribe(this.channel);
      this.onReady();
    } catch (error) {
      this.complain(error);
    }
  }

  private hear(text: string): void {
    try {
      this.onNews(JSON.parse(text) as News);
    } catch (error) {
      this.log.warn({ err: error }, 'what another process said of presence could not be understood');
    }
  }

  private complain(error: unknown): void {
    if (this.complained) return;
    this.complained = true;
    this.log.warn(
      { err: error },
      'Redis is away: until it is back presence shows only who is connected to this process',
    );
  }

  private recover(): void {
    if (this.complained) this.log.info('Redis is back');
    this.complained = false;
  }
}
