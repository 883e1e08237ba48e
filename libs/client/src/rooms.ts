import { Company } from './company';
import { Connection, type OpenSocket } from './connection.socket';
import { Feed } from './feed';
import { Importing } from './importing';
import type { StockEvent } from './item';
import type { Alert, Cursor, ImportProgress, Member, ServerEvents } from './messages.socket';
import { StockwireProblem } from './problem.errors';
import type { Session } from './session';
import { Watcher } from './watcher';

/** All that is followed over the one connection, each thing once however many follow it, and who gets which message. */
export class Rooms implements ServerEvents {
  readonly connection: Connection;
  private readonly feeds = new Map<string, Feed>();
  private readonly companies = new Map<string, Company>();
  private readonly watchers = new Map<string, Watcher>();
  private readonly imports = new Map<string, Importing>();

  constructor(session: Session, open: OpenSocket) {
    this.connection = new Connection(session, open, this);
  }

  /** The feed of a room. `leave` ends it when nobody is left. */
  feed(name: string): Feed {
    // As the server calls it in what it sends.
    const room = name.normalize('NFC');
    const known = this.feeds.get(room);
    if (known) return known;
    const feed: Feed = new Feed(room, (since, answer) =>
      this.connection.ask('subscribe', { room, batch: true, ...(since && { since }) }, (reply) => {
        if (this.feeds.get(room) !== feed) return;
        if (reply.ok) answer(reply);
        else this.connection.turnedDown(feed, StockwireProblem.of(reply.error));
      }),
    );
    this.feeds.set(room, feed);
    this.connection.enter(feed);
    return feed;
  }

  leave(feed: Feed): void {
    const { room } = feed;
    if (feed.subscribers.size > 0 || this.feeds.get(room) !== feed) return;
    this.feeds.delete(room);
    this.connection.ask('unsubscribe', { room }, () => undefined);
    this.connection.exit(feed);
  }

  /** Who is in a room, until nobody is left who looks. */
  company(name: string): Company {
    const feed = this.feed(name);
    const { room } = feed;
    const known = this.companies.get(room);
    if (known) return known;
    const company: Company = new Company(feed, this.connection, () => {
      if (this.companies.get(room) === company) this.companies.delete(room);
      feed.subscribers.delete(company);
      this.leave(feed);
    });
    this.companies.set(room, company);
    return company;
  }

  /** The watch of an item, until nobody is left who listens. */
  watcher(itemId: string): Watcher {
    const known = this.watchers.get(itemId);
    if (known) return known;
    const watcher: Watcher = new Watcher(itemId, this.connection, () => {
      if (this.watchers.get(itemId) !== watcher) return;
      this.watchers.delete(itemId);
      this.connection.exit(watcher);
    });
    this.watchers.set(itemId, watcher);
    this.connection.enter(watcher);
    return watcher;
  }

  /** How far an import is, until it is over or nobody is left who looks. */
  importing(id: string): Importing {
    const known = this.imports.get(id);
    if (known) return known;
    const importing: Importing = new Importing(id, this.connection, () => {
      if (this.imports.get(id) !== importing) return;
      this.imports.delete(id);
      this.connection.exit(importing);
    });
    this.imports.set(id, importing);
    this.connection.enter(importing);
    return importing;
  }

  close(): void {
    this.connection.close();
    for (const known of [this.feeds, this.companies, this.watchers, this.imports]) known.clear();
  }

  events({ room, events }: { room: string; events: StockEvent[] }): void {
    this.feeds.get(room)?.take(events);
  }

  /** Those of watches come to every socket of their owner, the others to the room. */
  alert(alert: Alert): void {
    if (alert.kind === 'watch') this.watchers.get(alert.itemId)?.take(alert);
    else this.feeds.get('alerts')?.take([alert]);
  }

  unwatched({ itemId }: { itemId: string }): void {
    this.watchers.get(itemId)?.ended();
  }

  position(cursor: Cursor): void {
    this.feeds.forEach((feed) => feed.reached(cursor));
    this.companies.forEach((company) => company.beat());
  }

  lagged({ room }: { room: string }): void {
    this.feeds.get(room)?.lagged();
  }

  presence({ room, members }: { room: string; members: Member[] }): void {
    this.companies.get(room)?.take(members);
  }

  import(progress: ImportProgress): void {
    this.imports.get(progress.id)?.take(progress);
  }
}
