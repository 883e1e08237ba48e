import { DomainError, invalid } from '@app/common';
import {
  EVENT_TYPES,
  LIMITS,
  MOVEMENT_TYPES,
  type EventText,
  type EventType,
  type ListHistory,
  type ListMovements,
  type MovementListReply,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { textOf } from '../ledger/event-text';
import { LedgerRepository, type RangeFilter } from '../ledger/ledger.repository';
import { LedgerService } from '../ledger/ledger.service';
import { EVENTS } from './line';

/** Positions that one step of a filtered history looks through, and for how long a request goes on stepping. */
const WINDOW = 20_000;
const SEARCH_MS = 1_000;

type Way = 'next' | 'prev';

/** A page is what lies beyond a position, which is not in it. */
interface Place {
  way: Way;
  position: number;
}

interface Search {
  after: number;
  upTo: number;
  limit: number;
  descending: boolean;
  filter: RangeFilter;
}

interface Found {
  /** In the order of the search. */
  data: EventText[];
  /** Where the search goes on; null at its end. */
  next: number | null;
}

/** The history of stock, in pages that can be turned in both directions. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly repository: LedgerRepository,
  ) {}

  /** Newest first unless asked otherwise. A page may be short where a filter matches little: go on with its cursor. */
  async list({
    limit = LIMITS.pageSizeDefault,
    cursor,
    order = 'desc',
    mustExist = false,
    ...filters
  }: ListHistory): Promise<MovementListReply> {
    const head = await this.ledger.latest();
    const question = { ...filters, order, epoch: this.ledger.epoch };
    const filter = filterOf(filters);
    const place = cursor === undefined ? undefined : placeOf(question, cursor);
    const way = place?.way ?? 'next';
    // The page before is looked for from here backwards, and then turned round.
    const descending = (order === 'desc') === (way === 'next');
    const { from, to } = filters;
    let after = from === undefined ? 0 : (await this.repository.positionAt(from)) - 1;
    let upTo = to === undefined ? head : Math.min(head, (await this.repository.positionAt(to)) - 1);
    if (place && descending) upTo = Math.min(upTo, place.position - 1);
    else if (place) after = Math.max(after, place.position);
    const found = await this.search({ after, upTo, limit, descending, filter });
    if (mustExist && found.data.length === 0) await this.insistOn(filters.itemId, head);
    const page = { limit, ...cursorsOf(question, way, place, descending, found) };
    return { events: way === 'next' ? found.data : found.data.toReversed(), page, position: head };
  }

  /** @throws DomainError `not-found` for an item without any event */
  private async insistOn(itemId: string | undefined, upTo: number): Promise<void> {
    const [any] = await this.repository.range({ after: 0, upTo, limit: 1, filter: { itemId } });
    if (!any) throw new DomainError('not-found', `There is no item ${itemId}.`, { itemId });
  }

  /** Steps through the ledger in windows, so that no filter can make one query read all of it. */
  private async search({ after, upTo, limit, descending, filter }: Search): Promise<Found> {
    const until = Date.now() + SEARCH_MS;
    const data: EventText[] = [];
    let bytes = 0;
    let [low, high] = [after, upTo];
    while (low < high) {
      // The events of one item are found by its own index, without looking through others.
      const window = filter.itemId === undefined ? WINDOW : high - low;
      const range = descending
        ? { after: Math.max(low, high - window), upTo: high }
        : { after: low, upTo: Math.min(high, low + window) };
      const found = await this.repository.range({ ...range, limit: limit + 1 - data.length, descending, filter });
      for (const entry of found) {
        const event = textOf(entry.event);
        bytes += event.json.length;
        // Cut by weight: the next page goes on after the last one given.
        if (bytes > LIMITS.pageBytes && data.length > 0) return { data, next: data.at(-1)?.position ?? null };
        data.push(event);
      }
      if (data.length > limit) return { data: data.slice(0, limit), next: data[limit - 1]?.position ?? null };
      if (descending) high = range.after;
      else low = range.upTo;
      if (Date.now() > until && low < high) return { data, next: descending ? high + 1 : low };
    }
    return { data, next: null };
  }
}

/** On in the direction of the search, and back from where it began; where it began without a cursor there is nothing before. */
function cursorsOf(
  question: Question,
  way: Way,
  place: Place | undefined,
  descending: boolean,
  { data, next }: Found,
): Record<`${Way}Cursor`, string | null> {
  const on = next === null ? null : boundCursor(question, [way, next]);
  if (!place) return { nextCursor: on, prevCursor: null };
  // Back from an empty page: beyond its place lies what is at the place itself.
  const first = data[0]?.position ?? (descending ? place.position - 1 : place.position + 1);
  const back = boundCursor(question, [way === 'next' ? 'prev' : 'next', first]);
  return way === 'next' ? { nextCursor: on, prevCursor: back } : { nextCursor: back, prevCursor: on };
}

function placeOf(question: Question, cursor: string): Place {
  return placeIn(question, cursor, ([way, position]) =>
    (way === 'next' || way === 'prev') && typeof position === 'number' ? { way, position } : undefined,
  );
}

function filterOf(query: Omit<ListMovements, 'limit' | 'cursor' | 'order'>): RangeFilter {
  const { itemId, type, location, actor, reason, reference } = query;
  return {
    moved: true,
    ...(itemId !== undefined && { itemId }),
    ...(type !== undefined && { types: eventTypesOf(type) }),
    ...(location !== undefined && { location }),
    ...(actor !== undefined && { actor }),
    ...(reason !== undefined && { reason }),
    ...(reference !== undefined && { reference }),
  };
}

function eventTypesOf(type: string): readonly EventType[] {
  const movement = MOVEMENT_TYPES.find((name) => name === type);
  if (movement) return EVENTS[movement];
  const event = EVENT_TYPES.find((name) => name === type);
  if (!event) throw invalid('type', `must be one of ${[...MOVEMENT_TYPES, ...EVENT_TYPES].join(', ')}`);
  return [event];
}
