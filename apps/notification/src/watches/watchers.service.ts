import { DomainError, type Logger } from '@app/common';
import type { Alert, Caller, LedgerEvent, Unwatch, Watch, Watched } from '@app/contracts';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { InjectLog } from '../core/log';
import { FeedService, type FeedListener } from '../feed/feed.service';
import { itemPlace } from '../feed/place';
import { NotificationConfig } from '../notification.config';
import { WATCHES_POLL_MS } from '../realtime/bounds';
import { MetricsService } from '../realtime/metrics.service';
import type { Session, SessionListener } from '../realtime/session';
import { SessionsService } from '../realtime/sessions.service';
import { StartsService } from '../realtime/starts.service';
import type { Reply } from '../realtime/sockets';
import { observe, type WatchState } from './watch';
import { alertAt, Watcher } from './watcher';
import { WatchSaves } from './watch-saves';
import { WatchesRepository, type Watches } from './watches.repository';
import { WatchFollowing } from './watch-following.service';

/** A caller with at least one socket here. */
interface Present {
  key: string;
  sessions: Set<Session>;
  version: number;
  watchers: Map<string, Watcher>;
  turn: Promise<void>;
}

/** The watches of those who are connected here, each caller's on all of its sockets. */
@Injectable()
export class WatchersService implements OnModuleInit, BeforeApplicationShutdown, FeedListener, SessionListener {
  private readonly callers = new Map<string, Present>();
  private readonly saves: WatchSaves;
  private timer: NodeJS.Timeout | undefined;
  private polling = false;

  constructor(
    private readonly repository: WatchesRepository,
    private readonly sessions: SessionsService,
    private readonly starts: StartsService,
    private readonly following: WatchFollowing,
    private readonly feed: FeedService,
    private readonly metrics: MetricsService,
    private readonly config: NotificationConfig,
    @InjectLog() private readonly log: Logger,
  ) {
    this.saves = new WatchSaves(repository, log);
    metrics.gauge('sockets_watches', 'Watches of connected callers.', () => this.count);
  }

  async onModuleInit(): Promise<void> {
    await this.repository.open();
    this.sessions.listen(this);
    this.feed.listen(this);
    this.timer = setInterval(() => void this.poll(), WATCHES_POLL_MS);
  }

  /** Everybody is left at the same place: whoever comes back, here or elsewhere, goes on there. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    for (const present of this.callers.values()) this.leave(present);
    await this.saves.stop();
  }

  onEvents(events: LedgerEvent[]): void {
    this.following.take(events);
  }

  onOpen(session: Session): void {
    const key = keyOf(session.caller);
    const present = this.callers.get(key) ?? this.arrive(key);
    present.sessions.add(session);
  }

  onClosed(session: Session): void {
    const present = this.callers.get(keyOf(session.caller));
    present?.sessions.delete(session);
    if (present?.sessions.size === 0) this.leave(present);
  }

  /** @throws DomainError `not-found` for an item that is not there, `too-many-watches` when the caller has as many as may be, `unavailable` */
  watch(session: Session, { itemId, below, rearmAt }: Required<Watch>, reply: Reply): Promise<void> {
    return this.inTurn(session, async (present) => {
      const former = present.watchers.get(itemId)?.state;
      // Who says after each reconnection what it watches is not told of the same thing each time, and yet of what it did not get.
      if (former?.below === below && former.rearmAt === rearmAt) return reply(again(former));
      const { snapshot: item, epoch, position } = await this.starts.ofItem(itemPlace(itemId), itemId);
      if (!item) throw new DomainError('not-found', 'There is no such item.');
      const begun: WatchState = { below, rearmAt, told: false, epoch, position, key: randomUUID() };
      const { state, tell } = observe(begun, item.available, { epoch, position });
      const { watchesPerCaller } = this.config;
      const alert = tell ? alertAt(item, below) : null;
      const watches = await this.repository.set(present.key, itemId, { ...state, alert }, watchesPerCaller);
      if (!watches) throw new DomainError('too-many-watches', `A caller can watch ${watchesPerCaller} items.`);
      reply({ ok: true });
      if (alert) this.tell(present.key, alert);
      this.reconcile(present, watches);
    });
  }

  /** @throws DomainError `unavailable` */
  unwatch(session: Session, { itemId }: Unwatch, reply: Reply): Promise<void> {
    return this.inTurn(session, async (present) => {
      const watches = await this.repository.remove(present.key, itemId);
      if (watches) this.reconcile(present, watches);
      reply({ ok: true });
    });
  }

  private get count(): number {
    return [...this.callers.values()].reduce((sum, { watchers }) => sum + watchers.size, 0);
  }

  private arrive(key: string): Present {
    const present: Present = { key, sessions: new Set(), version: -1, watchers: new Map(), turn: Promise.resolve() };
    this.callers.set(key, present);
    this.load(present);
    return present;
  }

  private leave(present: Present): void {
    this.callers.delete(present.key);
    for (const watcher of present.watchers.values()) this.end(watcher);
    present.watchers.clear();
  }

  private end(watcher: Watcher): void {
    const { cursor } = this.feed;
    const live = watcher.subscription?.state === 'live';
    this.following.end(watcher);
    // Everything up to here was looked at, so whoever goes on need not look at it again.
    if (live && cursor)
      this.saves.add({ caller: watcher.caller, itemId: watcher.itemId, state: { ...watcher.state, ...cursor } });
  }

  private reconcile(present: Present, { version, byItem }: Watches): void {
    // The caller has left meanwhile, or this answer was overtaken.
    if (this.callers.get(present.key) !== present || version < present.version) return;
    present.version = version;
    for (const [itemId, watcher] of present.watchers) {
      if (byItem.get(itemId)?.key === watcher.state.key) continue;
      this.following.end(watcher);
      present.watchers.delete(itemId);
      // Whoever had set it would take silence for a figure that is high.
      if (!byItem.has(itemId)) for (const { socket } of present.sessions) socket.emit('unwatched', { itemId });
    }
    for (const [itemId, state] of byItem) {
      if (present.watchers.has(itemId)) continue;
      const watcher = new Watcher(present.key, itemId, state, (which, alert) => this.crossed(which, alert));
      present.watchers.set(itemId, watcher);
      this.following.begin(watcher);
    }
  }

  private crossed({ caller, itemId, state }: Watcher, alert: Alert | undefined): void {
    if (alert) this.tell(caller, alert);
    this.saves.add({ caller, itemId, state });
  }

  private tell(caller: string, alert: Alert): void {
    const sessions = this.callers.get(caller)?.sessions ?? new Set();
    for (const { socket } of sessions) socket.emit('alert', alert);
    this.metrics.alerts.inc({ kind: alert.kind }, sessions.size);
  }

  private load(present: Present): void {
    present.turn = present.turn.then(async () => {
      if (this.callers.get(present.key) !== present) return;
      try {
        const watches = await this.repository.of(present.key);
        this.reconcile(present, watches ?? { caller: present.key, version: 0, byItem: new Map() });
      } catch (error) {
        // The poll sees to it: a version below all others is never the stored one.
        this.log.warn({ err: error }, 'the watches of a caller could not be read');
      }
    });
  }

  /** What was set or taken away elsewhere, and what could not be read. */
  private async poll(): Promise<void> {
    if (this.polling || this.callers.size === 0) return;
    this.polling = true;
    try {
      for (const { caller, version } of await this.repository.changed()) {
        const present = this.callers.get(caller);
        if (present && present.version < version) this.load(present);
      }
      for (const present of this.callers.values()) if (present.version === -1) this.load(present);
    } catch (error) {
      this.log.debug({ err: error }, 'the watches could not be looked at');
    } finally {
      this.polling = false;
    }
  }

  private inTurn(session: Session, work: (present: Present) => Promise<void>): Promise<void> {
    const present = this.callers.get(keyOf(session.caller));
    if (!present) return Promise.resolve();
    const turn = present.turn.then(() => work(present));
    present.turn = turn.catch(() => undefined);
    return turn;
  }
}

function again({ alert }: WatchState): Watched {
  return { ok: true, ...(alert && { alert }) };
}

function keyOf({ kind, id }: Caller): string {
  return `${kind}:${id}`;
}
