import { createLog } from '@app/common';
import mongoose, { type mongo } from 'mongoose';
import { ItemsMongo } from '../apps/inventory/src/items/items.mongo';
import { LedgerMongo } from '../apps/inventory/src/ledger/ledger.mongo';
import { LedgerService } from '../apps/inventory/src/ledger/ledger.service';
import { LedgerWriter } from '../apps/inventory/src/ledger/ledger.writer';
import { LocationRegistry } from '../apps/inventory/src/locations/location-registry.service';
import { LocationsMongo } from '../apps/inventory/src/locations/locations.mongo';
import { OrdersMongo } from '../apps/inventory/src/orders/orders.mongo';
import { HoldRegistry } from '../apps/inventory/src/reservations/hold-registry.service';
import { testDatabase, type TestDatabase } from './support/databases';

const ADDRESS = 'here:1';
const FIGURES = { quantity: 1, reserved: 0, unavailable: 0, incoming: 0, seq: 1, position: 1 };
/** MongoDB itself would end the transaction after 60 s. */
const SOON_MS = 5_000;

describe('a transaction that a killed inventory has left open', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let left: mongo.ClientSession;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    const writer = newWriter('there:1');
    await writer.start();
    await writer.stop();
  });

  afterEach(() => left.endSession());

  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  function newWriter(address: string): LedgerWriter {
    const repository = new LedgerMongo(connection);
    const options = { address, queue: 1, states: 1, log: createLog('test', 'silent'), leads: () => true };
    const locations = new LocationRegistry(new LocationsMongo(connection));
    const orders = new OrdersMongo(connection);
    const holds = new HoldRegistry(orders, 1);
    const items = new ItemsMongo(connection);
    return new LedgerWriter(repository, items, new LedgerService(repository), locations, orders, holds, options);
  }

  async function leave(): Promise<void> {
    left = await connection.startSession();
    left.startTransaction();
    const items = connection.collection<{ _id: string }>('items');
    await items.updateOne({ _id: 'a' }, { $set: FIGURES }, { session: left, upsert: true });
  }

  it(
    'does not hold up one that starts elsewhere',
    async () => {
      await leave();
      const writer = newWriter('elsewhere:1');
      await writer.start();
      await writer.stop();
      await left.commitTransaction();
    },
    SOON_MS,
  );

  it(
    'is ended by the one that starts at the same address, before that needs a lock',
    async () => {
      // As an older version has left it: to alter it takes a lock on the collection.
      await connection.db?.command({ collMod: 'items', validator: {} });
      await leave();
      const meta = connection.collection<{ _id: string; session: unknown }>('meta');
      await meta.insertOne({ _id: `writer:${ADDRESS}`, session: (left.id as { id: unknown }).id });
      const writer = newWriter(ADDRESS);
      await writer.start();
      await writer.stop();
      await expect(left.commitTransaction()).rejects.toThrow('has been aborted');
    },
    SOON_MS,
  );
});
