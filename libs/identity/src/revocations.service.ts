import type { Logger } from '@app/common';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { RevocationFeed, type Revocation } from './revocation.repository';

export interface RevocationsOptions {
  log: Logger;
  /** How long something revoked could still be presented: the life of an access token, or of a cached API key. */
  keepMs: number;
  /** Milliseconds between two looks at the feed. */
  pollMs?: number;
}

const POLL_MS = 300;
const MOST_MS = 1_000;
/** Each costs a login of its own, so that far fewer can come together while tokens live; a bound all the same. */
const MOST_KEPT = 200_000;

/**
 * Which sessions and API keys are not valid any more, known without asking: follows the numbered feed, so that what one
 * gateway revokes is refused by every process within a second. Loaded before the process is ready; owns its loop.
 */
export class Revocations implements OnModuleInit, BeforeApplicationShutdown {
  /** Until when each revoked id must be remembered, oldest first. */
  private readonly revoked = new Map<string, number>();
  private last: Pick<Revocation, 'position' | 'id'> | undefined;
  /** On the clock that nobody sets. */
  private answeredAt = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly feed: RevocationFeed,
    private readonly options: RevocationsOptions,
  ) {}

  /** Milliseconds since the feed was last read; infinite before the first time. */
  get silence(): number {
    return performance.now() - this.answeredAt;
  }

  isRevoked(sessionId: string): boolean {
    return this.revoked.has(sessionId);
  }

  /** What this process revoked itself takes effect at once; the feed brings it again, which changes nothing. */
  apply(ids: readonly string[]): void {
    const until = Date.now() + this.options.keepMs;
    for (const id of ids) if (!this.revoked.has(id)) this.revoked.set(id, until);
  }

  /** What is still in force is known before the first request. */
  async onModuleInit(): Promise<void> {
    await this.insist(async () => {
      this.take(await this.feed.since(new Date(Date.now() - this.options.keepMs)));
    });
    this.running = this.follow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async follow(): Promise<void> {
    const { pollMs = POLL_MS } = this.options;
    while (!this.stopping.signal.aborted) {
      await this.pause(pollMs);
      await this.insist(() => this.poll());
      this.forget();
    }
  }

  /** Reads what came after the last entry, and that entry again: when it is not there, the place in the feed is lost. */
  private async poll(): Promise<void> {
    const [first, ...more] = await this.feed.from(this.last?.position ?? 0);
    if (this.last && (first?.position !== this.last.position || first.id !== this.last.id)) {
      this.options.log.warn({ last: this.last }, 'the place among the revocations is lost: reading all of them again');
      this.last = undefined;
      return this.poll();
    }
    if (this.last === undefined && first) more.unshift(first);
    this.take(more);
    // Pages end somewhere: whatever came may have more behind it.
    if (more.length > 0 && !this.stopping.signal.aborted) return this.poll();
  }

  private take(entries: readonly Revocation[]): void {
    this.apply(entries.map(({ id }) => id));
    this.last = entries.at(-1) ?? this.last;
    this.answeredAt = performance.now();
  }

  private forget(): void {
    const now = Date.now();
    for (const [id, until] of this.revoked) {
      if (until > now && this.revoked.size <= MOST_KEPT) return;
      this.revoked.delete(id);
    }
  }

  /** Repeats until it succeeds or the process stops: without this feed a stolen session would live on. */
  private async insist(action: () => Promise<void>): Promise<void> {
    const { pollMs = POLL_MS } = this.options;
    for (let failures = 0; !this.stopping.signal.aborted; failures++) {
      try {
        await action();
        if (failures > 0) this.options.log.info('revocations are followed again');
        return;
      } catch (error) {
        // The first failure says it; the ones after it would only fill the log.
        if (failures === 0) this.options.log.warn({ err: error }, 'revocations cannot be followed right now');
        await this.pause(Math.min(MOST_MS, pollMs * 2 ** failures));
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    await sleep(ms, undefined, { signal }).catch((error: Error) => {
      if (!signal.aborted) throw error;
    });
  }
}
