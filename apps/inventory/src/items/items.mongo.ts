import { collection, DomainError } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Schema, type Connection, type mongo } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import { FIELD_NAMES, type ItemState } from './item';
import { ItemsRepository } from './items.repository';
import { Levels, type LevelRecord } from './levels';
import { type Keyset, type ListQuery, type Page } from './paging';
import { readPage } from './page.mongo';
import { attributePairs, searchTerms } from './search';

export const ITEMS = 'items';

/** An item at rest: its state, and what the static indexes need. */
export type ItemDocument = Omit<ItemState, 'id' | 'levels' | 'low'> & {
  _id: string;
  low?: boolean;
  levels: LevelRecord;
  /** Words of name, sku, barcodes, category and tags, for the search. */
  terms: string[];
  /** `key=value` of each attribute, for the filters. */
  pairs: string[];
};

const count = { type: Number, required: true, min: 0 };

/**
 * The items' schema. Documents are written through the driver; the database itself checks the promise that nothing goes below
 * zero (`validator`), as a last line behind the rules. No index on a figure that a movement changes: one on `quantity` alone
 * costs a third of the throughput.
 */
export const ItemSchema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    sku: { type: String, default: null },
    barcodes: [String],
    category: { type: String, default: null },
    tags: [String],
    terms: [String],
    pairs: [String],
    deleted: { type: Boolean, required: true },
    quantity: count,
    reserved: count,
    unavailable: count,
    incoming: count,
    seq: { type: Number, required: true, min: 1 },
    position: { type: Number, required: true, min: 1 },
    createdAt: { type: String, required: true },
    updatedAt: { type: String, required: true },
  },
  { collection: ITEMS, autoIndex: false, versionKey: false, strict: false },
)
  .index(
    { sku: 1 },
    { name: 'sku', unique: true, partialFilterExpression: { deleted: false, sku: { $type: 'string' } } },
  )
  .index(
    { barcodes: 1 },
    { name: 'barcodes', unique: true, partialFilterExpression: { deleted: false, barcodes: { $type: 'string' } } },
  )
  // Movements change it, but only those with which an item becomes low or recovers.
  .index({ low: 1, _id: 1 }, { name: 'by_alert', partialFilterExpression: { low: true } })
  .index({ deleted: 1, name: 1, _id: 1 }, { name: 'by_name' })
  .index({ deleted: 1, sku: 1, _id: 1 }, { name: 'by_sku' })
  .index({ deleted: 1, createdAt: 1, _id: 1 }, { name: 'by_created' })
  .index({ deleted: 1, category: 1, name: 1, _id: 1 }, { name: 'by_category' })
  .index({ deleted: 1, tags: 1, name: 1, _id: 1 }, { name: 'by_tag' })
  .index({ deleted: 1, terms: 1 }, { name: 'by_term' })
  .index({ deleted: 1, pairs: 1 }, { name: 'by_attribute' });

const validator = {
  $jsonSchema: {
    required: ['quantity', 'reserved', 'unavailable', 'incoming', 'seq', 'position'],
    properties: Object.fromEntries(
      ['quantity', 'reserved', 'unavailable', 'incoming'].map((name) => [name, { bsonType: 'number', minimum: 0 }]),
    ),
  },
};

const REBUILD_CHUNK = 500;
/** Looking through all items, which is for rare occasions. */
const SCAN_MS = 4_000;
/** Who subscribes is answered within 2 s. */
const LOW_MS = 800;
const TRANSACTION = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', j: true } } as const;
const MAJORITY = { readConcern: { level: 'majority' } } as const;
/** What the indexes need is no part of the state. */
const STATE = { ...MAJORITY, projection: { terms: 0, pairs: 0 } } as const;

@Injectable()
export class ItemsMongo extends ItemsRepository {
  private readonly items: mongo.Collection<ItemDocument>;
  private readonly meta: mongo.Collection<{ _id: string; generation: number }>;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.items = collection<ItemDocument>(connection, ITEMS);
    this.meta = collection(connection, 'meta');
  }

  async open(): Promise<void> {
    const model = this.connection.model('Item', ItemSchema);
    await model.createCollection();
    // Only when it differs: to alter it locks the collection, and waits for every transaction that is under way.
    if (!isDeepStrictEqual((await this.items.options()).validator, validator))
      await this.connection.db?.command({ collMod: ITEMS, validator });
    await model.createIndexes();
  }

  async states(ids: readonly string[]): Promise<ItemState[]> {
    const found = await this.items.find({ _id: { $in: [...ids] } }, { ...STATE, batchSize: ids.length + 1 }).toArray();
    return found.map(stateOf);
  }

  async byCodes(codes: readonly string[]): Promise<ItemState[]> {
    const [skus, barcodes] = ['sku:', 'barcode:'].map((prefix) =>
      codes.filter((code) => code.startsWith(prefix)).map((code) => code.slice(prefix.length)),
    );
    const found = await Promise.all([
      skus?.length ? this.items.find({ deleted: false, sku: { $in: skus } }, STATE).toArray() : [],
      barcodes?.length ? this.items.find({ deleted: false, barcodes: { $in: barcodes } }, STATE).toArray() : [],
    ]);
    return found.flat().map(stateOf);
  }

  page(query: ListQuery, after: Keyset | undefined): Promise<Page> {
    return readPage(this.items, query, after);
  }

  async seqs(ids: readonly string[]): Promise<Map<string, number>> {
    const options = { ...MAJORITY, projection: { seq: 1 }, batchSize: ids.length + 1 };
    const found = await this.items.find({ _id: { $in: [...ids] }, deleted: false }, options).toArray();
    return new Map(found.map(({ _id, seq }) => [_id, seq]));
  }

  /** In one snapshot: a group's events and its items are one transaction, so the items are exactly those after the tail. */
  async low(limit: number): Promise<{ states: ItemState[]; position: number }> {
    const ledger = collection<{ _id: number }>(this.connection, 'ledger');
    const session = await this.connection.startSession({ snapshot: true });
    try {
      const bound = { session, maxTimeMS: LOW_MS } as const;
      const tail = await ledger.findOne({}, { ...bound, sort: { _id: -1 }, projection: { _id: 1 } });
      const options = { ...bound, sort: { low: 1, _id: 1 }, projection: STATE.projection, limit } as const;
      const found = await this.items.find({ low: true }, { ...options, batchSize: limit + 1 }).toArray();
      return { states: found.map(stateOf), position: tail?._id ?? 0 };
    } finally {
      await session.endSession();
    }
  }

  async stockedAt(location: string, limit: number): Promise<string[]> {
    const figures = ['onHand', 'reserved', 'unavailable', 'incoming'];
    const filter = { $or: figures.map((name) => ({ [`levels.${location}.${name}`]: { $gt: 0 } })) };
    const options = { ...MAJORITY, projection: { _id: 1 }, limit, maxTimeMS: SCAN_MS } as const;
    return (await this.items.find(filter, options).toArray()).map(({ _id }) => _id);
  }

  async generation(): Promise<number> {
    return (await this.meta.findOne({ _id: ITEMS }, MAJORITY))?.generation ?? 0;
  }

  async raiseGeneration(): Promise<void> {
    const options = { upsert: true, writeConcern: TRANSACTION.writeConcern };
    await this.meta.updateOne({ _id: ITEMS }, { $inc: { generation: 1 } }, options);
  }

  async replaceAll(states: Iterable<ItemState>, position: number): Promise<void> {
    try {
      await this.replace(states, position);
    } finally {
      // Also when only some were replaced.
      await this.raiseGeneration();
    }
  }

  private async replace(states: Iterable<ItemState>, position: number): Promise<void> {
    const ledger = collection<{ _id: number }>(this.connection, 'ledger');
    const ids = new Set<string>();
    for (const chunk of chunks(states, REBUILD_CHUNK)) {
      chunk.forEach(({ id }) => ids.add(id));
      await this.connection.transaction(async (session) => {
        // In the snapshot of the transaction: what another writer commits meanwhile makes the write below conflict.
        const moved = await ledger.findOne({ _id: { $gt: position } }, { session });
        if (moved) throw new DomainError('unavailable', 'The ledger moved on during the rebuild.', { retryAfter: 1 });
        const writes = chunk.map((state) => ({
          replaceOne: { filter: { _id: state.id }, replacement: documentOf(state), upsert: true },
        }));
        await this.items.bulkWrite(writes, { session });
      }, TRANSACTION);
    }
    for await (const { _id } of this.items.find({ position: { $lte: position } }, { projection: { _id: 1 } })) {
      if (!ids.has(_id)) await this.items.deleteOne({ _id, position: { $lte: position } });
    }
  }

  async *all(): AsyncIterable<ItemState> {
    for await (const document of this.items.find({}, { ...STATE, sort: { _id: 1 } })) yield stateOf(document);
  }
}

function* chunks<T>(all: Iterable<T>, size: number): Iterable<T[]> {
  let chunk: T[] = [];
  for (const one of all) {
    if (chunk.push(one) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Member by member: an object made by leaving some out is a slow one ever after. */
export function stateOf(document: ItemDocument): ItemState {
  return {
    id: document._id,
    name: document.name,
    description: document.description,
    sku: document.sku,
    category: document.category,
    barcodes: document.barcodes,
    tags: document.tags,
    reorderLevel: document.reorderLevel,
    reorderQuantity: document.reorderQuantity,
    unitPrice: document.unitPrice,
    attributes: document.attributes,
    deleted: document.deleted,
    // Stored before there were alerts: then none was told.
    low: document.low ?? false,
    quantity: document.quantity,
    reserved: document.reserved,
    unavailable: document.unavailable,
    incoming: document.incoming,
    levels: Levels.of(document.levels),
    seq: document.seq,
    position: document.position,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  };
}

export function documentOf({ id, levels, ...state }: ItemState): ItemDocument {
  return {
    _id: id,
    ...state,
    levels: levels.toRecord(),
    terms: searchTerms(state),
    pairs: attributePairs(state.attributes),
  };
}

/** One statement of the database's `update` command. */
interface UpdateStatement {
  q: { _id: string };
  u: { $set: object };
  upsert?: boolean;
}

/** The write that brings an item's document from one state to another: only what changed, levels by path. */
export function itemWrite({ before, after }: { before: ItemState; after: ItemState }): UpdateStatement {
  if (before.seq === 0) {
    const { _id, ...document } = documentOf(after);
    return { q: { _id }, u: { $set: document }, upsert: true };
  }
  const set: Record<string, unknown> = { seq: after.seq, position: after.position, updatedAt: after.updatedAt };
  for (const name of ['quantity', 'reserved', 'unavailable', 'incoming', 'deleted', 'low'] as const) {
    if (before[name] !== after[name]) set[name] = after[name];
  }
  if (before.levels !== after.levels) setLevels(set, before.levels, after.levels);
  let described = false;
  for (const name of FIELD_NAMES) {
    if (before[name] === after[name]) continue;
    set[name] = after[name];
    described = true;
  }
  if (described) Object.assign(set, { terms: searchTerms(after), pairs: attributePairs(after.attributes) });
  return { q: { _id: after.id }, u: { $set: set } };
}

function setLevels(set: Record<string, unknown>, before: Levels, after: Levels): void {
  for (const [location, old, level] of after.changesSince(before)) {
    if (!old) set[`levels.${location}`] = level;
    else {
      for (const name of ['onHand', 'reserved', 'unavailable', 'incoming', 'countedAt'] as const) {
        if (old[name] !== level[name]) set[`levels.${location}.${name}`] = level[name];
      }
    }
  }
}
