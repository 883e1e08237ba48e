import type { Connection } from './connection.socket';
import type { Change, Cursor, Feed, Status, Subscriber } from './feed';
import type { StockwireProblem } from './problem.errors';

export interface FollowOptions {
  /** Every change of the status; `problem` says why it is `refused`. */
  onStatus?: (status: Status, problem?: StockwireProblem) => void;
}

/** One subscriber's place in a room. */
export class Subscription implements Subscriber {
  place: Cursor | undefined;
  private readonly feed: Feed;
  private current: Status = 'connecting';

  constructor(
    private readonly connection: Connection,
    room: string,
    readonly snapshot: boolean,
    private readonly listener: (change: Change) => void,
    private readonly options: FollowOptions & { since?: Cursor },
  ) {
    this.place = options.since;
    this.feed = connection.feed(room);
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
    this.connection.leave(this.feed);
  }

  /** @internal */
  onChange(change: Change): void {
    apart(() => this.listener(change));
  }

  /** @internal */
  onStatus(status: Status, problem?: StockwireProblem): void {
    if (status === this.current && !problem) return;
    this.current = status;
    apart(() => this.options.onStatus?.(status, problem));
  }
}

/** A subscriber that fails must not keep the event from the others; it is an error all the same, and nobody's to catch. */
function apart(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
