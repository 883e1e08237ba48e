import { DomainError, EventRing } from '@app/common';
import {
  LIMITS,
  type AskMissed,
  type EventText,
  type LedgerFilter,
  type LedgerPage,
  type LedgerRead,
  type Missed,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LedgerRepository, type Range } from './ledger.repository';
import { textOf } from './event-text';

const RING = { events: 4_096, bytes: 8 * 1024 * 1024 };
/** Waiting polls at most: followers are few, so more than this is a mistake somewhere. */
const WAITERS = 500;
const MOST_WAIT_MS = 30_000;
const CATCH_UP_MS = 1_000;
/** Positions that one filtered read of the store looks through: a filter that matches little must not become a scan of everything. */
const SCAN = 50_000;

/** The readers' side of the ledger: the newest events in memory, the older ones from the store, and the polls that wait for more. */
@Injectable()
export class LedgerService {
  private ring = new EventRing(RING, 0);
  private epochId = '';
  /** Whether every event comes here as soon as it is durable; else another inventory writes, and the head is what was last heard of. */
  private follows = true;
  private readonly waiters = new Set<() => void>();
  private stopped = false;

  constructor(private readonly repository: LedgerRepository) {}

  get epoch(): string {
    return this.epochId;
  }

  get head(): number {
    return this.ring.head;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** Begins at the ledger's tail. */
  begin(epoch: string, head: number): void {
    this.epochId = epoch;
    this.ring = new EventRing(RING, head);
  }

  /** Announces events that are durable; some may be known by their number only, see `skipTo`. */
  append(events: readonly EventText[]): void {
    if (events.length === 0) return;
    for (const event of events) if (event.position > this.head) this.ring.push(event);
    this.wake();
  }

  /** Nobody announces events from now on: those are another inventory's. */
  leave(): void {
    this.follows = false;
    this.ring = new EventRing(RING, this.head);
  }

  /** They are announced again, from the one after `position` on. */
  resume(position: number): void {
    this.follows = true;
    this.skipTo(position);
  }

  /** The ledger has come to a position: what lies before it is in the store for who asks. */
  skipTo(position: number): void {
    if (position <= this.head) return;
    this.ring = new EventRing(RING, position);
    this.wake();
  }

  /** The newest position, also when another inventory writes: whoever asks is shown all that was acknowledged before. */
  async latest(): Promise<number> {
    if (!this.follows) this.skipTo((await this.repository.tail()).position);
    return this.head;
  }

  /** Answers every waiting poll, empty, and lets no further one wait: the process is going down. */
  release(): void {
    this.stopped = true;
    this.wake();
  }

  /**
   * Events after a position: at once if there are any, else at the next commit, else empty after `waitMs`.
   * @throws DomainError `epoch-changed {epoch, head}` for a cursor that this ledger can't continue
   */
  async read(request: LedgerRead): Promise<LedgerPage> {
    const { after, epoch, limit = LIMITS.eventsPageDefault, waitMs = 0 } = request;
    // Answered before it is open, every follower would take this for another ledger and give up its place.
    if (this.epochId === '') throw new DomainError('unavailable', 'The ledger is not open yet.', { retryAfter: 1 });
    if (this.stopped) throw new DomainError('unavailable', 'The inventory is stopping.', { retryAfter: 1 });
    const head = await this.latest();
    if (after === undefined) return this.page(head, []);
    if (epoch !== undefined && epoch !== this.epochId) throw this.changed();
    if (after > this.head) await this.insistOn(after);
    const until = Date.now() + Math.min(waitMs, MOST_WAIT_MS);
    let position = after;
    for (;;) {
      const page = await this.filled(request, position, Math.min(limit, LIMITS.eventsPage));
      if (page.events.length > 0 || page.position < page.head) return page;
      position = page.position;
      if (this.stopped || Date.now() >= until || !(await this.nextCommit(until))) return page;
    }
  }

  /**
   * What came after a place, without reading it.
   * @throws DomainError `epoch-changed {epoch, head}`
   */
  async missed({ epoch, position, most, ...filter }: AskMissed): Promise<Missed> {
    await this.latest();
    if (epoch !== this.epochId) throw this.changed();
    if (position > this.head) await this.insistOn(position);
    return this.repository.missed({ after: position, upTo: this.head, limit: most, filter: filterOf(filter) });
  }

  private wake(): void {
    this.waiters.forEach((wake) => wake());
  }

  private changed(): DomainError {
    const place = { epoch: this.epochId, head: this.head };
    return new DomainError('epoch-changed', 'The cursor does not belong to this ledger.', place);
  }

  /** A place beyond our head: another writer may have been there, and we hear of it in a moment; else it is of another ledger. */
  private async insistOn(position: number): Promise<void> {
    const { position: stored } = await this.repository.tail();
    if (position > stored) throw this.changed();
    const until = Date.now() + CATCH_UP_MS;
    while (this.head < position && (await this.nextCommit(until)));
    if (this.head < position) throw new DomainError('unavailable', 'This inventory is behind.', { retryAfter: 1 });
  }

  /** A filtered page that ends where the store gives over to memory goes on there: who asks once should see what matches. */
  private async filled(request: LedgerRead, after: number, limit: number): Promise<LedgerPage> {
    const page = await this.next(request, after, limit);
    if (
      !isFiltered(request) ||
      page.events.length === limit ||
      page.position !== this.ring.from ||
      page.position <= after
    )
      return page;
    const rest = await this.next(request, page.position, limit - page.events.length);
    return { ...rest, events: [...page.events, ...rest.events] };
  }

  private async next(request: LedgerRead, after: number, limit: number): Promise<LedgerPage> {
    const recent = this.ring.after(after, limit, LIMITS.pageBytes);
    if (recent) {
      const wanted = matching(request);
      const last = recent.at(-1)?.position ?? after;
      return this.page(last, wanted ? recent.filter(wanted) : recent);
    }
    return this.stored(request, after, limit);
  }

  private async stored(request: LedgerRead, after: number, limit: number): Promise<LedgerPage> {
    // What memory has is memory's to give: the next call goes on there. One item's events are found by their own index, and so are alerts.
    const indexed = request.itemId !== undefined || request.alerts;
    const upTo = Math.min(this.ring.from, indexed ? this.ring.from : after + SCAN);
    const filtered = isFiltered(request);
    // Just after a failover the store may show less than was acknowledged: how much, is asked before what is in it.
    const shown = filtered ? Math.min(upTo, (await this.repository.tail()).position) : upTo;
    const entries = await this.repository.range({ after, upTo: shown, limit, filter: filterOf(request) });
    const events: EventText[] = [];
    let bytes = 0;
    for (const { event: stored, alert } of entries) {
      const event = textOf(stored, alert);
      bytes += event.json.length;
      if (bytes > LIMITS.pageBytes && events.length > 0) break;
      events.push(event);
    }
    // A filtered page that is not full has seen everything up to the end of its range; without a filter the events themselves tell.
    const full = events.length < entries.length || entries.length === limit;
    const position = full || !filtered ? (events.at(-1)?.position ?? after) : shown;
    if (position <= after)
      throw new DomainError('unavailable', 'The store does not show all of the ledger yet.', { retryAfter: 1 });
    return this.page(position, events);
  }

  private page(position: number, events: EventText[]): LedgerPage {
    return { epoch: this.epochId, position, head: this.head, events };
  }

  /** Resolves with true at the next commit (or the release), with false when the time is over. */
  private nextCommit(until: number): Promise<boolean> {
    if (this.waiters.size >= WAITERS)
      throw new DomainError('overloaded', 'Too many polls are waiting.', { retryAfter: 1 });
    return new Promise((resolve) => {
      const end = (woken: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(wake);
        resolve(woken);
      };
      const wake = (): void => end(true);
      const timer = setTimeout(() => end(false), Math.max(0, until - Date.now()));
      this.waiters.add(wake);
    });
  }
}

function isFiltered({ itemId, types, location, category, alerts }: LedgerFilter): boolean {
  return [itemId, types, location, category, alerts].some((wanted) => wanted !== undefined);
}

function filterOf({ itemId, types, location, category, alerts }: LedgerFilter): NonNullable<Range['filter']> {
  return {
    ...(itemId !== undefined && { itemId }),
    ...(types && { types }),
    ...(location !== undefined && { location }),
    ...(category !== undefined && { category }),
    ...(alerts && { alerts }),
  };
}

function matching(filter: LedgerFilter): ((event: EventText) => boolean) | undefined {
  if (!isFiltered(filter)) return undefined;
  const { itemId, types, location, category, alerts } = filter;
  return (event) =>
    (itemId === undefined || event.itemId === itemId) &&
    (types === undefined || types.includes(event.type)) &&
    (location === undefined || event.location === location) &&
    (category === undefined || event.categories?.includes(category) === true) &&
    (alerts === undefined || event.alert !== undefined);
}
