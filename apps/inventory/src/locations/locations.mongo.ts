import { collection } from '@app/common';
import type { Location } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type Connection, type mongo } from 'mongoose';
import { MAIN } from '../items/item';
import { CommitFailure, type LocationBatch } from '../ledger/ledger.repository';
import { LocationsRepository, type LocationSet } from './locations.repository';

type LocationDocument = Omit<Location, 'code' | 'dryRun'> & { _id: string };
type MetaDocument = { _id: string; version: number };

const META = 'locations';
const MAJORITY = { readConcern: { level: 'majority' } } as const;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

@Injectable()
export class LocationsMongo extends LocationsRepository {
  private readonly locations: mongo.Collection<LocationDocument>;
  private readonly meta: mongo.Collection<MetaDocument>;

  constructor(@InjectConnection() connection: Connection) {
    super();
    this.locations = collection<LocationDocument>(connection, 'locations');
    this.meta = collection<MetaDocument>(connection, 'meta');
  }

  async open(): Promise<void> {
    const main = { name: 'Main', address: null, closed: false };
    await this.locations.updateOne({ _id: MAIN }, { $setOnInsert: main }, { upsert: true, ...DURABLE });
    await this.meta.updateOne({ _id: META }, { $setOnInsert: { version: 0 } }, { upsert: true, ...DURABLE });
  }

  async version(): Promise<number> {
    return (await this.meta.findOne({ _id: META }, MAJORITY))?.version ?? 0;
  }

  /** The version first and the locations after: they are at least that. */
  async all(): Promise<LocationSet> {
    const version = await this.version();
    const found = await this.locations.find({}, MAJORITY).toArray();
    return { version, locations: found.map(locationOf) };
  }

  async one(code: string): Promise<Location | undefined> {
    const found = await this.locations.findOne({ _id: code }, MAJORITY);
    return found ? locationOf(found) : undefined;
  }

  async page({ after, limit, closed }: { after: string; limit: number; closed: boolean }): Promise<Location[]> {
    const found = this.locations.find({ _id: { $gt: after }, closed }, { ...MAJORITY, sort: { _id: 1 }, limit });
    return (await found.toArray()).map(locationOf);
  }
}

function locationOf({ _id, name, address, closed }: LocationDocument): Location {
  return { code: _id, name, address, closed };
}

/** The part of a group's transaction that concerns locations. */
export class LocationsInTransaction {
  private readonly locations: mongo.Collection<LocationDocument>;
  private readonly meta: mongo.Collection<MetaDocument>;
  private readonly ledger: mongo.Collection<{ _id: number }>;

  constructor(connection: Connection) {
    this.locations = collection<LocationDocument>(connection, 'locations');
    this.meta = collection<MetaDocument>(connection, 'meta');
    this.ledger = collection<{ _id: number }>(connection, 'ledger');
  }

  /**
   * Writes what the group changes.
   * @throws CommitFailure `locations` when another writer has changed some since
   */
  async write({ changes, version, after }: LocationBatch, alone: boolean, session: mongo.ClientSession): Promise<void> {
    if (changes.length === 0) return;
    if (alone) {
      // Events keep every other writer's transaction away by their positions. Without events the next position is taken and
      // given back: nobody can move stock into a location while it is being closed.
      await this.ledger.insertOne({ _id: after + 1 }, { session });
      await this.ledger.deleteOne({ _id: after + 1 }, { session });
    }
    const counted = await this.meta.updateOne({ _id: META, version }, { $inc: { version: 1 } }, { session });
    if (counted.matchedCount === 0) throw changed();
    await this.locations.bulkWrite(changes.map(writeOf), { session });
  }

  /**
   * Why the group may not commit, if the locations are not those that it was decided on any more. Asked beside the transaction,
   * once that has its positions: a location that was closed before them shows here, and one that is being closed takes the
   * same position. Never rejects: the transaction has to come to rest before anything else is done with its session.
   */
  async outdated({ changes, version }: LocationBatch): Promise<Error | undefined> {
    if (changes.length > 0) return undefined;
    try {
      const found = await this.meta.findOne({ _id: META }, { readConcern: { level: 'local' } });
      return found?.version === version ? undefined : changed();
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

function changed(): CommitFailure {
  return new CommitFailure({ kind: 'locations' }, undefined);
}

function writeOf({ code, name, address, closed }: Location): mongo.AnyBulkWriteOperation<LocationDocument> {
  return { updateOne: { filter: { _id: code }, update: { $set: { name, address, closed } }, upsert: true } };
}
