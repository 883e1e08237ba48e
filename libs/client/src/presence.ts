import { apart } from './apart';
import type { Status } from './feed';
import type { Member } from './messages.socket';
import { StockwireProblem } from './problem.errors';
import type { Rooms } from './rooms';
import { Subscription, type FollowOptions } from './subscription';

export interface PresenceOptions extends FollowOptions {
  /** What the others see you do, in 1 to 100 characters; without it you see them and are not seen. */
  activity?: string;
}

/** One who looks at who is in a room, and may be seen there. */
export class Presence {
  private readonly company: Company;
  private doing: string | null;
  private current: Status = 'connecting';
  private problem: StockwireProblem | undefined;

  constructor(
    rooms: Rooms,
    room: string,
    private readonly listener: (members: readonly Member[]) => void,
    private readonly options: PresenceOptions,
  ) {
    this.doing = options.activity ?? null;
    this.company = rooms.company(room);
    this.company.add(this);
  }

  /** `live`: the others see it; `refused` also while the room is full, which passes by itself. */
  get status(): Status {
    return this.current;
  }

  get activity(): string | null {
    return this.doing;
  }

  /** Everybody in the room, who came first before the others; as last known while the connection is lost. */
  get members(): readonly Member[] {
    return this.company.members ?? [];
  }

  /** Says what you do from now on; `null`: nothing that others should see. */
  announce(activity: string | null): void {
    this.doing = activity;
    this.company.say();
  }

  unsubscribe(): void {
    this.company.remove(this);
    this.onStatus('closed');
  }

  /** @internal */
  onMembers(members: readonly Member[]): void {
    apart(() => this.listener(members));
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
 * Who is in a room, asked once for all of this tab who look at it. To the server a tab is one member, with one activity: that of
 * the last who has one. It keeps it no longer than the connection, and not even so long when the line is dead for a few seconds; so
 * it is told again on every connection, and with every `position` that arrives. Unchanged it is news to nobody.
 */
export class Company {
  members: readonly Member[] | undefined;
  private readonly guests = new Set<Presence>();
  private readonly subscription: Subscription;
  private asking: object | undefined;
  private state: Status = 'connecting';
  private problem: StockwireProblem | undefined;

  constructor(
    private readonly rooms: Rooms,
    readonly room: string,
  ) {
    const onStatus = (status: Status, problem?: StockwireProblem): void => this.moved(status, problem);
    // Presence is for subscribers of the room.
    this.subscription = new Subscription(rooms, room, false, () => undefined, { onStatus });
  }

  add(guest: Presence): void {
    this.guests.add(guest);
    // Nobody is called before `presence` has returned.
    queueMicrotask(() => {
      if (!this.guests.has(guest)) return;
      guest.onStatus(this.state, this.problem);
      if (this.members) guest.onMembers(this.members);
      this.say();
    });
  }

  remove(guest: Presence): void {
    if (!this.guests.delete(guest)) return;
    if (this.guests.size > 0) {
      this.say();
      return;
    }
    this.rooms.part(this);
    // Others may go on following the room here. It comes after a question that is still open.
    this.rooms.connection.ask('presence', { room: this.room, activity: null }, () => undefined);
    this.subscription.unsubscribe();
  }

  /** Tells the server what is done here, one question at a time, the last of many wishes. */
  say(): void {
    if (this.asking || this.subscription.status !== 'live') return;
    const { activity } = this;
    const question = (this.asking = {});
    const asked = this.rooms.connection.ask('presence', { room: this.room, activity }, (reply) => {
      if (this.asking !== question) return;
      this.asking = undefined;
      if (reply.ok) {
        this.take(reply.members);
        this.tell('live');
      } else if (reply.error.code !== 'rate-limited') this.tell('refused', StockwireProblem.of(reply.error));
      if (this.activity !== activity) this.say();
    });
    if (!asked) this.asking = undefined;
  }

  /** Time and again: what has been lost or was refused may be there now. */
  beat(): void {
    if (this.activity !== null || this.state !== 'live') this.say();
  }

  take(members: readonly Member[]): void {
    if (JSON.stringify(members) === JSON.stringify(this.members)) return;
    this.members = members;
    for (const guest of this.guests) guest.onMembers(members);
  }

  private get activity(): string | null {
    return [...this.guests].flatMap(({ activity }) => activity ?? []).at(-1) ?? null;
  }

  private moved(status: Status, problem?: StockwireProblem): void {
    this.asking = undefined;
    // Live it is when the server has answered.
    if (status === 'live') this.say();
    else this.tell(status, problem);
    if (status === 'closed') this.guests.clear();
  }

  private tell(status: Status, problem?: StockwireProblem): void {
    this.state = status;
    this.problem = problem;
    for (const guest of this.guests) guest.onStatus(status, problem);
  }
}
