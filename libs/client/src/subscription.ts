import { apart } from './apart';
import type { AlertChange, Change, Feed, Subscriber } from './feed';
import { Follower, type FollowOptions } from './follower';
import type { Cursor } from './messages.socket';
import type { Rooms } from './rooms';

/** One subscriber's place in a room. */
export class Subscription extends Follower implements Subscriber {
  place: Cursor | undefined;
  private readonly feed: Feed;

  constructor(
    private readonly rooms: Rooms,
    room: string,
    readonly snapshot: boolean,
    private readonly listener: (change: never) => void,
    options: FollowOptions & { since?: Cursor },
  ) {
    super(options);
    this.place = options.since;
    this.feed = rooms.feed(room);
    this.feed.add(this);
  }

  /** Keep it, and give it as `since` to go on here later; undefined until the subscription has begun. */
  get cursor(): Cursor | undefined {
    return this.place;
  }

  /** The ledger's number up to which everything was told; 0 until the subscription has begun. */
  get position(): number {
    return this.place?.position ?? 0;
  }

  unsubscribe(): void {
    if (!this.feed.subscribers.delete(this)) return;
    this.onStatus('closed');
    this.rooms.leave(this.feed);
  }

  /** @internal */
  onChange(change: Change | AlertChange): void {
    // Which of them a room brings knows who named the room.
    apart(() => this.listener(change as never));
  }
}
