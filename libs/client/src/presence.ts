import { apart } from './apart';
import type { Company, Guest } from './company';
import { Follower, type FollowOptions } from './follower';
import type { Member } from './messages.socket';
import type { Rooms } from './rooms';

export interface PresenceOptions extends FollowOptions {
  /** What the others see you do, in 1 to 100 characters; without it you see them and are not seen. */
  activity?: string;
}

/** One who looks at who is in a room, and may be seen there. */
export class Presence extends Follower implements Guest {
  private readonly company: Company;
  private doing: string | null;

  constructor(
    rooms: Rooms,
    room: string,
    private readonly listener: (members: readonly Member[]) => void,
    options: PresenceOptions,
  ) {
    super(options);
    this.doing = options.activity ?? null;
    this.company = rooms.company(room);
    this.company.add(this);
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
}
