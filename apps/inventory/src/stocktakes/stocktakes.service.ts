import { DomainError, newId } from '@app/common';
import {
  LIMITS,
  type Actor,
  type ApproveStocktake,
  type ApprovedStocktake,
  type CountCommand,
  type CountResult,
  type Done,
  type LedgerEvent,
  type ListStocktakeLines,
  type ListStocktakes,
  type OnOrder,
  type OpenStocktake,
  type OpenStocktakeCommand,
  type Operation,
  type Ordered,
  type Shown,
  type Stocktake,
  type StocktakeLinePage,
  type StocktakePage,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRejection, type Rejection } from '../items/rejection';
import { refusal, unavailable } from '../ledger/answers';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { LedgerRepository } from '../ledger/ledger.repository';
import { LedgerService } from '../ledger/ledger.service';
import { LedgerWriter } from '../ledger/ledger.writer';
import { refusedPlace } from '../locations/location';
import { LocationsRepository } from '../locations/locations.repository';
import { bookedBy, countable, type Countable } from './approval';
import { enter, tooLarge } from './entry';
import { closed, ended, lineOf, stocktakeOf, unknown, type LineState, type StocktakeState } from './stocktake';
import { StocktakeChanged } from './stocktake.errors';
import { AlreadyDone, StocktakesRepository, type Kept } from './stocktakes.repository';

/** Times that an approval is decided anew because counts came in meanwhile. */
const ATTEMPTS = 5;
const AGAIN_MS = 20;

@Injectable()
export class StocktakesService {
  constructor(
    private readonly repository: StocktakesRepository,
    private readonly locations: LocationsRepository,
    private readonly events: LedgerRepository,
    private readonly ledger: LedgerService,
    private readonly writer: LedgerWriter,
  ) {}

  open({ operation, stocktake: order }: OpenStocktakeCommand): Promise<Done<Stocktake>> {
    return this.once(operation, async () => {
      await this.insistOnRoom(order);
      const now = new Date().toISOString();
      const { position, at, lines } = await this.repository.freeze(order, LIMITS.stocktakeLines + 1);
      if (lines.length > LIMITS.stocktakeLines) throw refusal(tooLarge(lines.length));
      insistOnAll(order, lines);
      const state = opened(order, { position, openedAt: later(now, at), lines: lines.length, by: operation.actor });
      const kept = keptFor(operation, stocktakeOf(state), position);
      if (!operation.dryRun) await this.repository.add(state, lines, kept);
      return kept;
    });
  }

  count({ operation, id, counts }: CountCommand): Promise<Done<CountResult>> {
    return this.once(operation, () => {
      const by = plainActor(operation.actor);
      return this.repository.enter({ stocktakeId: id, operation, counts }, (sheet) => {
        if (!sheet) throw refusal(unknown(id));
        const at = later(new Date().toISOString(), sheet.at);
        const entered = allowed(enter({ ...sheet, at, by }, counts));
        const { position } = sheet;
        const stocktake = stocktakeOf(entered.stocktake);
        return {
          entered,
          kept: keptFor(operation, { stocktake, position, lines: entered.lines.map(lineOf) }, position),
        };
      });
    });
  }

  cancel({ operation, id }: OnOrder): Promise<Done<Stocktake>> {
    return this.once(operation, () =>
      this.repository.end({ stocktakeId: id, operation }, (stocktake) => {
        if (!stocktake) throw refusal(unknown(id));
        const refused = closed(stocktake);
        if (refused) throw refusal(refused);
        const after = ended(stocktake, 'cancelled', { at: new Date().toISOString(), by: operation.actor });
        return { after, kept: keptFor(operation, stocktakeOf(after), this.ledger.head) };
      }),
    );
  }

  /** What takes long is looked up before it is the writer's turn; that only looks at what has happened since. */
  async approve(command: OnOrder<ApproveStocktake>): Promise<Ordered<ApprovedStocktake>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(command);
      } catch (error) {
        if (!(error instanceof StocktakeChanged) || attempt === ATTEMPTS) throw error;
        await sleep(AGAIN_MS * attempt);
      }
    }
  }

  private async attempt({
    operation,
    id,
    uncounted = 'ignore',
    releaseHolds = false,
    reason = 'stocktake',
  }: OnOrder<ApproveStocktake>): Promise<Ordered<ApprovedStocktake>> {
    const { position: seen } = await this.events.tail();
    const stocktake = await this.stored(id);
    // A closed one is for the writer to refuse: it knows whether this is a repeat of what has closed it.
    const lines = stocktake.status === 'open' ? await this.countables(stocktake, uncounted, seen) : [];
    const approval = { stocktake, lines, seen, uncounted, releaseHolds, reason };
    const outcome = await this.writer.submit({ kind: 'stocktake', operation, ...approval });
    const { reply, position, replayed, events, figures } = outcome;
    if (!reply || !('openedBy' in reply)) throw new Error('a stocktake was approved and did not come back');
    const booked = bookedBy(events.map(({ json }) => JSON.parse(json) as LedgerEvent));
    const touched = figures.map((item) => ({ id: item.id, seq: item.seq }));
    return { body: { stocktake: reply, lines: booked }, position, replayed, touched };
  }

  private async countables(
    stocktake: StocktakeState,
    uncounted: 'ignore' | 'zero',
    seen: number,
  ): Promise<Countable[]> {
    const state = uncounted === 'zero' ? undefined : ('counted' as const);
    const query = { stocktakeId: stocktake.id, state, after: undefined, limit: LIMITS.stocktakeLines };
    const lines = countable(stocktake, await this.repository.lines(query), uncounted);
    const late = await this.repository.late(stocktake.location, lines, seen);
    return lines.map((line) => ({ ...line, late: late.get(line.itemId) ?? 0 }));
  }

  /** The head first and the document after: what it shows is at least that. */
  async get(id: string): Promise<Shown<Stocktake>> {
    const position = await this.ledger.latest();
    return { body: stocktakeOf(await this.stored(id)), position };
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor, ...filter }: ListStocktakes): Promise<StocktakePage> {
    const position = await this.ledger.latest();
    const question = { list: 'stocktakes', ...filter };
    const before = cursor === undefined ? undefined : placeOf(question, cursor);
    const found = await this.repository.page({ ...filter, before, limit: limit + 1 });
    const { page, last } = cut(found.map(stocktakeOf), limit);
    const nextCursor = last ? boundCursor(question, [last.openedAt, last.id]) : null;
    return { data: page, page: { limit, nextCursor }, position };
  }

  async lines({
    id,
    limit = LIMITS.pageSizeDefault,
    cursor,
    state,
  }: ListStocktakeLines & { id: string }): Promise<StocktakeLinePage> {
    const position = await this.ledger.latest();
    const question = { list: 'lines', id, state };
    const place = cursor === undefined ? undefined : partsOf(question, cursor);
    await this.stored(id);
    const after = place && { name: place[0], itemId: place[1] };
    const found = await this.repository.lines({ stocktakeId: id, state, after, limit: limit + 1 });
    const { page, last } = cut(found.map(lineOf), limit);
    const nextCursor = last ? boundCursor(question, [last.name, last.itemId]) : null;
    return { data: page, page: { limit, nextCursor }, position };
  }

  private async stored(id: string): Promise<StocktakeState> {
    const state = await this.repository.get(id);
    if (!state) throw refusal(unknown(id));
    return state;
  }

  private async insistOnRoom({ location }: OpenStocktake): Promise<void> {
    const refused = refusedPlace(location, await this.locations.one(location));
    if (refused) throw refusal(refused);
    const open = await this.repository.openOnes();
    if (open < LIMITS.stocktakesOpen) return;
    const extra = { open, most: LIMITS.stocktakesOpen };
    throw new DomainError('too-many-stocktakes', `${open} stocktakes are open: approve or cancel some.`, extra);
  }

  /** Does something once, and answers repeats as the first time; what would now be refused may be a repeat, too. */
  private async once<Reply>(operation: Operation, act: () => Promise<Kept<Reply>>): Promise<Done<Reply>> {
    const { fault } = this.writer;
    if (fault !== undefined) throw unavailable(`Nothing can be written: ${fault}.`);
    const known = operation.keyed ? await this.known<Reply>(operation) : undefined;
    if (known) return known;
    try {
      const { reply, position } = await act();
      return { body: reply, position, replayed: false };
    } catch (error) {
      const done = operation.dryRun ? undefined : await this.known<Reply>(operation);
      if (done) return done;
      if (!(error instanceof AlreadyDone)) throw error;
      throw unavailable('This is being done already; repeat the request.');
    }
  }

  private async known<Reply>({ id, fingerprint, dryRun }: Operation): Promise<Done<Reply> | undefined> {
    const found = dryRun ? undefined : (await this.events.known([id])).get(id);
    if (!found) return undefined;
    if (found.kind === 'events' || found.row.fingerprint !== fingerprint)
      throw new DomainError('idempotency-key-reused', 'This Idempotency-Key was used for another request.');
    // It was kept by the very operation that is repeated.
    return { body: found.row.reply as Reply, position: found.row.position, replayed: true };
  }
}

function keptFor<Reply>({ id, fingerprint }: Operation, reply: Reply, position: number): Kept<Reply> {
  return { operationId: id, fingerprint, reply, position };
}

/** No count is before what it was compared with, whatever the clocks of two inventories say. */
function later(one: string, other: string): string {
  return one > other ? one : other;
}

function plainActor({ kind, id, name }: Actor): Actor {
  return { kind, id, name };
}

function allowed<Decision extends object>(decision: Decision | Rejection): Decision {
  if (isRejection(decision)) throw refusal(decision);
  return decision;
}

/** Items that were asked for by name have to be there. */
function insistOnAll({ filter }: OpenStocktake, lines: readonly LineState[]): void {
  if (!filter?.itemIds || filter.category !== undefined || filter.tag !== undefined || filter.q !== undefined) return;
  const found = new Set(lines.map(({ itemId }) => itemId));
  const errors = filter.itemIds.flatMap((id, index) =>
    found.has(id) ? [] : { field: `filter.itemIds.${index}`, message: 'no item has it' },
  );
  if (errors.length === 0) return;
  throw new DomainError('not-found', `${errors.length} of the items do not exist.`, { errors: errors.slice(0, 100) });
}

function opened(
  { location, filter, includeZero = false, note }: OpenStocktake,
  { position, openedAt, lines, by }: { position: number; openedAt: string; lines: number; by: Actor },
): StocktakeState {
  const given = filter && Object.keys(filter).length > 0 ? { ...filter } : null;
  return {
    id: newId(),
    status: 'open',
    location,
    filter: given,
    includeZero,
    note: note ?? null,
    position,
    lines,
    counted: 0,
    variances: 0,
    openedAt,
    openedBy: plainActor(by),
    closedAt: null,
    closedBy: null,
    approval: null,
    version: 1,
  };
}

/** As many as a page may have and weigh, one at least; `last` is where the next one begins. */
function cut<Row>(found: readonly Row[], limit: number): { page: Row[]; last: Row | undefined } {
  const page: Row[] = [];
  let bytes = 0;
  for (const row of found.slice(0, limit)) {
    bytes += JSON.stringify(row).length;
    if (bytes > LIMITS.pageBytes && page.length > 0) break;
    page.push(row);
  }
  return { page, last: found.length > page.length ? page.at(-1) : undefined };
}

function partsOf(question: Question, cursor: string): [string, string] {
  return placeIn(question, cursor, ([one, other]) =>
    typeof one === 'string' && typeof other === 'string' ? [one, other] : undefined,
  );
}

function placeOf(question: Question, cursor: string): { openedAt: string; id: string } {
  const [openedAt, id] = partsOf(question, cursor);
  return { openedAt, id };
}
