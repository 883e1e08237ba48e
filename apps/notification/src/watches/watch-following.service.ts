import { DomainError, type Logger } from '@app/common';
import type { LedgerEvent } from '@app/contracts';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { FeedService } from '../feed/feed.service';
import { itemPlace } from '../feed/place';
import { CatchUpsService } from '../realtime/catch-ups.service';
import { StartsService } from '../realtime/starts.service';
import { Subscription } from '../realtime/subscription';
import type { Watcher } from './watcher';

const RETRY_MS = { first: 200, most: 5_000 };

/** Brings watchers from the place that they were left at to the present, and gives them what happens from then on. */
@Injectable()
export class WatchFollowing implements BeforeApplicationShutdown {
  private readonly live = new Map<string, Set<Watcher>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly feed: FeedService,
    private readonly starts: StartsService,
    private readonly catchUps: CatchUpsService,
    @InjectLog() private readonly log: Logger,
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  begin(watcher: Watcher): void {
    this.run(watcher).catch((error: unknown) => {
      this.log.error({ err: error, itemId: watcher.itemId }, 'a watch could not be followed');
    });
  }

  end(watcher: Watcher): void {
    watcher.end();
    const others = this.live.get(watcher.itemId);
    others?.delete(watcher);
    if (others?.size === 0) this.live.delete(watcher.itemId);
  }

  /** The feed's events, in order; an operation is never cut in two. */
  take(events: readonly LedgerEvent[]): void {
    if (this.live.size === 0) return;
    const own = new Map<string, LedgerEvent[]>();
    for (const event of events) {
      if (!this.live.has(event.itemId)) continue;
      const list = own.get(event.itemId);
      if (list) list.push(event);
      else own.set(event.itemId, [event]);
    }
    for (const [itemId, list] of own) for (const watcher of this.live.get(itemId) ?? []) watcher.take(list);
  }

  private async run(watcher: Watcher): Promise<void> {
    const subscription = await this.started(watcher);
    if (!subscription || watcher.ended) return;
    watcher.subscription = subscription;
    await this.catchUps.run(subscription, watcher, () => this.join(watcher));
  }

  /** Where the watch goes on. What is too old to be told event by event is told by how it is now. */
  private async started(watcher: Watcher): Promise<Subscription | undefined> {
    const { itemId } = watcher;
    const place = itemPlace(itemId);
    for (let failures = 0; !watcher.ended && !this.stopping.signal.aborted; failures++) {
      try {
        const { epoch, position } = watcher.state;
        const start = await this.starts.ofItem(place, itemId, { epoch, position });
        if (watcher.ended) return undefined;
        if (start.epoch === this.feed.cursor?.epoch) {
          const { snapshot: item } = start;
          if (item) watcher.lookAt(item, start);
          return new Subscription(place, false, start.position);
        }
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        // Of another ledger: there is nothing to watch, and nothing to complain of each time.
        if (error.code === 'not-found') return undefined;
      }
      const wait = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures);
      await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
    return undefined;
  }

  private join(watcher: Watcher): void {
    const others = this.live.get(watcher.itemId);
    if (others) others.add(watcher);
    else this.live.set(watcher.itemId, new Set([watcher]));
  }
}
