import type { Gate } from '../feed/gate';
import type { RoomFilter } from '../feed/place';
import type { Slice } from '../feed/ring';
import type { Outlet, Subscription } from './subscription';

/** The live events of this process. */
export interface Feed {
  readonly position: number;
  recent(after: number, limit: number, filter?: RoomFilter): Slice | undefined;
  advanced(): Promise<void>;
}

/** The ledger itself, for what the feed does not remember. */
export interface History {
  /** Resolves with undefined when there is no answer right now. */
  page(after: number, limit: number, filter?: RoomFilter): Promise<Slice | undefined>;
  /** Waits before the next try; longer from failure to failure. */
  pause(failures: number): Promise<void>;
}

/**
 * Brings subscriptions from where they begin to where the feed is: from memory when it reaches back far enough, else page by
 * page from the ledger, never faster than the socket reads. In between nothing of it is kept.
 */
export class CatchUp {
  constructor(
    private readonly feed: Feed,
    private readonly history: History,
    private readonly steps: Gate,
    private readonly eventsPerStep: number,
    /** Enters the subscription among those that get the feed's events; synchronous. */
    private readonly join: (subscription: Subscription) => void,
  ) {}

  /** Resolves when the subscription is live or has ended. */
  async run(subscription: Subscription, outlet: Outlet): Promise<void> {
    let failures = 0;
    while (subscription.state === 'behind') {
      if (this.joined(subscription)) return;
      if (subscription.position > this.feed.position) {
        await this.feed.advanced();
        continue;
      }
      await outlet.roomForMore();
      const done = await this.steps.run(() => this.step(subscription, outlet));
      failures = done ? 0 : failures + 1;
      if (failures > 0) await this.history.pause(failures);
    }
  }

  private joined(subscription: Subscription): boolean {
    if (subscription.position !== this.feed.position) return false;
    subscription.goLive(this.feed.position);
    this.join(subscription);
    return true;
  }

  /** One slice of what is missing; false when the ledger did not answer. */
  private async step(subscription: Subscription, outlet: Outlet): Promise<boolean> {
    const { filter } = subscription.place;
    const next = (): Slice | undefined => this.feed.recent(subscription.position, this.eventsPerStep, filter);
    const useless = (): boolean => subscription.state !== 'behind' || !outlet.hasRoom;
    if (useless() || subscription.position > this.feed.position) return true;
    const slice = next() ?? (await this.history.page(subscription.position, this.eventsPerStep, filter));
    if (slice === undefined) return false;
    // Another subscription of the socket may have filled it meanwhile: then the slice is asked for again later.
    if (useless()) return true;
    const events = subscription.take(slice);
    if (events.length > 0) outlet.send(subscription, events);
    return true;
  }
}
