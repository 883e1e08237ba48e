import { collection } from '@app/common';
import type { Change } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Schema, type Connection, type mongo } from 'mongoose';
import type { Checkpoint, Run, RunPage, Sums } from './checkpoint';
import { CheckpointsRepository } from './checkpoints.repository';

/** Figures as they lie at rest: names would be most of the bytes. */
type Figures = [onHand: number, reserved: number, unavailable: number, incoming: number];
type StoredSums = [location: string, ...Figures][];
type CheckpointDocument = Omit<Checkpoint, 'levels' | 'onTime'> & {
  _id: string;
  levels: StoredSums;
  onTime: StoredSums;
};
type PageDocument = Omit<RunPage, 'base' | 'facts'> & {
  _id: string;
  base: StoredSums;
  facts: [effectiveAt: string, location: string | null, ...Figures][];
};

/** What a power cut takes away is made again; the log keeps the order, so that no checkpoint outlives its runs. */
const LOSABLE = { writeConcern: { w: 1, j: false } } as const;

const plain = { autoIndex: false, versionKey: false, strict: false } as const;
const CheckpointSchema = new Schema({ _id: String }, { ...plain, collection: 'checkpoints' }).index(
  { itemId: 1, block: -1 },
  { name: 'item_block' },
);
const PageSchema = new Schema({ _id: String }, { ...plain, collection: 'checkpoint_runs' }).index(
  { itemId: 1, level: 1, index: 1, from: -1, page: -1 },
  { name: 'item_run_from' },
);

@Injectable()
export class CheckpointsMongo extends CheckpointsRepository {
  private readonly checkpoints: mongo.Collection<CheckpointDocument>;
  private readonly pages: mongo.Collection<PageDocument>;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.checkpoints = collection<CheckpointDocument>(connection, 'checkpoints');
    this.pages = collection<PageDocument>(connection, 'checkpoint_runs');
  }

  async open(): Promise<void> {
    const models = [
      this.connection.model('Checkpoint', CheckpointSchema),
      this.connection.model('CheckpointRun', PageSchema),
    ];
    for (const model of models) {
      await model.createCollection();
      await model.createIndexes();
    }
  }

  async at(itemId: string, block: number): Promise<Checkpoint | undefined> {
    const found = await this.checkpoints.findOne({ _id: idOf(itemId, block) });
    return found ? checkpointOf(found) : undefined;
  }

  async latest(itemId: string, upTo: number): Promise<Checkpoint | undefined> {
    const found = await this.checkpoints.findOne({ itemId, block: { $lte: upTo } }, { sort: { block: -1 } });
    return found ? checkpointOf(found) : undefined;
  }

  async keep(checkpoints: readonly Checkpoint[]): Promise<void> {
    const writes = checkpoints.map(({ levels, onTime, ...rest }) => {
      const replacement = { ...rest, levels: stored(levels), onTime: stored(onTime) };
      return { replaceOne: { filter: { _id: idOf(rest.itemId, rest.block) }, replacement, upsert: true } };
    });
    // In order: an earlier one is never missing where a later one is.
    await this.checkpoints.bulkWrite(writes, { ordered: true, ...LOSABLE });
  }

  async keepPages(pages: readonly RunPage[]): Promise<void> {
    if (pages.length === 0) return;
    const writes = pages.map(({ base, facts, ...rest }) => {
      const { itemId, level, index, page } = rest;
      const replacement = {
        ...rest,
        base: stored(base),
        facts: facts.map(({ effectiveAt, location, change }): PageDocument['facts'][number] => [
          effectiveAt,
          location,
          ...figuresOf(change),
        ]),
      };
      return { replaceOne: { filter: { _id: idOf(itemId, level, index, page) }, replacement, upsert: true } };
    });
    await this.pages.bulkWrite(writes, { ordered: false, ...LOSABLE });
  }

  async pageAt(itemId: string, { level, index }: Run, time: string): Promise<RunPage | undefined> {
    const filter = { itemId, level, index, from: { $lte: time } };
    const found = await this.pages.findOne(filter, { sort: { from: -1, page: -1 } });
    return found ? pageOf(found) : undefined;
  }

  async forget(itemId?: string): Promise<void> {
    const filter = itemId === undefined ? {} : { itemId };
    // The checkpoints first: they say that the runs are there.
    await this.checkpoints.deleteMany(filter);
    await this.pages.deleteMany(filter);
  }
}

function idOf(...parts: (string | number)[]): string {
  return parts.join(':');
}

function figuresOf({ onHand, reserved, unavailable, incoming }: Change): Figures {
  return [onHand, reserved, unavailable, incoming];
}

function changeOf([onHand, reserved, unavailable, incoming]: Figures): Change {
  return { onHand, reserved, unavailable, incoming };
}

function stored(sums: Sums): StoredSums {
  return [...sums].map(([location, change]) => [location, ...figuresOf(change)]);
}

function sumsOf(all: StoredSums): Sums {
  return new Map(all.map(([location, ...figures]) => [location, changeOf(figures)]));
}

function checkpointOf({ itemId, block, position, hash, levels, onTime, offTime }: CheckpointDocument): Checkpoint {
  return { itemId, block, position, hash, levels: sumsOf(levels), onTime: sumsOf(onTime), offTime };
}

function pageOf({ itemId, level, index, page, from, base, facts }: PageDocument): RunPage {
  const shown = facts.map(([effectiveAt, location, ...figures]) => ({
    effectiveAt,
    location,
    change: changeOf(figures),
  }));
  return { itemId, level, index, page, from, base: sumsOf(base), facts: shown };
}
