import { Audience, type Informed } from './audience';
import type { Tenant } from './connection.socket';
import type { Status } from './follower';
import { after, type Item, type StockEvent } from './item';
import type { Alert, Cursor, Subscribed } from './messages.socket';
import type { StockwireProblem } from './problem.errors';

/** What a subscriber is told: where it begins, then each event, in order, once; and again where it begins after a `reset`. */
export type Change =
  | (Cursor & { kind: 'snapshot'; reset: boolean; item?: Item | null })
  | (Cursor & { kind: 'event'; event: StockEvent; item?: Item | null });

/** The same of what is low: the items whose alert stands (the first 1,000), then each that becomes low, or has recovered. */
export type AlertChange =
  | (Cursor & { kind: 'snapshot'; reset: boolean; low: Item[]; truncated: boolean })
  | (Cursor & { kind: 'alert'; alert: Alert });

/** Which of both depends on the room. */
type Told = Change | AlertChange;

/** One of those who share a feed, with its own place in it. */
export interface Subscriber extends Informed {
  /** @internal */
  onChange(change: Told): void;
  /** Up to here it has been told everything; undefined until it begins. */
  place?: Cursor | undefined;
  /** Begins with a snapshot; without it, at its place or at the present. */
  readonly snapshot: boolean;
}

/** The same hole so many times in a row is not going to be filled. */
const GAPS = 3;

/**
 * One room, followed once for all its subscribers. It has the place up to which everything was received; what comes again is dropped,
 * and where something is missing it asks again from there. So an event that never came is noticed, not only a connection lost.
 */
export class Feed implements Tenant {
  readonly subscribers = new Audience<Subscriber>();
  private place: Cursor | undefined;
  /** As of the last event; null once it is gone, undefined when it is not known. */
  private item: Item | null | undefined;
  /** As it was when it was deleted: it may be restored. */
  private deleted: Item | undefined;
  /** Only while a snapshot is given out: figures of what is low move on without an alert. */
  private low: Pick<AlertChange & { kind: 'snapshot' }, 'low' | 'truncated'> | undefined;
  private lastSeq: number | undefined;
  private waiting: object | undefined;
  private gaps = 0;

  constructor(
    readonly room: string,
    private readonly subscribe: (since: Cursor | undefined, answer: (reply: Subscribed) => void) => boolean,
  ) {}

  get status(): Status {
    return this.subscribers.status;
  }

  add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber, () => {
      this.subscribers.greet(subscriber);
      // Else the answer that is awaited, or the connection, brings it in.
      if (!this.waiting && this.status === 'live' && this.place) this.bringIn(this.place);
    });
  }

  /** A connection is there: goes on where it was. */
  resume(): void {
    const fresh = [...this.subscribers].some(({ place, snapshot }) => !place || (snapshot && !this.isOfAlerts));
    this.ask(this.place ?? (fresh ? undefined : this.oldest()));
  }

  /** What is not acknowledged by now never will be. */
  lost(status: Status, problem?: StockwireProblem): void {
    this.waiting = undefined;
    this.tell(status, problem);
  }

  take(messages: readonly (StockEvent | Alert)[]): void {
    // Until the answer these may belong to the former subscription; what counts of them comes again.
    if (this.waiting) return;
    for (const message of messages) if (!this.takeOne(message)) return;
  }

  /** Everything of the room up to here was sent. */
  reached({ epoch, position }: Cursor): void {
    if (this.waiting || this.status !== 'live' || !this.place || position <= this.place.position) return;
    if (this.room === 'items') this.heal();
    else this.moveTo({ epoch, position });
  }

  /** The server ended the subscription, after it had sent everything up to there. */
  lagged(): void {
    this.tell('connecting');
    this.resume();
  }

  private get isOfAlerts(): boolean {
    return this.room === 'alerts';
  }

  private ask(since: Cursor | undefined): void {
    const question = (this.waiting = {});
    const asked = this.subscribe(since, (reply) => {
      if (this.waiting !== question) return;
      this.waiting = undefined;
      this.begin(reply, since);
    });
    if (!asked) this.waiting = undefined;
  }

  private begin(reply: Subscribed, since: Cursor | undefined): void {
    const { epoch, position, reset } = reply;
    const here = { epoch, position };
    const list = Array.isArray(reply.snapshot) ? reply.snapshot : undefined;
    const snapshot = Array.isArray(reply.snapshot) ? undefined : reply.snapshot;
    const former = this.place;
    if (snapshot !== undefined) [this.item, this.deleted] = [snapshot, undefined];
    this.low = list && { low: list, truncated: reply.truncated ?? false };
    this.place = here;
    if (!since || reset) this.lastSeq = snapshot?.seq;
    else if (since.position !== former?.position) this.lastSeq = undefined;
    this.tell('live');
    const moved = former !== undefined && former.epoch !== epoch;
    if (reset || moved || this.gaps >= GAPS) this.startAgain(here);
    else this.bringIn(here, !since && former ? former : here);
    this.low = undefined;
  }

  /** What was before is only in the snapshot. */
  private startAgain(here: Cursor): void {
    this.gaps = 0;
    for (const subscriber of this.subscribers) this.show(subscriber, here, subscriber.place !== undefined);
  }

  /** Brings in those who are new, and goes back as far as somebody has not been told yet. */
  private bringIn(here: Cursor, reached = here): void {
    if ([...this.subscribers].some((one) => this.lacks(one, here))) {
      this.ask(undefined);
      return;
    }
    let back = reached;
    for (const subscriber of this.subscribers) {
      if (!subscriber.place) this.show(subscriber, here, false);
      else if (subscriber.place.epoch !== here.epoch) this.show(subscriber, here, true);
      else if (subscriber.place.position < back.position) back = subscriber.place;
    }
    if (back.position < here.position) this.ask(back);
  }

  /** Whether only the server has what is to be shown. */
  private lacks({ snapshot, place }: Subscriber, { epoch }: Cursor): boolean {
    return snapshot && (this.isOfAlerts ? !this.low && place?.epoch !== epoch : this.item === undefined);
  }

  private show(subscriber: Subscriber, here: Cursor, reset: boolean): void {
    subscriber.place = here;
    subscriber.onChange({ kind: 'snapshot', reset, ...(this.low ?? this.shown(subscriber)), ...here });
  }

  private shown({ snapshot }: Subscriber): { item?: Item | null } {
    return snapshot && this.item !== undefined ? { item: this.item } : {};
  }

  /** False when the rest has to come again. */
  private takeOne(message: StockEvent | Alert): boolean {
    const { position } = message;
    if (!this.place || position <= this.place.position) return true;
    // An alert does not say of which ledger it is; another one begins with another subscription.
    const place = { epoch: this.place.epoch, position };
    if ('kind' in message) {
      this.pass(place, () => ({ kind: 'alert', alert: message, ...place }));
      return !this.waiting;
    }
    if (this.missed(message)) {
      this.heal();
      return false;
    }
    this.gaps = 0;
    this.lastSeq = message.seq;
    this.follow(message);
    this.pass(place, (subscriber) => ({ kind: 'event', event: message, ...this.shown(subscriber), ...place }));
    if (message.type === 'item.restored' && this.item === null) this.showAnew();
    return !this.waiting;
  }

  private pass(place: Cursor, told: (subscriber: Subscriber) => Told): void {
    this.place = place;
    for (const subscriber of this.subscribers) {
      if (!subscriber.place || place.position <= subscriber.place.position) continue;
      subscriber.place = place;
      subscriber.onChange(told(subscriber));
    }
  }

  /** In the room of everything positions have no gap, in that of an item its own numbers. */
  private missed({ position, seq }: StockEvent): boolean {
    if (this.room === 'items') return position !== (this.place?.position ?? 0) + 1;
    return this.room.startsWith('item:') && this.lastSeq !== undefined && seq !== this.lastSeq + 1;
  }

  private heal(): void {
    this.gaps++;
    this.ask(this.gaps < GAPS ? this.place : undefined);
  }

  private follow(event: StockEvent): void {
    const known = this.item ?? this.deleted;
    if (!known || event.seq <= known.seq) return;
    const next = after(known, event);
    const gone = event.type === 'item.deleted' || (this.item === null && event.type !== 'item.restored');
    this.item = gone ? null : next;
    this.deleted = gone ? next : undefined;
  }

  /** It came back, and only the server knows what it was. */
  private showAnew(): void {
    this.item = undefined;
    for (const subscriber of this.subscribers) if (subscriber.snapshot) subscriber.place = undefined;
    this.ask(undefined);
  }

  private moveTo(place: Cursor): void {
    this.place = place;
    for (const subscriber of this.subscribers)
      if (subscriber.place && subscriber.place.position < place.position) subscriber.place = place;
  }

  private oldest(): Cursor | undefined {
    const places = [...this.subscribers].flatMap(({ place }) => place ?? []);
    return places.sort((a, b) => a.position - b.position)[0];
  }

  /** Once of each: what a company of the room had asked for would be asked for again. */
  private tell(status: Status, problem?: StockwireProblem): void {
    if (!this.subscribers.knows(status, problem)) this.subscribers.tell(status, problem);
  }
}
