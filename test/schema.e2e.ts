import { ConfigError, createLog, openSchema, SCHEMA, type Migration } from '@app/common';
import mongoose, { type mongo } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIGRATIONS } from '../apps/inventory/src/migrations.mongo';
import { testDatabase, type TestDatabase } from './support/databases';
import { startApp, startStack } from './support/stack';

interface Schema {
  _id: string;
  version: number;
  migrating?: string;
  until?: Date;
}

const log = createLog('test', 'silent');

describe('the version of what is stored', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let meta: mongo.Collection<Schema>;
  let runs: number[];

  beforeEach(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    meta = connection.collection<Schema>('meta');
    runs = [];
  });

  afterEach(async () => {
    await connection.close();
    await database.drop();
  });

  const app = { get: (): mongoose.Connection => connection };
  const migrations: Migration[] = [2, 3].map((to) => ({
    to,
    about: `to ${to}`,
    run: async () => {
      await sleep(50);
      runs.push(to);
    },
  }));
  const open = (more: object = { migrations }): Promise<void> => openSchema(app, { log, known: 3, ...more });

  it('is the newest in a new database', async () => {
    await open();
    expect([await meta.findOne({ _id: 'schema' }), runs]).toEqual([{ _id: 'schema', version: 3 }, []]);
  });

  it('is brought up step by step, by one process, while the others wait', async () => {
    await connection.collection<{ _id: number }>('ledger').insertOne({ _id: 1 });
    await Promise.all([open(), open(), open()]);
    expect([await meta.findOne({ _id: 'schema' }), runs]).toEqual([{ _id: 'schema', version: 3 }, [2, 3]]);
  });

  it('is waited for by those who do not migrate', async () => {
    await meta.insertOne({ _id: 'schema', version: 2 });
    let ready = false;
    const waiting = open({}).then(() => (ready = true));
    await sleep(400);
    expect(ready).toBe(false);
    await open();
    await waiting;
    expect(runs).toEqual([3]);
  });

  it('is brought up by another one when the first was killed at it, or has failed', async () => {
    await meta.insertOne({ _id: 'schema', version: 2, migrating: 'dead', until: new Date(Date.now() + 400) });
    await open();
    expect(runs).toEqual([3]);
    await meta.updateOne({ _id: 'schema' }, { $set: { version: 2 } });
    const broken: Migration[] = [{ to: 3, about: 'broken', run: () => Promise.reject(new Error('no')) }];
    await expect(open({ migrations: broken })).rejects.toThrow('no');
    expect(await meta.findOne({ _id: 'schema' })).toMatchObject({ version: 2 });
  });

  it('has a migration for each step', () => {
    const steps = Array.from({ length: SCHEMA - 1 }, (_, at) => at + 2);
    expect(MIGRATIONS.map(({ to }) => to)).toEqual(steps);
  });

  it('is not looked at where a restore has not come to its end, but by the restore', async () => {
    await connection.collection<{ _id: string }>('meta').insertOne({ _id: 'restore' });
    await expect(open()).rejects.toThrow('the restore of this database has not come to its end');
    await open({ migrations, restores: true });
    expect(await meta.findOne({ _id: 'schema' })).toEqual({ _id: 'schema', version: 3 });
  });

  it('is refused by every app when a newer one has written it', async () => {
    await meta.insertOne({ _id: 'schema', version: 4 });
    await expect(open()).rejects.toThrow(ConfigError);
    const stack = await startStack({ apps: ['inventory'] });
    const other = await mongoose.createConnection(stack.mongoUri).asPromise();
    try {
      const schema = other.collection<Schema>('meta');
      expect((await schema.findOne({ _id: 'schema' }))?.version).toBe(SCHEMA);
      await schema.updateOne({ _id: 'schema' }, { $set: { version: SCHEMA + 1 } });
      for (const name of ['gateway', 'notification'] as const)
        await expect(startApp(name, stack.env)).rejects.toThrow('written by a newer Stockwire');
      await expect(stack.restart('inventory')).rejects.toThrow('written by a newer Stockwire');
    } finally {
      await other.close();
      await stack.stop();
    }
  });
});
