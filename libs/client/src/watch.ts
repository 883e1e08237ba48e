import { apart } from './apart';
import { Follower, type FollowOptions } from './follower';
import type { Alert } from './messages.socket';
import type { Rooms } from './rooms';
import type { Listener, Threshold, Watcher } from './watcher';

/** One who is told when an item falls to a threshold. */
export class Watch extends Follower implements Listener {
  private readonly watcher: Watcher;
  private last: string | undefined;

  constructor(
    rooms: Rooms,
    itemId: string,
    threshold: Threshold,
    private readonly listener: (alert: Alert) => void,
    options: FollowOptions,
  ) {
    super(options);
    this.watcher = rooms.watcher(itemId);
    this.watcher.add(this, threshold);
  }

  /** No more alerts here. The watch itself stays, for the other tabs and for the next visit. */
  unsubscribe(): void {
    this.watcher.remove(this);
    this.onStatus('closed');
  }

  /** Ends the watch everywhere, also for the other tabs; as soon as there is a connection if there is none, and then it is `closed`. */
  unwatch(): void {
    this.watcher.end();
  }

  /** @internal */
  onAlert(alert: Alert): void {
    // It may come again, from a server that was killed, or with the answer of the next connection.
    const told = `${alert.threshold} ${alert.position}`;
    if (told === this.last) return;
    this.last = told;
    apart(() => this.listener(alert));
  }
}
