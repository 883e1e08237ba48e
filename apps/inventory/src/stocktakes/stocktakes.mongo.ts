import { collection } from '@app/common';
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
import { lateIn, type Countable, type Since } from './approval';
import { isOnSheet, type Entered, type Sheet } from './entry';
import { ShelfReader } from './shelf-reader.mongo';
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
import { Turns } from './turns.mongo';
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
const MAX_TIME_MS = 2_000;
/** Lines asked about in one query. */
const CHUNK = 250;

@Injectable()
export class StocktakesMongo extends StocktakesRepository {
  private readonly stocktakes: mongo.Collection<StocktakeDocument>;
  private readonly sheets: mongo.Collection<LineDocument>;
  private readonly shelves: ShelfReader;
  private readonly ledger: mongo.Collection<FactDocument>;
  private readonly outcomes: mongo.Collection<OutcomeDocument>;
  private readonly turns: Turns;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.stocktakes = collection<StocktakeDocument>(connection, STOCKTAKES);
    this.sheets = collection<LineDocument>(connection, STOCKTAKE_LINES);
    this.turns = new Turns(connection);
    this.shelves = new ShelfReader(connection);
    this.ledger = collection<FactDocument>(connection, 'ledger');
    this.outcomes = collection<OutcomeDocument>(connection, 'outcomes');
  }

  async open(address: string): Promise<void> {
    await this.turns.takeOver(address);
    for (const [name, schema] of [
      ['Stocktake', StocktakeSchema],
      ['StocktakeLine', StocktakeLineSchema],
    ] as const) {
      const model = this.connection.model(name, schema);
      await model.createCollection();
      await model.createIndexes();
    }
  }

  endLeftAt(address: string): Promise<void> {
    return this.turns.endLeftAt(address);
  }

  close(): Promise<void> {
    return this.turns.close();
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

  freeze(order: OpenStocktake, limit: number): Promise<Frozen> {
    return this.shelves.freeze(order, limit);
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
      const sheet = found && (await this.shelves.sheetOf(stateOf(found), counts, session));
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
      effectiveAt: { $lte: at },
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

  private async transact<Result>(work: (session: mongo.ClientSession) => Promise<Result>): Promise<Result> {
    try {
      return await this.turns.run(work);
    } catch (error) {
      throw error instanceof mongo.MongoServerError && error.code === DUPLICATE ? new AlreadyDone() : error;
    }
  }

  /** The unique id of the operation lets it happen once. */
  private async keep({ operationId, ...row }: Kept<unknown>, session: mongo.ClientSession): Promise<void> {
    await this.outcomes.insertOne({ _id: operationId, ...row }, { session });
  }
}

function writeOf(take: string, line: LineState): mongo.AnyBulkWriteOperation<LineDocument> {
  const filter = { _id: lineId(take, line.itemId) };
  if (!isOnSheet(line)) return { deleteOne: { filter } };
  return { replaceOne: { filter, replacement: lineDocumentOf(take, line), upsert: true } };
}
