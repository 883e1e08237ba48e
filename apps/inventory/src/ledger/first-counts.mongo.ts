import { collection } from '@app/common';
import { type Connection, type mongo } from 'mongoose';
import { countsAmong, type Moment } from '../stock/counts';
import { entryOf, type EventDocument } from './event.mongo';

const MAJORITY = { readConcern: { level: 'majority' } } as const;
const INDEX = 'counts';
const COUNTED = 'stock.counted';
/** Counts of one millisecond that are looked at together. */
const PAGE = 100;
/** Events of the item before and after a count, with which it makes up for something if it does. */
const BESIDE = [-2, -1, 0, 1, 2];

type Found = Moment & { first: Pick<EventDocument, 'effectiveAt'>[] };

/** Finds counts by their own index. */
export class FirstCounts {
  private readonly ledger: mongo.Collection<EventDocument>;

  constructor(private readonly connection: Connection) {
    this.ledger = collection<EventDocument>(connection, 'ledger');
  }

  /** For each moment, when its place was first counted after it; undefined where it was not. */
  async after(moments: readonly Moment[]): Promise<(string | undefined)[]> {
    const [later, same] = await Promise.all([
      this.later(moments),
      Promise.all(moments.map((moment) => this.isCountedWithin(moment))),
    ]);
    return moments.map(({ effectiveAt }, at) => (same[at] ? effectiveAt : later[at]));
  }

  /** All in one question: each by itself would cost ten times the CPU here. What makes up for something has the time of a count. */
  private async later(moments: readonly Moment[]): Promise<(string | undefined)[]> {
    const here = (name: string, than: '$eq' | '$gt'): object => ({ [than]: [`$${name}`, `$$${name}`] });
    const after = { $and: [here('itemId', '$eq'), here('location', '$eq'), here('effectiveAt', '$gt')] };
    const first = {
      from: 'ledger',
      let: { itemId: '$itemId', location: '$location', effectiveAt: '$effectiveAt' },
      pipeline: [
        { $match: { type: COUNTED, $expr: after } },
        { $sort: { effectiveAt: 1 } },
        { $limit: 1 },
        { $project: { effectiveAt: 1 } },
      ],
      as: 'first',
    };
    const asked = moments.map(({ itemId, location, effectiveAt }) => ({ itemId, location, effectiveAt }));
    const { db } = this.connection;
    if (!db) throw new Error('not connected');
    const found = await db
      .aggregate<Found>([{ $documents: { $literal: asked } }, { $lookup: first }], MAJORITY)
      .toArray();
    return found.map(({ first: [count] }) => count?.effectiveAt);
  }

  /** Whether a place was counted in the same millisecond as what is to be taken back, and after it. */
  private async isCountedWithin({ itemId, location, effectiveAt, position }: Moment): Promise<boolean> {
    for (let after = position; after !== undefined;) {
      const filter = { type: COUNTED, itemId, location, effectiveAt, _id: { $gt: after } } as const;
      const options = { ...MAJORITY, hint: INDEX, sort: { _id: 1 }, limit: PAGE, batchSize: PAGE } as const;
      const counts = await this.ledger.find(filter, options).toArray();
      if (counts.length > 0 && (await this.isAnyACount(itemId, counts))) return true;
      after = counts.length === PAGE ? counts.at(-1)?._id : undefined;
    }
    return false;
  }

  private async isAnyACount(itemId: string, counts: readonly EventDocument[]): Promise<boolean> {
    const seq = { $in: counts.flatMap((count) => BESIDE.map((step) => count.seq + step)) };
    const beside = await this.ledger.find({ itemId, seq }, { ...MAJORITY, sort: { seq: 1 } }).toArray();
    const real = new Set(countsAmong(beside.map((event) => entryOf(event, '').event)).map(({ position }) => position));
    return counts.some(({ _id }) => real.has(_id));
  }
}
