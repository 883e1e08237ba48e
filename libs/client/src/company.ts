import { Audience } from './audience';
import type { Connection } from './connection.socket';
import type { Feed, Subscriber } from './feed';
import type { Follower, Status } from './follower';
import type { Cursor, Member } from './messages.socket';
import { passes, StockwireProblem } from './problem.errors';

/** One who looks at who is in a room, and may be seen there. */
export interface Guest extends Follower {
  readonly activity: string | null;
  /** @internal */
  onMembers(members: readonly Member[]): void;
}

/**
 * Who is in a room, asked once for all of this tab who look at it. To the server a tab is one member, with one activity: that of
 * the last who has one. It keeps it no longer than the connection, and not even so long when the line is dead for a few seconds; so
 * it is told again on every connection, and with every `position` that arrives. Unchanged it is news to nobody.
 */
export class Company implements Subscriber {
  readonly snapshot = false;
  place: Cursor | undefined;
  members: readonly Member[] | undefined;
  private readonly guests = new Audience<Guest>();
  private asking: object | undefined;

  /** `feed`: presence is for subscribers of the room. `empty`: nobody here looks any more. */
  constructor(
    readonly feed: Feed,
    private readonly connection: Connection,
    private readonly empty: () => void,
  ) {
    feed.add(this);
  }

  add(guest: Guest): void {
    this.guests.add(guest, () => {
      this.guests.greet(guest);
      if (this.members) guest.onMembers(this.members);
      this.say();
    });
  }

  remove(guest: Guest): void {
    if (!this.guests.delete(guest)) return;
    if (this.guests.size > 0) {
      this.say();
      return;
    }
    // Others may go on following the room here. It comes after a question that is still open.
    this.connection.ask('presence', { room: this.feed.room, activity: null }, () => undefined);
    this.empty();
  }

  /** Tells the server what is done here, one question at a time, the last of many wishes. */
  say(): void {
    if (this.asking || this.feed.status !== 'live') return;
    const { activity } = this;
    const question = (this.asking = {});
    const asked = this.connection.ask('presence', { room: this.feed.room, activity }, (reply) => {
      if (this.asking !== question) return;
      this.asking = undefined;
      if (reply.ok) {
        this.take(reply.members);
        this.guests.tell('live');
      } else if (reply.error.code !== 'rate-limited') this.refused(StockwireProblem.of(reply.error));
      if (this.activity !== activity) this.say();
    });
    if (!asked) this.asking = undefined;
  }

  /** Time and again: what has been lost, or could not be for now, may be there now. */
  beat(): void {
    const { status } = this.guests;
    if (status === 'offline' || (status === 'live' && this.activity !== null)) this.say();
  }

  take(members: readonly Member[]): void {
    if (JSON.stringify(members) === JSON.stringify(this.members)) return;
    this.members = members;
    for (const guest of this.guests) guest.onMembers(members);
  }

  onChange(): void {
    // The events of the room are for others.
  }

  onStatus(status: Status, problem?: StockwireProblem): void {
    this.asking = undefined;
    // Live it is when the server has answered.
    if (status === 'live') this.say();
    else this.guests.tell(status, problem);
  }

  private get activity(): string | null {
    return [...this.guests].flatMap(({ activity }) => activity ?? []).at(-1) ?? null;
  }

  private refused(problem: StockwireProblem): void {
    this.guests.tell(passes(problem) ? 'offline' : 'refused', problem);
  }
}
