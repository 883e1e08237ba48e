import type { Status } from './follower';
import type { StockwireProblem } from './problem.errors';

export interface Informed {
  /** @internal */
  onStatus(status: Status, problem?: StockwireProblem): void;
}

/** Those of this tab who follow the same thing, and how it stands with it. */
export class Audience<Member extends Informed> implements Iterable<Member> {
  private readonly members = new Set<Member>();
  private state: Status = 'connecting';
  private problem: StockwireProblem | undefined;

  get status(): Status {
    return this.state;
  }

  get size(): number {
    return this.members.size;
  }

  [Symbol.iterator](): Iterator<Member> {
    return this.members.values();
  }

  /** `arrived`, unless it has left by then: nobody is called before the call that brought it here has returned. */
  add(member: Member, arrived: () => void): void {
    this.members.add(member);
    queueMicrotask(() => {
      if (this.members.has(member)) arrived();
    });
  }

  /** Whether it was there. */
  delete(member: Member): boolean {
    return this.members.delete(member);
  }

  /** Tells one who has arrived how it stands. */
  greet(member: Member): void {
    member.onStatus(this.state, this.problem);
  }

  /** Whether that is how it stands already. */
  knows(status: Status, problem?: StockwireProblem): boolean {
    return this.state === status && this.problem?.code === problem?.code;
  }

  /** Tells everybody. What is `closed` has no followers: also of what is just being given out there is no more. */
  tell(status: Status, problem?: StockwireProblem): void {
    this.state = status;
    this.problem = problem;
    for (const member of this.members) member.onStatus(status, problem);
    if (status === 'closed') this.members.clear();
  }
}
