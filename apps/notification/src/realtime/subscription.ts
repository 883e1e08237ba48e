import type { LedgerEvent, Room } from '@app/contracts';
import { alertOf } from '../feed/alerts';
import { belongs, type Place } from '../feed/place';
import type { Slice } from '../feed/ring';

/** What a subscriber gets, in order; written at once, so that nothing can come between. */
export interface Outlet {
  /** Resolves when there is room for more, or when nothing more will ever be sent. */
  roomForMore(): Promise<void>;
  readonly hasRoom: boolean;
  send(subscription: Subscription, events: LedgerEvent[]): void;
}

/**
 * One socket's place in one room. It begins behind (or, after a snapshot that is newer than the feed, ahead), is brought to
 * the feed's position step by step, and is live from then on: every event of the room once and in order, across that seam.
 */
export class Subscription {
  private at: number;
  private current: 'behind' | 'live' | 'ended' = 'behind';

  constructor(
    readonly place: Place,
    readonly batch: boolean,
    start: number,
  ) {
    this.at = start;
  }

  get room(): Room {
    return this.place.room;
  }

  get state(): 'behind' | 'live' | 'ended' {
    return this.current;
  }

  /** While not live: everything of the room up to here was sent. */
  get position(): number {
    return this.at;
  }

  /** Events of a slice that were not sent yet; they count as sent from now on. */
  take({ events, position }: Slice): LedgerEvent[] {
    const fresh = events.filter((event) => event.position > this.at);
    let last = this.at;
    for (const event of fresh) {
      const foreign = !belongs(event, alertOf(event) !== undefined, this.place.filter);
      if (foreign || event.position <= last) throw new Error(`event ${event.position} does not belong after ${last}`);
      last = event.position;
    }
    this.at = Math.max(last, position);
    return fresh;
  }

  /** From now on the feed's events are this one's: only where both are at the same position is nothing missed or doubled. */
  goLive(feedPosition: number): void {
    if (this.current !== 'behind' || this.at !== feedPosition)
      throw new Error(`cannot go live at ${feedPosition} from ${this.at}, ${this.current}`);
    this.current = 'live';
  }

  end(): void {
    this.current = 'ended';
  }
}
