import { collection } from '@app/common';
import type { Missed } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { itemWrite, ITEMS } from '../items/items.mongo';
import { LocationsInTransaction } from '../locations/locations.mongo';
import { orderWrites } from '../orders/orders.mongo';
import type { Moment } from '../stock/counts';
import { StocktakeInTransaction } from '../stocktakes/stocktake-in-transaction.mongo';
import { GENESIS } from './chain';
import { classifyCommit, classifyWrite } from './conflict.mongo';
import { documentOf, entryOf, EventSchema, type EventDocument } from './event.mongo';
import { FirstCounts } from './first-counts.mongo';
import { KnownSession } from './known-session.mongo';
import {
  CommitFailure,
  LedgerRepository,
  type Batch,
  type Entry,
  type Known,
  type OperationRecord,
  type OutcomeRow,
  type Range,
  type RangeFilter,
  type Tail,
} from './ledger.repository';
import { firstWhere } from './wide-search';

type OutcomeDocument = Omit<OutcomeRow, 'operationId'> & { _id: string };
type MetaDocument = { _id: string; epoch: string };

const FILTERED_MS = 3_000;
/** Who subscribes is answered within 2 s. */
const MISSED_MS = 800;
const LOOK_MS = 1_000;
/** The server's code for a query that took longer than it may. */
const TOO_LONG = 50;
const MAJORITY = { readConcern: { level: 'majority' } } as const;
const DURABLE: mongo.TransactionOptions = {
  // `majority` implies the journal; written down, because everything rests on it.
  writeConcern: { w: 'majority', j: true },
  readConcern: { level: 'local' },
  readPreference: 'primary',
};

@Injectable()
export class LedgerMongo extends LedgerRepository {
  private readonly ledger: mongo.Collection<EventDocument>;
  private readonly outcomes: mongo.Collection<OutcomeDocument>;
  private readonly meta: mongo.Collection<MetaDocument>;
  private readonly locations: LocationsInTransaction;
  private readonly stocktakes: StocktakeInTransaction;
  private readonly sessions: KnownSession;
  private readonly counts: FirstCounts;
  private session: mongo.ClientSession | undefined;
  private epoch = '';
  private rowsExist = false;
  private looksAgain = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.ledger = collection<EventDocument>(connection, 'ledger');
    this.outcomes = collection<OutcomeDocument>(connection, 'outcomes');
    this.meta = collection<MetaDocument>(connection, 'meta');
    this.locations = new LocationsInTransaction(connection);
    this.stocktakes = new StocktakeInTransaction(connection);
    this.sessions = new KnownSession(connection, 'writer');
    this.counts = new FirstCounts(connection);
  }

  async open(): Promise<string> {
    const model = this.connection.model('Event', EventSchema);
    await model.createCollection();
    await model.createIndexes();
    // A transaction may not create a collection under load: these exist before the first one.
    await this.connection.createCollection('outcomes').catch(ignoreExisting);
    const meta = await this.meta.findOneAndUpdate(
      { _id: 'ledger' },
      { $setOnInsert: { epoch: randomUUID() } },
      { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', j: true } },
    );
    this.epoch = meta?.epoch ?? '';
    return this.epoch;
  }

  endLeftAt(address: string): Promise<void> {
    return this.sessions.endLeftAt(address);
  }

  async takeOver(address: string): Promise<void> {
    this.session = await this.sessions.takeOver(address);
  }

  async tail(): Promise<Tail> {
    const last = await this.ledger.findOne({}, { sort: { _id: -1 }, projection: { hash: 1, at: 1 }, ...MAJORITY });
    return last ? { position: last._id, hash: last.hash, at: last.at } : { position: 0, hash: GENESIS, at: '' };
  }

  async range({ after, upTo, limit, descending = false, filter = {} }: Range): Promise<Entry[]> {
    const { itemId, alerts } = filter;
    // The events of one item come from its own index, in which seq is the order of position.
    const key = itemId === undefined ? (alerts ? 'alert.position' : '_id') : 'seq';
    const ends = [after, upTo].map((end) => (itemId === undefined ? Promise.resolve(end) : this.seqAt(itemId, end)));
    const [low, high] = await Promise.all(ends);
    const query = { [key]: { $gt: low, $lte: high }, ...conditions(filter) } as mongo.Filter<EventDocument>;
    const sort: mongo.Sort = { [key]: descending ? -1 : 1 };
    // A filter that matches little must not keep the server busy for longer than anybody waits.
    const bound = Object.keys(filter).length > 0 ? { maxTimeMS: FILTERED_MS } : {};
    const found = await this.ledger.find(query, { ...MAJORITY, ...bound, sort, limit, batchSize: limit }).toArray();
    return found.map((document) => entryOf(document, this.epoch));
  }

  async missed({ after, upTo, limit, filter = {} }: Range): Promise<Missed> {
    const key = filter.alerts ? 'alert.position' : '_id';
    const query = { [key]: { $gt: after, $lte: upTo }, ...conditions(filter) } as mongo.Filter<EventDocument>;
    const bound = { ...MAJORITY, maxTimeMS: MISSED_MS } as const;
    try {
      const [first, count] = await Promise.all([
        this.ledger.findOne(query, { ...bound, sort: { [key]: 1 }, projection: { at: 1 } }),
        this.ledger.countDocuments(query, { ...bound, limit: limit + 1 }),
      ]);
      return { first: first && { at: first.at }, count };
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === TOO_LONG) return { first: null, count: null };
      throw error;
    }
  }

  /** How many events an item had at a position. A bound on the position itself would be looked for from the first of them. */
  private async seqAt(itemId: string, position: number): Promise<number> {
    if (position <= 0) return 0;
    const options = { ...MAJORITY, projection: { seq: 1 } };
    const [newest, near] = await Promise.all([
      this.ledger.findOne({ itemId }, { ...options, sort: { seq: -1 } }),
      // A page goes on beside an event of the item: then one look tells.
      this.ledger.findOne({ _id: { $in: [position, position + 1] }, itemId }, { ...options, hint: '_id_' }),
    ]);
    if (near) return near._id === position ? near.seq : near.seq - 1;
    if (!newest || newest._id <= position) return newest?.seq ?? 0;
    const beyond = await firstWhere({ after: 0, upTo: newest.seq }, async (seqs) => {
      const found = await this.ledger.find({ itemId, seq: { $in: [...seqs] } }, options).toArray();
      return new Map(found.map(({ _id, seq }) => [seq, _id > position]));
    });
    return beyond - 1;
  }

  async positionAt(time: string): Promise<number> {
    const { position } = await this.tail();
    return firstWhere({ after: 0, upTo: position + 1 }, async (positions) => {
      const options = { ...MAJORITY, projection: { at: 1 } } as const;
      const found = await this.ledger.find({ _id: { $in: [...positions] } }, options).toArray();
      return new Map(found.map(({ _id, at }) => [_id, at >= time]));
    });
  }

  async reversals(positions: readonly number[]): Promise<Map<number, number>> {
    const found = await this.ledger.find({ 'links.reverses': { $in: [...positions] } }, MAJORITY).toArray();
    return new Map(found.map(({ _id, links }) => [links?.reverses ?? 0, _id]));
  }

  firstCounts(moments: readonly Moment[]): Promise<(string | undefined)[]> {
    return this.counts.after(moments);
  }

  async known(operationIds: readonly string[]): Promise<Map<string, Known>> {
    const ids = [...operationIds];
    const [firsts, rows] = await Promise.all([
      this.ledger.find({ operationId: { $in: ids }, op: { $exists: true } }, MAJORITY).toArray(),
      this.outcomes.find({ _id: { $in: ids } }, MAJORITY).toArray(),
    ]);
    const known = new Map<string, Known>();
    for (const { _id, ...row } of rows) known.set(_id, { kind: 'outcome', row: { operationId: _id, ...row } });
    for (const first of firsts) {
      const record = first.op as OperationRecord;
      const rest =
        record.size > 1
          ? await this.range({ after: first._id, upTo: first._id + record.size - 1, limit: record.size })
          : [];
      known.set(first.operationId, { kind: 'events', entries: [entryOf(first, this.epoch), ...rest], record });
    }
    return known;
  }

  async commit({ entries, items, outcomes, locations, orders, stocktake }: Batch): Promise<void> {
    const session = this.session;
    if (!session) throw new Error('takeOver() comes first');
    session.startTransaction(DURABLE);
    this.rowsExist ||= outcomes.length > 0;
    const repeat = this.isRepeat(entries);
    // Waited for at the end, beside the writes: before, a failure of it must not count as one that nobody handles.
    repeat.catch(() => undefined);
    try {
      // First: where it has changed, nothing else need be written only to be undone.
      if (stocktake) await this.stocktakes.write(stocktake, session);
      if (entries.length > 0) await this.write({ insert: 'ledger', documents: entries.map(documentOf) }, session);
      if (locations) await this.locations.write(locations, entries.length === 0, session);
      const outdated = locations && this.locations.outdated(locations);
      if (items.length > 0) await this.write({ update: ITEMS, updates: items.map(itemWrite) }, session);
      for (const write of orders ? orderWrites(orders) : []) await this.write(write, session);
      if (outcomes.length > 0) await this.write({ insert: 'outcomes', documents: outcomes.map(rowOf) }, session);
      const failure = await outdated;
      if (failure) throw failure;
      if (await repeat) throw new CommitFailure({ kind: 'operation' }, undefined);
    } catch (error) {
      await session.abortTransaction().catch(() => undefined);
      throw classifyWrite(error);
    }
    await this.commitAgain();
  }

  /** Whether one of these operations has been one that changed nothing: that is in no index of the ledger, which would refuse it. */
  private async isRepeat(entries: readonly Entry[]): Promise<boolean> {
    const ids = entries.flatMap(({ event, operation }) => (operation ? [event.operationId] : []));
    if (ids.length === 0 || !(await this.hasRows())) return false;
    const row = await this.outcomes.findOne({ _id: { $in: ids } }, { ...MAJORITY, projection: { _id: 1 } });
    return row !== null;
  }

  /** Where nobody has ever sent a key for nothing, there is no row to look for: looked at now and then, since others may write one. */
  private async hasRows(): Promise<boolean> {
    if (this.rowsExist || performance.now() < this.looksAgain) return this.rowsExist;
    this.looksAgain = performance.now() + LOOK_MS;
    this.rowsExist ||= (await this.outcomes.findOne({}, { ...MAJORITY, projection: { _id: 1 } })) !== null;
    return this.rowsExist;
  }

  /**
   * One write command, as it is: the driver's bulk API measures every document before it serializes it, which costs as much
   * again. A group is small enough for one (see `LINES` of the group).
   */
  private async write(command: mongo.Document, session: mongo.ClientSession): Promise<void> {
    const { db } = this.connection;
    if (!db) throw new Error('not connected');
    const reply = await db.command({ ...command, ordered: true }, { session });
    const [failed] = (reply.writeErrors ?? []) as mongo.Document[];
    if (failed) throw new mongo.MongoServerError({ ...failed, message: String(failed.errmsg) });
  }

  async commitAgain(): Promise<void> {
    try {
      await this.session?.commitTransaction();
    } catch (error) {
      throw classifyCommit(error);
    }
  }

  async close(): Promise<void> {
    await this.session?.endSession();
  }
}

function rowOf({ operationId, ...row }: OutcomeRow): OutcomeDocument {
  return { _id: operationId, ...row };
}

function conditions(filter: RangeFilter): object {
  const { itemId, types, location, category, alerts, actor, reason, reference, moved } = filter;
  return {
    ...(itemId !== undefined && { itemId }),
    ...(types !== undefined && { type: { $in: [...types] } }),
    ...(location !== undefined && { location }),
    ...(reason !== undefined && { reason }),
    ...(reference !== undefined && { reference }),
    $and: [
      ...(moved ? [{ $or: [{ type: { $gte: 'stock.', $lt: 'stock/' } }, { 'change.onHand': { $ne: 0 } }] }] : []),
      ...(alerts ? [{ 'alert.position': { $exists: true } }] : []),
      ...(category === undefined ? [] : [{ $or: [{ category }, { 'fields.category.0': category }] }]),
      ...(actor === undefined ? [{}] : [{ $or: [{ 'actor.id': actor }, { 'actor.name': actor }] }]),
    ],
  };
}

function ignoreExisting(error: Error & { codeName?: string }): void {
  if (error.codeName !== 'NamespaceExists') throw error;
}
