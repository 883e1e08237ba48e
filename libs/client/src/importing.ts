import { Audience } from './audience';
import type { Connection, Tenant } from './connection.socket';
import type { Follower, Status } from './follower';
import type { ImportProgress } from './messages.socket';
import { StockwireProblem } from './problem.errors';

/** One who looks at how far an import is. */
export interface Onlooker extends Follower {
  /** @internal */
  onProgress(progress: ImportProgress): void;
}

/**
 * How far an import is, asked once for all of this tab who look at it. It is a state that is told, not steps: the answer on a new
 * connection has all that a lost one swallowed, and what comes again is dropped. After the last one there is nothing to follow.
 */
export class Importing implements Tenant {
  last: ImportProgress | undefined;
  private readonly onlookers = new Audience<Onlooker>();

  /** `empty`: nobody here looks any more, or it is over. */
  constructor(
    private readonly id: string,
    private readonly connection: Connection,
    private readonly empty: () => void,
  ) {}

  get status(): Status {
    return this.onlookers.status;
  }

  add(onlooker: Onlooker): void {
    this.onlookers.add(onlooker, () => {
      this.onlookers.greet(onlooker);
      if (this.last) onlooker.onProgress(this.last);
    });
  }

  remove(onlooker: Onlooker): void {
    if (!this.onlookers.delete(onlooker) || this.onlookers.size > 0) return;
    this.connection.ask('unwatchImport', { id: this.id }, () => undefined);
    this.empty();
  }

  resume(): void {
    this.connection.ask('watchImport', { id: this.id }, (reply) => {
      if (this.onlookers.size === 0) return;
      if (!reply.ok) {
        this.connection.turnedDown(this, StockwireProblem.of(reply.error));
        return;
      }
      this.onlookers.tell('live');
      this.take(reply.import);
    });
  }

  lost(status: Status, problem?: StockwireProblem): void {
    this.onlookers.tell(status, problem);
  }

  take(progress: ImportProgress): void {
    if (JSON.stringify(progress) === JSON.stringify(this.last)) return;
    this.last = progress;
    for (const onlooker of this.onlookers) onlooker.onProgress(progress);
    if (progress.status !== 'done' && progress.status !== 'failed') return;
    this.lost('closed');
    this.empty();
  }
}
