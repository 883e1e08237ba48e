import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Schema, type Connection, type mongo } from 'mongoose';
import type { Keyset, ListQuery, Page } from './paging';
import { ListingRepository, type ListingChange, type ListingRow } from './listing.repository';
import { readPage, type Listed } from './page.mongo';

type ListingDocument = Listed & Omit<ListingRow, 'id'>;
type MetaDocument = { _id: string; position: number };

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

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.listing = collection<ListingDocument>(connection, 'listing');
    this.meta = collection<MetaDocument>(connection, 'meta');
  }

  async open(): Promise<number> {
    const model = this.connection.model('Listing', ListingSchema);
    await model.createCollection();
    await model.createIndexes();
    return (await this.meta.findOne({ _id: 'listing' }))?.position ?? 0;
  }

  async apply(changes: readonly ListingChange[], position: number): Promise<void> {
    if (changes.length > 0) await this.listing.bulkWrite(changes.map(writeOf), { ordered: false });
    // After the rows: a crash in between applies them again, which changes nothing.
    await this.meta.updateOne({ _id: 'listing' }, { $max: { position } }, { upsert: true });
  }

  async clear(): Promise<void> {
    await this.meta.deleteOne({ _id: 'listing' });
    await this.listing.deleteMany({});
  }

  page(query: ListQuery, after: Keyset | undefined): Promise<Page> {
    return readPage(this.listing, query, after);
  }

  async *all(): AsyncIterable<ListingRow> {
    for await (const { _id, ...row } of this.listing.find({}, { sort: { _id: 1 } })) {
      yield { id: _id, ...row };
    }
  }
}

/** Only ever forward: a row that is newer already (applied before a crash, or by a second process) keeps what it has. */
function writeOf(change: ListingChange): mongo.AnyBulkWriteOperation<ListingDocument> {
  const older = { $gt: [change.seq, { $ifNull: ['$seq', 0] }] };
  if ('row' in change) {
    // A literal, since a client's text may begin with `$`, which would make it an expression.
    const row = { $literal: documentOf(change.row) };
    const update = [{ $replaceWith: { $cond: [older, row, '$$ROOT'] } }];
    return { updateOne: { filter: { _id: change.row.id }, update, upsert: true } };
  }
  const { id, seq, quantity, available, updatedAt, locations } = change;
  const set = { seq, quantity, available, updatedAt, locations: { $setUnion: ['$locations', locations] } };
  const guarded = Object.fromEntries(
    Object.entries(set).map(([key, value]) => [key, { $cond: [older, value, `$${key}`] }]),
  );
  // The reorder level is the row's own: a movement does not tell it.
  const low = { $lte: ['$available', '$reorderLevel'] };
  return { updateOne: { filter: { _id: id }, update: [{ $set: guarded }, { $set: { low } }] } };
}

function documentOf({ id, ...row }: ListingRow): ListingDocument {
  return { _id: id, ...row };
}
