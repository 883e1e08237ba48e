import { apart } from './apart';
import type { AlertChange, Change, Feed, Status, Subscriber } from './feed';
import type { Cursor } from './messages.socket';
import type { StockwireProblem } from './problem.errors';
import type { Rooms } from './rooms';

export interface FollowOptions {
  /** Every change of the status; `problem` says why it is `refused`, or `offline` although there is a connection. */
  onStatus?: (status: Status, problem?: StockwireProblem) => void;
}

/** One subscriber's place in a room. */
export class Subscription implements Subscriber {
  place: Cursor | undefined;
  private readonly feed: Feed;
  private current: Status = 'connecting';
  private problem: StockwireProblem | undefined;

  constructor(
    private readonly rooms: Rooms,
    room: string,
    readonly snapshot: boolean,
    private readonly listener: (change: never) => void,
    private readonly options: FollowOptions & { since?: Cursor },
  ) {
    this.place = options.since;
    this.feed = rooms.feed(room);
    this.feed.add(this);
  }

  get status(): Status {
    return this.current;
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

  /** @internal */
  onStatus(status: Status, problem?: StockwireProblem): void {
    if (status === this.current && problem?.code === this.problem?.code) return;
    this.current = status;
    this.problem = problem;
    apart(() => this.options.onStatus?.(status, problem));
  }
}
