import { apart } from './apart';
import type { StockwireProblem } from './problem.errors';

/**
 * `connecting` at first; `live`; `offline` while the connection is lost and tried again; `refused` when the server said no, for
 * example because nobody is logged in; `closed` after `unsubscribe`.
 */
export type Status = 'connecting' | 'live' | 'offline' | 'refused' | 'closed';

export interface FollowOptions {
  /** Every change of the status; `problem` says why it is `refused`, or `offline` although there is a connection. */
  onStatus?: (status: Status, problem?: StockwireProblem) => void;
}

/** What a subscription, a watch and a presence have in common: each is told once of every change of its status. */
export class Follower {
  private current: Status = 'connecting';
  private problem: StockwireProblem | undefined;

  constructor(private readonly told: FollowOptions) {}

  /** `live`: the server knows of it. */
  get status(): Status {
    return this.current;
  }

  /** @internal */
  onStatus(status: Status, problem?: StockwireProblem): void {
    if (status === this.current && problem?.code === this.problem?.code) return;
    this.current = status;
    this.problem = problem;
    apart(() => this.told.onStatus?.(status, problem));
  }
}
