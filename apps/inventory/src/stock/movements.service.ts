import { DomainError, expectedFailure, invalid, problemOf } from '@app/common';
import {
  EVENT_TYPES,
  LIMITS,
  MOVEMENT_TYPES,
  type BatchResult,
  type EventType,
  type EventText,
  type ListMovements,
  type MoveBatchCommand,
  type MoveCommand,
  type MovementListReply,
  type Moved,
  type Operation,
  type ReverseCommand,
  type RowResult,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { textOf } from '../ledger/event-text';
import { LedgerRepository, type RangeFilter } from '../ledger/ledger.repository';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import type { Outcome } from '../ledger/outcome';
import { EVENTS } from './line';
import { halvesOf } from './reversal';

/** Positions that one step of a filtered history looks through, and for how long a request goes on stepping. */
const WINDOW = 20_000;
const SEARCH_MS = 1_000;

@Injectable()
export class MovementsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly repository: LedgerRepository,
  ) {}

  async apply({ operation, lines, ...circumstances }: MoveCommand): Promise<Moved> {
    return moved(operation, await this.writer.submit({ kind: 'move', operation, lines, circumstances }));
  }

  /** Each row on its own; they are handed over in order, so that rows of one item follow each other. */
  async batch({ rows }: MoveBatchCommand): Promise<BatchResult & { position: number }> {
    const results = await Promise.all(rows.map((row) => this.row(row)));
    const position = results.reduce((most, result) => Math.max(most, result.position ?? 0), 0);
    return { results, position };
  }

  private async row({
    row,
    operation,
    line: { reason, reference, note, effectiveAt, ...line },
  }: MoveBatchCommand['rows'][number]): Promise<RowResult> {
    try {
      const circumstances = { reason, reference, note, effectiveAt };
      const { position, figures } = await this.writer.submit({ kind: 'move', operation, lines: [line], circumstances });
      return { row, status: 'applied', operationId: operation.id, position, item: figures[0] };
    } catch (error) {
      const failure = expectedFailure(error);
      if (!failure) throw error;
      return { row, status: 'rejected', problem: problemOf(failure) };
    }
  }

  /** What is to be taken back never changes any more, so it is read here; whether it was taken back already is the writer's to say. */
  async reverse({ operation, position, reason }: ReverseCommand): Promise<Moved> {
    const around = await this.repository.range({ after: Math.max(0, position - 2), upTo: position + 1, limit: 3 });
    const originals = halvesOf(
      position,
      around.map(({ event }) => event),
    );
    if (originals.length === 0)
      throw new DomainError('not-found', `There is no event at position ${position}.`, { position });
    return moved(operation, await this.writer.submit({ kind: 'reverse', operation, originals, reason }));
  }

  /** The history of stock, newest first unless asked otherwise. A page may be short where a filter matches little: go on with its cursor. */
  async list(query: ListMovements): Promise<MovementListReply> {
    const { limit = LIMITS.pageSizeDefault, order = 'desc', cursor } = query;
    const head = this.ledger.head;
    let after = query.from === undefined ? 0 : (await this.repository.positionAt(query.from)) - 1;
    let upTo = query.to === undefined ? head : Math.min(head, (await this.repository.positionAt(query.to)) - 1);
    const place = cursor === undefined ? undefined : placeOf(cursor);
    if (place !== undefined) {
      if (order === 'desc') upTo = Math.min(upTo, place - 1);
      else after = Math.max(after, place);
    }
    const { data, next } = await this.search({ after, upTo, limit, order, filter: filterOf(query) });
    return { events: data, page: { limit, nextCursor: next === null ? null : cursorOf(next) }, position: head };
  }

  /** Steps through the ledger in windows, so that no filter can make one query read all of it. */
  private async search({
    after,
    upTo,
    limit,
    order,
    filter,
  }: Search): Promise<{ data: EventText[]; next: number | null }> {
    const descending = order === 'desc';
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

interface Search {
  after: number;
  upTo: number;
  limit: number;
  order: 'asc' | 'desc';
  filter: RangeFilter;
}

/** The JSON of a `MovementResult`, out of the events' own. */
function moved({ id, dryRun }: Operation, { events, figures, position, replayed }: Outcome): Moved {
  const json =
    `{"operationId":"${id}","position":${position},"events":[${events.map((event) => event.json).join()}],` +
    `"items":${JSON.stringify(figures)}${dryRun ? ',"dryRun":true' : ''}}`;
  return { json, position, replayed, touched: figures.map(({ id: itemId, seq }) => ({ id: itemId, seq })) };
}

function filterOf(query: ListMovements): RangeFilter {
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

function cursorOf(position: number): string {
  return Buffer.from(String(position)).toString('base64url');
}

function placeOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) throw invalid('cursor', 'is not one that a page has given');
  return Number(text);
}
