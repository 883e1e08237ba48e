import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, Schema, type Connection } from 'mongoose';
import type { Keyset, ListQuery, Page } from './paging';
import { ListingRepository, type ListingChange, type ListingRow } from './listing.repository';
import { readPage, type Listed } from './page.mongo';

/** A row with the generation of the items that it was made of. */
type ListingDocument = Listed & Omit<ListingRow, 'id'> & { generation: number };
type MetaDocument = { _id: string; position: number; generation: number };

const DUPLICATE = 11_000;

const ListingSchema = new Schema(
  { _id: String },
  { collection: 'listing', autoIndex: false, versionKey: false, strict: false },
)
  .index({ deleted: 1, name: 1, _id: 1 }, { name: 'by_name' })
  .index({ deleted: 1, sku: 1, _id: 1 }, { name: 'by_sku' })
  .index({ deleted: 1, createdAt: 1, _id: 1 }, { name: 'by_created' })
  .index({ deleted: 1, quantity: 1, _id: 1 }, { name: 'by_quantity' })
  .index({ deleted: 1, updatedAt: 1, _id: 1 }, { name: 'by_updated' })
  .index({ deleted: 1, low: 1, name: 1, _id: 1 }, { name: 'by_low' })
  .index({ deleted: 1, terms: 1 }, { name: 'by_term' });

@Injectable()
export class ListingMongo extends ListingRepository {
  private readonly listing: mongo.Collection<ListingDocument>;
  private readonly meta: mongo.Collection<MetaDocument>;
  private generation = 0;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.listing = collection<ListingDocument>(connection, 'listing');
    this.meta = collection<MetaDocument>(connection, 'meta');
  }

  async open(generation: number): Promise<number> {
    const model = this.connection.model('Listing', ListingSchema);
    await model.createCollection();
    await model.createIndexes();
    this.generation = generation;
    const found = await this.meta.findOne({ _id: 'listing' });
    if (found && found.generation >= generation) return found.position;
    const former = { generation: { $not: { $gte: generation } } };
    await this.listing.deleteMany(former);
    const begin = { $set: { generation, position: 0 } };
    await this.meta.updateOne({ _id: 'listing', ...former }, begin, { upsert: true }).catch(ignoreBegun);
    return 0;
  }

  async shown(generation: number): Promise<number> {
    const found = await this.meta.findOne({ _id: 'listing', generation: { $gte: generation } });
    return found?.position ?? 0;
  }

  async apply(changes: readonly ListingChange[], position: number): Promise<void> {
    const { generation } = this;
    const writes = changes.map((change) => writeOf(change, generation));
    if (writes.length > 0) await this.listing.bulkWrite(writes, { ordered: false });
    // After the rows: a crash in between applies them again, which changes nothing.
    await this.meta.updateOne({ _id: 'listing', generation }, { $max: { position } });
  }

  page(query: ListQuery, after: Keyset | undefined): Promise<Page> {
    return readPage(this.listing, query, after);
  }

  async *all(): AsyncIterable<ListingRow> {
    for await (const { _id, generation: _, ...row } of this.listing.find({}, { sort: { _id: 1 } })) {
      yield { id: _id, ...row };
    }
  }
}

/** Only ever forward: a row that is newer already (applied before a crash, or by a second process) keeps what it has. */
function writeOf(change: ListingChange, generation: number): mongo.AnyBulkWriteOperation<ListingDocument> {
  if ('row' in change) {
    const stored = [{ $ifNull: ['$generation', -1] }, { $ifNull: ['$seq', 0] }];
    const older = { $gt: [[generation, change.seq], stored] };
    // A literal, since a client's text may begin with `$`, which would make it an expression.
    const row = { $literal: documentOf(change.row, generation) };
    const update = [{ $replaceWith: { $cond: [older, row, '$$ROOT'] } }];
    return { updateOne: { filter: { _id: change.row.id }, update, upsert: true } };
  }
  // Figures are the ledger's own, and the same in every generation.
  const older = { $gt: [change.seq, '$seq'] };
  const { id, seq, quantity, available, updatedAt, locations } = change;
  const set = { seq, quantity, available, updatedAt, locations: { $setUnion: ['$locations', locations] } };
  const guarded = Object.fromEntries(
    Object.entries(set).map(([key, value]) => [key, { $cond: [older, value, `$${key}`] }]),
  );
  // The reorder level is the row's own: a movement does not tell it.
  const low = { $lte: ['$available', '$reorderLevel'] };
  return { updateOne: { filter: { _id: id }, update: [{ $set: guarded }, { $set: { low } }] } };
}

function documentOf({ id, ...row }: ListingRow, generation: number): ListingDocument {
  return { _id: id, ...row, generation };
}

/** Another inventory has begun this generation a moment before. */
function ignoreBegun(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError && error.code === DUPLICATE)) throw error;
}
