import { collection } from '@app/common';
import type { Change } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import type { Fact, Sums } from './checkpoint';
import { FactsRepository } from './facts.repository';

type FactDocument = Omit<Fact, 'position' | 'location'> & { _id: number; itemId: string; location?: string };

const MAX_TIME_MS = 3_000;
const MAJORITY = { readConcern: { level: 'majority' }, maxTimeMS: MAX_TIME_MS } as const;
const FACT = { seq: 1, at: 1, effectiveAt: 1, location: 1, change: 1, hash: 1 } as const;
const FIGURES = ['onHand', 'reserved', 'unavailable', 'incoming'] as const;
const INDEX = 'item_seq';
/** Decoded in one go: more would hold up the writer. */
const BATCH = 200;

@Injectable()
export class FactsMongo extends FactsRepository {
  private readonly ledger: mongo.Collection<FactDocument>;

  constructor(@InjectConnection() connection: Connection) {
    super();
    this.ledger = collection<FactDocument>(connection, 'ledger');
  }

  async last(itemId: string): Promise<Pick<Fact, 'seq' | 'at' | 'position'> | undefined> {
    const options = { ...MAJORITY, projection: { seq: 1, at: 1 }, sort: { seq: -1 }, hint: INDEX } as const;
    const found = await this.ledger.findOne({ itemId }, options);
    return found ? { seq: found.seq, at: found.at, position: found._id } : undefined;
  }

  async recordedAt(itemId: string, seqs: readonly number[]): Promise<Map<number, string>> {
    const options = { ...MAJORITY, projection: { seq: 1, at: 1 }, hint: INDEX } as const;
    const found = await this.ledger.find({ itemId, seq: { $in: [...seqs] } }, options).toArray();
    return new Map(found.map(({ seq, at }) => [seq, at]));
  }

  async range(itemId: string, after: number, upTo: number): Promise<Fact[]> {
    const seq = { $gt: after, $lte: upTo };
    const options = { ...MAJORITY, projection: FACT, sort: { seq: 1 }, hint: INDEX, batchSize: BATCH } as const;
    return (await this.ledger.find({ itemId, seq }, options).toArray()).map(factOf);
  }

  async *offTime(itemId: string, after: number, upTo: number): AsyncIterable<Fact> {
    const filter = { itemId, seq: { $gt: after, $lte: upTo }, $expr: { $ne: ['$at', '$effectiveAt'] } };
    const sort = { effectiveAt: 1, seq: 1 } as const;
    const options = { projection: FACT, sort, hint: INDEX, batchSize: BATCH, allowDiskUse: true } as const;
    for await (const found of this.ledger.find(filter, { ...options, readConcern: MAJORITY.readConcern })) {
      yield factOf(found);
    }
  }

  async sums(itemId: string, upTo: number, time?: string): Promise<Sums> {
    const happened = time !== undefined && { effectiveAt: { $lte: time } };
    const location = { $exists: true };
    const pipeline = [
      { $match: { itemId, seq: { $lte: upTo }, location, ...happened } },
      {
        $group: { _id: '$location', ...Object.fromEntries(FIGURES.map((name) => [name, { $sum: `$change.${name}` }])) },
      },
    ];
    const found = await this.ledger
      .aggregate<Change & { _id: string }>(pipeline, { ...MAJORITY, hint: INDEX })
      .toArray();
    return new Map(found.map(({ _id, ...change }) => [_id, change]));
  }
}

function factOf({ _id, seq, at, effectiveAt, location, change, hash }: FactDocument): Fact {
  return { seq, position: _id, at, effectiveAt, location: location ?? null, change, hash };
}
