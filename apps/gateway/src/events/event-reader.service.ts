import { DomainError } from '@app/common';
import { LIMITS, type Cursor, type EventText, type ReadEvents } from '@app/contracts';
import { EventFeed } from './event-feed.service';
import { selectionOf, selects, type Selection } from './event-filter';

/** Requests that wait for an event at the same time; each holds a connection. */
const MAX_WAITERS = 10_000;

interface Waiter {
  after: number;
  selection: Selection;
  wake: () => void;
}

/** Where a reader is; without an epoch, in whichever ledger there is. */
interface Place {
  position: number;
  epoch: string | undefined;
}

/** A page of `GET /events`; the events as JSON. */
interface Page extends Cursor {
  head: number;
  events: string[];
}

/** Answers `GET /events`: from memory, from the ledger for what is older, or when something comes. */
export class EventReader {
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly feed: EventFeed) {
    feed.listen({
      onEvents: (events) => this.wake(events),
      onReset: () => this.wakeAll(),
      onStop: () => this.wakeAll(),
    });
  }

  /** Requests that wait right now. */
  get waiting(): number {
    return this.waiters.size;
  }

  /**
   * The next events: an EventPage as JSON, and its position.
   * @param minPosition the state that the client asks for at least
   * @param gone fires when the client has left
   * @throws DomainError `epoch-changed` for a foreign epoch or a position beyond the head
   */
  async read(
    query: ReadEvents,
    { requestId, minPosition = 0, gone }: { requestId: string; minPosition?: number; gone: AbortSignal },
  ): Promise<{ position: number; json: string }> {
    const { after = 0, limit = LIMITS.eventsPageDefault, wait = 0 } = query;
    const selection = selectionOf(query);
    const deadline = Date.now() + wait * 1_000;
    let place: Place = { position: after, epoch: query.epoch };
    for (;;) {
      const inMemory = this.feed.isStopped || (await this.feed.shows(minPosition));
      const known = inMemory ? this.recent(place, limit, selection) : undefined;
      const page = known ?? (await this.older(place, limit, selection, requestId));
      if (page.head < minPosition) throw epochChanged(page.epoch, page.head);
      const left = deadline - Date.now();
      const over = left <= 0 || this.feed.isStopped || gone.aborted;
      if (over || page.events.length > 0 || page.position < page.head) {
        return { position: page.position, json: toJson(page) };
      }
      place = page;
      // What came to the feed while an older page was on its way would wake nobody any more.
      if ((this.feed.cursor?.position ?? 0) <= place.position) await this.change(place.position, selection, left, gone);
    }
  }

  /** A page from the ledger itself: for what memory does not reach, and while the feed is behind. */
  private async older(
    { position, epoch }: Place,
    limit: number,
    selection: Selection,
    requestId: string,
  ): Promise<Page> {
    const page = await this.feed.read(
      { after: position, ...(epoch !== undefined && { epoch }), limit, ...selection },
      requestId,
    );
    const { events, head } = page;
    return { epoch: page.epoch, position: page.position, head, events: events.map(({ json }) => json) };
  }

  private recent({ position, epoch }: Place, limit: number, selection: Selection): Page | undefined {
    const { cursor, head } = this.feed;
    if (!cursor) return undefined;
    if (epoch !== undefined && epoch !== cursor.epoch) throw epochChanged(cursor.epoch, head);
    const recent = this.feed.after(position);
    if (!recent) return undefined;
    const chosen = recent.filter((event) => selects(selection, event)).slice(0, limit);
    const last = chosen.length === limit ? chosen.at(-1)?.position : undefined;
    return { epoch: cursor.epoch, position: last ?? cursor.position, head, events: chosen.map(({ json }) => json) };
  }

  /** Resolves at the next event that is wanted, at a reset or the stop, after `ms`, or when the client leaves. */
  private change(after: number, selection: Selection, ms: number, gone: AbortSignal): Promise<void> {
    if (this.waiters.size >= MAX_WAITERS) {
      throw new DomainError('overloaded', 'Too many requests wait for events.', { retryAfter: 1 });
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = { after, selection, wake };
      const timer = setTimeout(wake, ms);
      gone.addEventListener('abort', wake);
      this.waiters.add(waiter);
    });
  }

  private wake(events: readonly EventText[]): void {
    for (const { after, selection, wake } of this.waiters) {
      if (events.some((event) => event.position > after && selects(selection, event))) wake();
    }
  }

  private wakeAll(): void {
    for (const { wake } of this.waiters) wake();
  }
}

export function epochChanged(epoch: string, head: number): DomainError {
  return new DomainError('epoch-changed', 'The position is not of this ledger: begin again from its head, or from 0.', {
    epoch,
    head,
  });
}

function toJson({ epoch, position, head, events }: Page): string {
  return `{"epoch":${JSON.stringify(epoch)},"position":${position},"head":${head},"events":[${events.join()}]}`;
}
