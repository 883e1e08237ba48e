import { DomainError } from '@app/common';
import type { Room } from '@app/contracts';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Place } from '../feed/place';
import { Allowance } from '../realtime/allowance';
import { BOUNDS, PRESENCE } from '../realtime/bounds';
import { BroadcastService } from '../realtime/broadcast.service';
import { MetricsService } from '../realtime/metrics.service';
import type { Session, SessionListener } from '../realtime/session';
import { SessionsService } from '../realtime/sessions.service';
import type { Reply } from '../realtime/sockets';
import { Peers, type News } from './peers';
import { PresenceLink } from './presence-link.service';
import { Roster } from './roster';

/**
 * Who is in a room and what they do there. Each process tells the others of its own sockets and that it is alive; nothing of it
 * is stored, so what a killed process said is gone as soon as it is not heard of any more.
 */
@Injectable()
export class PresenceService implements OnModuleInit, BeforeApplicationShutdown, SessionListener {
  private readonly self = randomUUID();
  private readonly roster = new Roster();
  private readonly peers = new Peers(PRESENCE.silentMs);
  /** Rooms of each socket that is present in some. */
  private readonly present = new Map<Session, Set<string>>();
  private readonly allowances = new WeakMap<Session, Allowance>();
  /** Rooms to be told of, and who knows already: the socket that made the only change. */
  private readonly changed = new Map<string, string | undefined>();
  private entries = 0;
  private changes = 0;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly sessions: SessionsService,
    private readonly broadcast: BroadcastService,
    private readonly link: PresenceLink,
    metrics: MetricsService,
  ) {
    metrics.gauge(
      'sockets_presences',
      'Sockets present in a room, each once a room, of this process.',
      () => this.entries,
    );
  }

  onModuleInit(): void {
    this.sessions.listen(this);
    this.link.listen(
      (news) => this.hear(news),
      () => this.introduce(),
    );
    this.timers = [
      setInterval(() => this.flush(), PRESENCE.tellMs),
      setInterval(() => this.beat(Date.now()), PRESENCE.beatMs),
    ];
  }

  beforeApplicationShutdown(): void {
    this.timers.forEach(clearInterval);
    this.link.say({ kind: 'bye', from: this.self });
  }

  /** @throws DomainError `forbidden` for one that is not in the room, `rate-limited`, `overloaded` when too many are present */
  announce(session: Session, { room }: Place, activity: string | null, reply: Reply): void {
    if (!session.subscriptions.has(room))
      throw new DomainError('forbidden', 'Presence is for subscribers of the room: subscribe to it first.');
    if (!this.allowanceOf(session).take(Date.now()))
      throw new DomainError('rate-limited', 'Too many changes of presence.', { retryAfter: 1 });
    if (activity === null) this.remove(session, room);
    else this.enter(session, room, activity);
    reply({ ok: true, members: this.roster.members(room) });
  }

  /** Who comes into a room is told who is there; of nobody only who has asked, since the last one may have left meanwhile. */
  onJoined(session: Session, room: Room): void {
    if (this.roster.size(room) === 0 && !this.allowances.has(session)) return;
    session.socket.emit('presence', { room, members: this.roster.members(room) });
  }

  onLeft(session: Session, room: Room): void {
    this.remove(session, room);
  }

  private enter(session: Session, room: string, activity: string): void {
    const { id } = session.socket;
    const former = this.roster.get(this.self, room, id);
    if (former?.activity === activity) return;
    if (!former && (this.roster.size(room) >= BOUNDS.membersPerRoom || this.entries >= BOUNDS.members))
      throw new DomainError('overloaded', `${BOUNDS.membersPerRoom} can be present in a room.`);
    const entry = { room, id, name: session.caller.name, activity, since: new Date().toISOString() };
    this.roster.set(this.self, entry);
    if (!former) this.remember(session, room);
    this.note(room, id);
    this.link.say({ kind: 'set', from: this.self, change: ++this.changes, entry });
  }

  private remember(session: Session, room: string): void {
    const rooms = this.present.get(session) ?? new Set();
    this.present.set(session, rooms.add(room));
    this.entries++;
  }

  private remove(session: Session, room: string): void {
    const { id } = session.socket;
    if (!this.roster.remove(this.self, room, id)) return;
    const rooms = this.present.get(session);
    rooms?.delete(room);
    if (rooms?.size === 0) this.present.delete(session);
    this.entries--;
    this.note(room, id);
    this.link.say({ kind: 'gone', from: this.self, change: ++this.changes, room, id });
  }

  private allowanceOf(session: Session): Allowance {
    const known = this.allowances.get(session);
    if (known) return known;
    const allowance = new Allowance(BOUNDS.presences, Date.now());
    this.allowances.set(session, allowance);
    return allowance;
  }

  /** The room is told soon, of all that changed in it together. */
  private note(room: string, by?: string): void {
    this.changed.set(room, this.changed.has(room) && this.changed.get(room) !== by ? undefined : by);
  }

  private flush(): void {
    for (const [room, by] of this.changed) this.broadcast.presence({ room, members: this.roster.members(room) }, by);
    this.changed.clear();
  }

  private beat(now: number): void {
    this.link.say({ kind: 'alive', from: this.self, change: this.changes });
    for (const peer of this.peers.silent(now)) this.takeAll(peer, []);
    for (const [session, rooms] of this.present) {
      session.pulse.ping(now);
      // Its network is gone, which TCP would notice much later. Should it come back, it can announce itself again.
      if (session.pulse.silentFor(now) > PRESENCE.silentMs) for (const room of rooms) this.remove(session, room);
    }
  }

  /** Redis is there, again or for the first time: what was said before may not have been heard. */
  private introduce(): void {
    this.tellAll();
    this.link.say({ kind: 'ask', from: this.self });
  }

  private tellAll(): void {
    this.link.say({ kind: 'all', from: this.self, change: this.changes, entries: this.roster.of(this.self) });
  }

  private hear(news: News): void {
    if (news.from === this.self) return;
    if (news.kind === 'bye') {
      this.peers.forget(news.from);
      this.takeAll(news.from, []);
    } else if (news.kind === 'ask') {
      if (news.of === undefined || news.of === this.self) this.tellAll();
    } else if (this.peers.follows(news, Date.now())) {
      this.take(news);
    } else {
      this.link.say({ kind: 'ask', from: this.self, of: news.from });
    }
  }

  private take(news: Extract<News, { change: number }>): void {
    if (news.kind === 'all') this.takeAll(news.from, news.entries);
    else if (news.kind === 'set') {
      this.roster.set(news.from, news.entry);
      this.note(news.entry.room);
    } else if (news.kind === 'gone' && this.roster.remove(news.from, news.room, news.id)) this.note(news.room);
  }

  private takeAll(from: string, entries: Extract<News, { kind: 'all' }>['entries']): void {
    for (const room of this.roster.replace(from, entries)) this.note(room);
  }
}
