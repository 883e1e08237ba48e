import type { Caller, LedgerEvent, Room } from '@app/contracts';
import { alertOf } from '../feed/alerts';
import { pieces } from '../feed/operations';
import { Allowance } from './allowance';
import { BATCH, BOUNDS } from './bounds';
import type { Audiences, Listener } from './audiences';
import { Outbox, type Backlog } from './outbox';
import { Packets } from './packets';
import { Pulse } from './pulse';
import type { PushSocket } from './sockets';
import type { Outlet, Subscription } from './subscription';
import { Wire } from './wire';

/** After a farewell the client has so long to take it. */
const FAREWELL_MS = 2_000;

/** Told of what becomes of a socket. */
export interface SessionListener {
  onOpen?(session: Session): void;
  /** It gets the room's events from now on. */
  onJoined?(session: Session, room: Room): void;
  /** It is not subscribed to the room any more. */
  onLeft?(session: Session, room: Room): void;
  onClosed?(session: Session): void;
}

/** One connected socket: who it is, its subscriptions, and what it has not read yet. */
export class Session implements Outlet, Listener {
  readonly subscriptions = new Map<Room, Subscription>();
  readonly outbox: Outbox;
  readonly messages: Allowance;
  readonly pulse: Pulse;
  caller: Caller;
  /** Requests under way or waiting. */
  requests = 0;
  /** Messages that were beyond the allowance. */
  ignored = 0;
  private readonly wire: Wire;
  private readonly turns = new Map<string, Promise<void>>();
  private lastBeat = -1;
  private over = false;

  constructor(
    readonly socket: PushSocket,
    backlog: Backlog,
    private readonly audiences: Audiences,
    onOverfull: (session: Session) => void,
    private readonly onSent: (events: number) => void,
    private readonly listeners: readonly SessionListener[],
  ) {
    this.caller = socket.data.caller;
    this.wire = new Wire(socket);
    this.pulse = new Pulse(this.wire);
    this.messages = new Allowance(BOUNDS.messages, Date.now());
    this.outbox = new Outbox(this.wire, backlog, () => onOverfull(this));
  }

  get id(): string {
    return this.socket.id;
  }

  get closed(): boolean {
    return this.over;
  }

  get hasRoom(): boolean {
    return this.outbox.hasRoom;
  }

  roomForMore(): Promise<void> {
    return this.outbox.roomForMore();
  }

  give(packets: Packets): void {
    this.outbox.send(packets);
  }

  send({ room, batch, place }: Subscription, events: LedgerEvent[]): void {
    if (place.kind === 'alerts') {
      for (const event of events) this.alert(event);
    } else if (batch) {
      for (const piece of pieces(events, BATCH.events, BATCH.size)) this.give(Packets.batch(room, piece));
    } else {
      this.give(Packets.each(room, events));
    }
    this.onSent(events.length);
  }

  private alert(event: LedgerEvent): void {
    const alert = alertOf(event);
    if (alert) this.give(Packets.of('alert', alert));
  }

  /** Requests for one thing, such as a room, are done one after the other, so that the last one asked for is the one that holds. */
  inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.turns.set(name, settled);
    void settled.then(() => this.turns.get(name) === settled && this.turns.delete(name));
    return turn;
  }

  /** Takes the place of the room's former subscription, if there is one. */
  begin(subscription: Subscription): void {
    this.stop(subscription.room);
    this.subscriptions.set(subscription.room, subscription);
  }

  join({ room, batch }: Subscription): void {
    this.audiences.join(room, batch, this);
    for (const listener of this.listeners) listener.onJoined?.(this, room);
  }

  end(room: Room): void {
    if (!this.stop(room)) return;
    for (const listener of this.listeners) listener.onLeft?.(this, room);
  }

  private stop(room: Room): boolean {
    const subscription = this.subscriptions.get(room);
    if (!subscription) return false;
    if (subscription.state === 'live') this.audiences.leave(room, this);
    subscription.end();
    this.subscriptions.delete(room);
    return true;
  }

  /** Ends what is live: all of it was sent up to `position`. What is catching up goes at the client's own pace anyway. */
  lag(position: number): number {
    const live = [...this.subscriptions.values()].filter(({ state }) => state === 'live');
    for (const { room } of live) {
      this.end(room);
      this.socket.emit('lagged', { room, position });
    }
    return live.length;
  }

  /** Up to where everything of all the rooms was sent; undefined when there is nothing new to say. */
  beat(feedPosition: number): number | undefined {
    if (this.subscriptions.size === 0) return undefined;
    let position = feedPosition;
    for (const subscription of this.subscriptions.values()) {
      if (subscription.state === 'behind') position = Math.min(position, subscription.position);
    }
    // Never back: a client that keeps one cursor for all its rooms would go back with it.
    if (position < this.lastBeat) return undefined;
    this.lastBeat = position;
    return position;
  }

  /** Says goodbye in a way that clients do not answer by connecting again on their own. */
  dismiss(): void {
    this.socket.disconnect(true);
    this.destroyLater();
  }

  /** Ends the connection as a restart would: clients connect again and go on with `since`. */
  interrupt(): void {
    this.close();
    this.socket.conn.close();
    this.destroyLater();
  }

  /** Ends a connection that takes nothing any more, with all that waits for it. */
  destroy(): void {
    this.wire.destroy();
  }

  /** Everything stops; what is under way notices. */
  close(): void {
    this.over = true;
    for (const room of this.subscriptions.keys()) this.end(room);
    this.outbox.close();
  }

  /** engine.io waits for its buffer to drain before it closes, which a client that does not read prevents. */
  private destroyLater(): void {
    if (this.socket.conn.readyState === 'closed') return;
    setTimeout(() => this.destroy(), FAREWELL_MS).unref();
  }
}
