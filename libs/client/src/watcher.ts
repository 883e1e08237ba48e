import { Audience } from './audience';
import type { Connection, Tenant } from './connection.socket';
import type { Follower, Status } from './follower';
import type { Alert, Reply } from './messages.socket';
import { passes, StockwireProblem } from './problem.errors';

export interface Threshold {
  /** Alerts when available falls to this or below; at once when it is there already. */
  below: number;
  /** Alerts again only after it rose to this; `below` + 1 without it. */
  rearmAt?: number;
}

/** One who is told when an item falls to a threshold. */
export interface Listener extends Follower {
  /** @internal */
  onAlert(alert: Alert): void;
}

/**
 * What is watched for an item, once for all of this tab. The server keeps it for its owner over connections and restarts; it is told again
 * on every connection all the same, because the answer brings the alert that holds: one that a dead line swallowed is not lost.
 */
export class Watcher implements Tenant {
  private readonly listeners = new Audience<Listener>();
  /** Another one for each time that it is set; without a threshold it is to end. */
  private wish: { threshold?: Threshold } = {};
  private asking: object | undefined;

  /** `empty`: nobody here listens any more. */
  constructor(
    private readonly itemId: string,
    private readonly connection: Connection,
    private readonly empty: () => void,
  ) {}

  get status(): Status {
    return this.listeners.status;
  }

  add(listener: Listener, { below, rearmAt }: Threshold): void {
    this.wish = { threshold: { below, ...(rearmAt !== undefined && { rearmAt }) } };
    this.listeners.add(listener, () => {
      if (this.asking !== this.wish) this.resume();
      // Else the answer says it.
      if (!this.asking) this.listeners.greet(listener);
    });
  }

  remove(listener: Listener): void {
    // One that is to end stays until the server knows.
    if (this.listeners.delete(listener) && this.listeners.size === 0 && this.wish.threshold) this.empty();
  }

  end(): void {
    if (this.listeners.size === 0) return;
    this.wish = {};
    this.resume();
  }

  resume(): void {
    const { wish, itemId, connection } = this;
    const { threshold } = wish;
    const answered = (reply: Reply<{ ok: true; alert?: Alert }>): void => {
      if (this.asking !== wish) return;
      this.asking = undefined;
      if (reply.ok && threshold) this.begin(reply);
      else if (reply.ok) this.over();
      else this.refused(StockwireProblem.of(reply.error));
    };
    this.asking = wish;
    const asked = threshold
      ? connection.ask('watch', { itemId, ...threshold }, answered)
      : connection.ask('unwatch', { itemId }, answered);
    if (!asked) this.asking = undefined;
  }

  lost(status: Status, problem?: StockwireProblem): void {
    this.asking = undefined;
    this.listeners.tell(status, problem);
  }

  take(alert: Alert): void {
    if (this.wish.threshold) for (const listener of this.listeners) listener.onAlert(alert);
  }

  /** By another tab; unless it is just being set again here: what is asked was decided later. */
  ended(): void {
    if (!this.asking) this.over();
  }

  private begin({ alert }: { alert?: Alert }): void {
    this.listeners.tell('live');
    if (alert) this.take(alert);
  }

  private refused(problem: StockwireProblem): void {
    if (this.wish.threshold || passes(problem)) this.connection.turnedDown(this, problem);
    else this.over();
  }

  private over(): void {
    this.lost('closed');
    this.empty();
  }
}
