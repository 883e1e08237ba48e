import { collection, DomainError } from '@app/common';
import {
  STOCKTAKE_STATUSES,
  type CountEntry,
  type LedgerEvent,
  type OpenStocktake,
  type Operation,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';
import { ITEMS, type ItemDocument } from '../items/items.mongo';
import { conditionsOf } from '../items/page.mongo';
import { lateIn, type Countable, type Since } from './approval';
import { isOnSheet, type Entered, type Sheet, type Shelved } from './entry';
import type { LineState, StocktakeState } from './stocktake';
import {
  documentOf,
  lineDocumentOf,
  lineId,
  lineStateOf,
  stateOf,
  STOCKTAKE_LINES,
  StocktakeLineSchema,
  STOCKTAKES,
  StocktakeSchema,
  type LineDocument,
  type StocktakeDocument,
} from './stocktake.mongo';
import {
  AlreadyDone,
  StocktakesRepository,
  type Frozen,
  type Kept,
  type LineQuery,
  type StocktakeQuery,
} from './stocktakes.repository';

type OutcomeDocument = Omit<Kept<unknown>, 'operationId'> & { _id: string };
type FactDocument = Omit<LedgerEvent, 'position' | 'location'> & { _id: number; location?: string };

const DUPLICATE = 11_000;
const MAJORITY = { readConcern: { level: 'majority' } } as const;
const TRANSACTION: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', j: true },
  readPreference: 'primary',
};
/** Looking through all items of a location takes its time, but not for ever. */
const SCAN_MS = 4_000;
const MAX_TIME_MS = 2_000;
/** Lines asked about in one query. */
const CHUNK = 250;
/** Changes of stocktakes that may wait for their turn. */
const MOST_WAITING = 500;

@Injectable()
export class StocktakesMongo extends StocktakesRepository {
  private readonly stocktakes: mongo.Collection<StocktakeDocument>;
  private readonly sheets: mongo.Collection<LineDocument>;
  private readonly items: mongo.Collection<ItemDocument>;
  private readonly ledger: mongo.Collection<FactDocument>;
  private readonly outcomes: mongo.Collection<OutcomeDocument>;
  /** The only one that writes: what a killed process has left open in it can be ended by its successor. */
  private session: mongo.ClientSession | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.stocktakes = collection<StocktakeDocument>(connection, STOCKTAKES);
    this.sheets = collection<LineDocument>(connection, STOCKTAKE_LINES);
    this.items = collection<ItemDocument>(connection, ITEMS);
    this.ledger = collection<FactDocument>(connection, 'ledger');
    this.outcomes = collection<OutcomeDocument>(connection, 'outcomes');
  }

  async open(address: string): Promise<void> {
    const meta = collection<{ _id: string; session: mongo.Binary }>(this.connection, 'meta');
    const left = await meta.findOne({ _id: `stocktakes:${address}` }, MAJORITY);
    if (left) await this.connection.db?.admin().command({ killSessions: [{ id: left.session }] });
    this.session = await this.connection.startSession();
    const session = (this.session.id as { id: mongo.Binary }).id;
    const { writeConcern } = TRANSACTION;
    await meta.updateOne({ _id: `stocktakes:${address}` }, { $set: { session } }, { upsert: true, writeConcern });
    for (const [name, schema] of [
      ['Stocktake', StocktakeSchema],
      ['StocktakeLine', StocktakeLineSchema],
    ] as const) {
      const model = this.connection.model(name, schema);
      await model.createCollection();
      await model.createIndexes();
    }
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.session?.endSession();
  }

  async get(id: string): Promise<StocktakeState | undefined> {
    const found = await this.stocktakes.findOne({ _id: id }, MAJORITY);
    return found ? stateOf(found) : undefined;
  }

  async page({ status, location, before, limit }: StocktakeQuery): Promise<StocktakeState[]> {
    const older = before && [
      { openedAt: { $lt: before.openedAt } },
      { openedAt: before.openedAt, _id: { $lt: before.id } },
    ];
    const filter = {
      status: status ?? { $in: [...STOCKTAKE_STATUSES] },
      ...(location !== undefined && { location }),
      ...(older && { $or: older }),
    } as mongo.Filter<StocktakeDocument>;
    const options = { ...MAJORITY, sort: { openedAt: -1, _id: -1 }, limit, maxTimeMS: MAX_TIME_MS } as const;
    return (await this.stocktakes.find(filter, options).toArray()).map(stateOf);
  }

  async lines({ stocktakeId, state, after, limit }: LineQuery): Promise<LineState[]> {
    const further = after && [{ name: { $gt: after.name } }, { name: after.name, itemId: { $gt: after.itemId } }];
    const filter = {
      take: stocktakeId,
      ...(state !== undefined && { state: state === 'counted' ? { $in: ['counted', 'variance'] } : state }),
      ...(further && { $or: further }),
    } as mongo.Filter<LineDocument>;
    const options = { ...MAJORITY, sort: { name: 1, itemId: 1 }, limit, maxTimeMS: MAX_TIME_MS } as const;
    return (await this.sheets.find(filter, options).toArray()).map(lineStateOf);
  }

  openOnes(): Promise<number> {
    return this.stocktakes.countDocuments({ status: 'open' }, { ...MAJORITY, maxTimeMS: MAX_TIME_MS });
  }

  /** Ledger and items are written together, so in one snapshot the one is the position of the other. */
  async freeze({ location, filter = {}, includeZero = false }: OpenStocktake, limit: number): Promise<Frozen> {
    const { itemIds, category, tag, q } = filter;
    const there = { [`levels.${location}.onHand`]: { $gt: 0 } };
    const wanted = {
      $and: [
        conditionsOf({ category, tag, q }),
        ...(itemIds ? [{ _id: { $in: itemIds } }] : []),
        ...(itemIds || includeZero ? [] : [there]),
      ],
    } as mongo.Filter<ItemDocument>;
    const session = await this.connection.startSession({ snapshot: true });
    try {
      const { position, at } = await this.tail(session);
      const options = { session, projection: shelf(location), limit, batchSize: limit + 1, maxTimeMS: SCAN_MS };
      const found = await this.items.find(wanted, options).toArray();
      return { position, at, lines: found.map((document) => blankLine(shelvedOf(document, location))) };
    } finally {
      await session.endSession();
    }
  }

  async add(stocktake: StocktakeState, lines: readonly LineState[], kept: Kept<unknown>): Promise<void> {
    await this.transact(async (session) => {
      await this.keep(kept, session);
      await this.stocktakes.insertOne(documentOf(stocktake), { session });
      const documents = lines.map((line) => lineDocumentOf(stocktake.id, line));
      if (documents.length > 0) await this.sheets.insertMany(documents, { session });
    });
  }

  enter<Reply>(
    { stocktakeId, operation, counts }: { stocktakeId: string; operation: Operation; counts: readonly CountEntry[] },
    decide: (sheet: Omit<Sheet, 'by'> | undefined) => { entered: Entered; kept: Kept<Reply> },
  ): Promise<Kept<Reply>> {
    return this.transact(async (session) => {
      const found = await this.stocktakes.findOne({ _id: stocktakeId }, { session });
      const sheet = found && (await this.sheetOf(stateOf(found), counts, session));
      const { entered, kept } = decide(sheet ?? undefined);
      if (operation.dryRun) return kept;
      await this.keep(kept, session);
      await this.stocktakes.replaceOne({ _id: stocktakeId }, documentOf(entered.stocktake), { session });
      const writes = entered.lines.map((line) => writeOf(stocktakeId, line));
      await this.sheets.bulkWrite(writes, { session });
      return kept;
    });
  }

  end<Reply>(
    { stocktakeId, operation }: { stocktakeId: string; operation: Operation },
    decide: (stocktake: StocktakeState | undefined) => { after: StocktakeState; kept: Kept<Reply> },
  ): Promise<Kept<Reply>> {
    return this.transact(async (session) => {
      const found = await this.stocktakes.findOne({ _id: stocktakeId }, { session });
      const { after, kept } = decide(found ? stateOf(found) : undefined);
      if (operation.dryRun) return kept;
      await this.keep(kept, session);
      await this.stocktakes.replaceOne({ _id: stocktakeId }, documentOf(after), { session });
      return kept;
    });
  }

  async late(location: string, lines: readonly Countable[], seen: number): Promise<Map<string, number>> {
    const late = new Map<string, number>();
    for (let from = 0; from < lines.length; from += CHUNK) {
      const chunk = lines.slice(from, from + CHUNK);
      const since = await this.since(location, chunk, seen);
      for (const line of chunk) late.set(line.itemId, lateIn(since.get(line.itemId) ?? [], line, location));
    }
    return late;
  }

  /** Only what happened before it was counted, of what was recorded after. */
  private async since(location: string, lines: readonly Countable[], seen: number): Promise<Map<string, Since>> {
    const each = lines.map(({ itemId, seq, at }) => ({
      itemId,
      seq: { $gt: seq },
      location,
      effectiveAt: { $lt: at },
    }));
    const filter = { $or: each, _id: { $lte: seen } } as mongo.Filter<FactDocument>;
    const projection = { type: 1, at: 1, effectiveAt: 1, itemId: 1, seq: 1, change: 1 } as const;
    const found = await this.ledger.find(filter, { ...MAJORITY, projection, maxTimeMS: MAX_TIME_MS }).toArray();
    const since = new Map<string, Since>();
    for (const fact of found) since.set(fact.itemId, [...(since.get(fact.itemId) ?? []), { ...fact, location }]);
    return since;
  }

  async *all(): AsyncIterable<StocktakeState> {
    for await (const document of this.stocktakes.find({}, { ...MAJORITY, sort: { _id: 1 } })) yield stateOf(document);
  }

  async correct(state: StocktakeState): Promise<void> {
    await this.stocktakes.replaceOne({ _id: state.id }, documentOf(state), {
      writeConcern: { w: 'majority', j: true },
    });
  }

  /** One after the other: those of one stocktake would only undo each other. Another inventory's are repeated by the driver. */
  private async transact<Result>(work: (session: mongo.ClientSession) => Promise<Result>): Promise<Result> {
    const { session } = this;
    if (!session || this.waiting >= MOST_WAITING)
      throw new DomainError('overloaded', 'Too many counts are waiting.', { retryAfter: 1 });
    this.waiting++;
    const result = this.turn
      .catch(() => undefined)
      .then(() => session.withTransaction(work, TRANSACTION))
      .finally(() => this.waiting--);
    this.turn = result;
    return result.catch((error: unknown) => {
      const done = error instanceof mongo.MongoServerError && error.code === DUPLICATE;
      throw done ? new AlreadyDone() : error;
    });
  }

  /** The unique id of the operation lets it happen once. */
  private async keep({ operationId, ...row }: Kept<unknown>, session: mongo.ClientSession): Promise<void> {
    await this.outcomes.insertOne({ _id: operationId, ...row }, { session });
  }

  private async tail(session: mongo.ClientSession): Promise<{ position: number; at: string }> {
    const last = await this.ledger.findOne({}, { session, sort: { _id: -1 }, projection: { at: 1 } });
    return { position: last?._id ?? 0, at: last?.at ?? '' };
  }

  private async sheetOf(
    stocktake: StocktakeState,
    counts: readonly CountEntry[],
    session: mongo.ClientSession,
  ): Promise<Omit<Sheet, 'by'>> {
    const { position, at } = await this.tail(session);
    const found = await this.shelved(stocktake.location, counts, session);
    const ids = [...new Set(found.map(({ _id }) => lineId(stocktake.id, _id)))];
    const lines = await this.sheets.find({ _id: { $in: ids } }, { session, batchSize: ids.length + 1 }).toArray();
    const byItem = new Map(lines.map((document) => [document.itemId, lineStateOf(document)]));
    const byName = new Map<string, Shelved>();
    for (const document of found) {
      const item = shelvedOf(document, stocktake.location);
      byName.set(`itemId:${item.id}`, item);
      byName.set(`sku:${item.sku}`, item);
      for (const barcode of document.barcodes) byName.set(`barcode:${barcode}`, item);
    }
    const item = ({ itemId, sku, barcode }: CountEntry): Shelved | undefined => {
      if (sku !== undefined) return byName.get(`sku:${sku}`);
      return byName.get(barcode === undefined ? `itemId:${itemId}` : `barcode:${barcode}`);
    };
    return { stocktake, position, at, item, line: (itemId) => byItem.get(itemId) };
  }

  private async shelved(
    location: string,
    counts: readonly CountEntry[],
    session: mongo.ClientSession,
  ): Promise<ItemDocument[]> {
    const named = {
      _id: [...new Set(counts.flatMap(({ itemId }) => itemId ?? []))],
      sku: [...new Set(counts.flatMap(({ sku }) => sku ?? []))],
      barcodes: [...new Set(counts.flatMap(({ barcode }) => barcode ?? []))],
    };
    const found: ItemDocument[] = [];
    // One after the other: a transaction does one thing at a time.
    for (const [field, values] of Object.entries(named)) {
      if (values.length === 0) continue;
      const filter = { deleted: false, [field]: { $in: values } } as mongo.Filter<ItemDocument>;
      const options = { session, projection: shelf(location), batchSize: values.length + 1 };
      found.push(...(await this.items.find(filter, options).toArray()));
    }
    return found;
  }
}

/** What is read of an item. */
function shelf(location: string): Record<string, 1> {
  return { sku: 1, name: 1, seq: 1, barcodes: 1, [`levels.${location}`]: 1 };
}

function shelvedOf({ _id, sku, name, seq, levels }: ItemDocument, location: string): Shelved {
  // Without any level there is no member either.
  const level = levels?.[location];
  return { id: _id, sku, name, seq, onHand: level?.onHand ?? 0, countedAt: level?.countedAt ?? null };
}

function blankLine({ id, sku, name, seq, onHand, countedAt }: Shelved): LineState {
  return { itemId: id, sku, name, expected: onHand, unexpected: false, lastCountedAt: countedAt, seq, count: null };
}

function writeOf(take: string, line: LineState): mongo.AnyBulkWriteOperation<LineDocument> {
  const filter = { _id: lineId(take, line.itemId) };
  if (!isOnSheet(line)) return { deleteOne: { filter } };
  return { replaceOne: { filter, replacement: lineDocumentOf(take, line), upsert: true } };
}
