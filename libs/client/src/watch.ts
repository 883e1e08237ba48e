import { apart } from './apart';
import type { Tenant } from './connection.socket';
import type { Status } from './feed';
import type { Alert, Reply } from './messages.socket';
import { passes, StockwireProblem } from './problem.errors';
import type { Rooms } from './rooms';
import type { FollowOptions } from './subscription';

export interface Threshold {
  /** Alerts when available falls to this or below; at once when it is there already. */
  below: number;
  /** Alerts again only after it rose to this; `below` + 1 without it. */
  rearmAt?: number;
}

/** One who is told when an item falls to a threshold. */
export class Watch {
  private readonly watcher: Watcher;
  private current: Status = 'connecting';
  private problem: StockwireProblem | undefined;
  private last: string | undefined;

  constructor(
    rooms: Rooms,
    itemId: string,
    threshold: Threshold,
    private readonly listener: (alert: Alert) => void,
    private readonly options: FollowOptions,
  ) {
    this.watcher = rooms.watcher(itemId);
    this.watcher.add(this, threshold);
  }

  /** `live`: the server has the watch, and keeps it. */
  get status(): Status {
    return this.current;
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

  /** @internal */
  onStatus(status: Status, problem?: StockwireProblem): void {
    if (status === this.current && problem?.code === this.problem?.code) return;
    this.current = status;
    this.problem = problem;
    apart(() => this.options.onStatus?.(status, problem));
  }
}

/**
 * What is watched for an item, once for all of this tab. The server keeps it for its owner over connections and restarts; it is told again
 * on every connection all the same, because the answer brings the alert that holds: one that a dead line swallowed is not lost.
 */
export class Watcher implements Tenant {
  private readonly watches = new Set<Watch>();
  /** Another one for each time that it is set; without a threshold it is to end. */
  private wish: { threshold?: Threshold } = {};
  private asking: object | undefined;
  private state: Status = 'connecting';

  constructor(
    private readonly rooms: Rooms,
    readonly itemId: string,
  ) {}

  get status(): Status {
    return this.state;
  }

  add(watch: Watch, { below, rearmAt }: Threshold): void {
    this.wish = { threshold: { below, ...(rearmAt !== undefined && { rearmAt }) } };
    this.watches.add(watch);
    // Nobody is called before `watch` has returned.
    queueMicrotask(() => this.watches.has(watch) && this.asking !== this.wish && this.resume());
  }

  remove(watch: Watch): void {
    if (this.watches.delete(watch) && this.watches.size === 0 && this.wish.threshold) this.rooms.forget(this);
  }

  end(): void {
    if (this.watches.size === 0) return;
    this.wish = {};
    this.resume();
  }

  resume(): void {
    const { wish, itemId, rooms } = this;
    const { threshold } = wish;
    const answered = (reply: Reply<{ ok: true; alert?: Alert }>): void => {
      if (this.asking !== wish) return;
      this.asking = undefined;
      const problem = reply.ok ? undefined : StockwireProblem.of(reply.error);
      if (problem && (threshold || passes(problem))) rooms.connection.turnedDown(this, problem);
      else if (threshold && reply.ok) this.begun(reply);
      else this.over();
    };
    this.asking = wish;
    const asked = threshold
      ? rooms.connection.ask('watch', { itemId, ...threshold }, answered)
      : rooms.connection.ask('unwatch', { itemId }, answered);
    if (!asked) this.asking = undefined;
  }

  lost(status: Status, problem?: StockwireProblem): void {
    this.asking = undefined;
    this.tell(status, problem);
    if (status === 'closed') this.watches.clear();
  }

  take(alert: Alert): void {
    if (this.wish.threshold) for (const watch of this.watches) watch.onAlert(alert);
  }

  private begun(reply: { alert?: Alert }): void {
    this.tell('live');
    if (reply.alert) this.take(reply.alert);
  }

  private over(): void {
    this.lost('closed');
    this.rooms.forget(this);
  }

  private tell(status: Status, problem?: StockwireProblem): void {
    this.state = status;
    for (const watch of this.watches) watch.onStatus(status, problem);
  }
}
