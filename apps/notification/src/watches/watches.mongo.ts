import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, Schema, type Connection } from 'mongoose';
import type { WatchState } from './watch';
import { WatchesRepository, type Told, type Watches } from './watches.repository';

interface WatchesDocument {
  _id: string;
  version: number;
  changedAt: Date;
  byItem: Record<string, WatchState>;
}

const WATCHES = 'watches';
const DUPLICATE = 11_000;
/** Times of the server are in order only as far as its writes are; what is read twice is known by its version. */
const OVERLAP_MS = 5_000;
const MAJORITY = { readConcern: { level: 'majority' } } as const;

const WatchesSchema = new Schema(
  { _id: String, version: Number, changedAt: Date },
  { collection: WATCHES, autoIndex: false, versionKey: false, strict: false },
).index({ changedAt: 1 }, { name: 'by_change' });

@Injectable()
export class WatchesMongo extends WatchesRepository {
  private readonly watches: mongo.Collection<WatchesDocument>;
  private seen: Date | undefined;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.watches = collection<WatchesDocument>(connection, WATCHES);
  }

  async open(): Promise<void> {
    const model = this.connection.models.Watches ?? this.connection.model('Watches', WatchesSchema);
    await model.createCollection();
    await model.createIndexes();
  }

  async of(caller: string): Promise<Watches | undefined> {
    const found = await this.watches.findOne({ _id: caller }, MAJORITY);
    return found ? watchesOf(found) : undefined;
  }

  async set(caller: string, itemId: string, state: WatchState, most: number): Promise<Watches | undefined> {
    const path = `byItem.${itemId}`;
    const count = { $size: { $objectToArray: '$byItem' } };
    const room = [{ [path]: { $exists: true } }, { $expr: { $lt: [count, most] } }];
    const change = (): Promise<Watches | undefined> =>
      this.change({ _id: caller, $or: room }, { $set: { [path]: state } });
    const changed = await change();
    if (changed) return changed;
    // Either there is no room, or no document yet.
    await this.begin(caller);
    return change();
  }

  remove(caller: string, itemId: string): Promise<Watches | undefined> {
    const path = `byItem.${itemId}`;
    return this.change({ _id: caller, [path]: { $exists: true } }, { $unset: { [path]: true } });
  }

  async save(told: readonly Told[]): Promise<void> {
    const writes = told.map(({ caller, itemId, state }) => {
      const path = `byItem.${itemId}`;
      const { epoch, position } = state;
      const older = [{ [`${path}.epoch`]: { $ne: epoch } }, { [`${path}.position`]: { $lt: position } }];
      const filter = { _id: caller, [`${path}.key`]: state.key, $or: older };
      return { updateOne: { filter, update: { $set: { [path]: state } } } };
    });
    await this.watches.bulkWrite(writes, { ordered: false });
  }

  async changed(): Promise<{ caller: string; version: number }[]> {
    const projection = { version: 1, changedAt: 1 } as const;
    const sort = { changedAt: -1 } as const;
    if (!this.seen) {
      const newest = await this.watches.findOne({}, { ...MAJORITY, sort, projection });
      this.seen = newest?.changedAt ?? new Date(0);
      return [];
    }
    const since = { changedAt: { $gte: new Date(this.seen.getTime() - OVERLAP_MS) } };
    const found = await this.watches.find(since, { ...MAJORITY, sort, projection }).toArray();
    this.seen = found[0]?.changedAt ?? this.seen;
    return found.map(({ _id, version }) => ({ caller: _id, version }));
  }

  /** On its own, since the database allows no expression in the filter of an upsert. */
  private async begin(caller: string): Promise<void> {
    const blank = { $setOnInsert: { version: 0, byItem: {}, changedAt: new Date(0) } } as const;
    await this.watches.updateOne({ _id: caller }, blank, { upsert: true }).catch(ignoreDuplicate);
  }

  private async change(filter: mongo.Filter<WatchesDocument>, update: mongo.Document): Promise<Watches | undefined> {
    const whole = { ...update, $inc: { version: 1 }, $currentDate: { changedAt: true } } as const;
    const options = { returnDocument: 'after', writeConcern: { w: 'majority', j: true } } as const;
    const found = await this.watches.findOneAndUpdate(filter, whole, options);
    return found ? watchesOf(found) : undefined;
  }
}

function watchesOf({ _id, version, byItem }: WatchesDocument): Watches {
  return { caller: _id, version, byItem: new Map(Object.entries(byItem)) };
}

/** Another process has begun the same document a moment before. */
function ignoreDuplicate(error: unknown): void {
  if (!(error instanceof mongo.MongoServerError && error.code === DUPLICATE)) throw error;
}
