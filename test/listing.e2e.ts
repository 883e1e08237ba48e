import mongoose from 'mongoose';
import { unborn } from '../apps/inventory/src/items/item';
import { ListingMongo } from '../apps/inventory/src/items/listing.mongo';
import type { ListingRow } from '../apps/inventory/src/items/listing.repository';
import { rowOf } from '../apps/inventory/src/items/listing.service';
import { testDatabase, type TestDatabase } from './support/databases';

const ITEM = 'a'.repeat(24);

function row(name: string, seq: number): ListingRow {
  return { ...rowOf(unborn(ITEM)), name, seq };
}

describe('the listing of two inventories, when one makes it anew', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let one: ListingMongo;
  let other: ListingMongo;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
  });

  beforeEach(async () => {
    await connection.dropDatabase();
    [one, other] = [new ListingMongo(connection), new ListingMongo(connection)];
    await one.open(0);
    await other.open(0);
  });

  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  async function rows(): Promise<ListingRow[]> {
    const found: ListingRow[] = [];
    for await (const listed of one.all()) found.push(listed);
    return found;
  }

  it('goes on where the one that got further was', async () => {
    await one.apply([{ seq: 1, row: row('first', 1) }], 10);
    await other.apply([], 5);
    expect(await new ListingMongo(connection).open(0)).toBe(10);
    expect(await rows()).toEqual([row('first', 1)]);
  });

  it('is begun from nothing, and the other does not move it on', async () => {
    await one.apply([{ seq: 1, row: row('wrong', 1) }], 10);
    expect(await one.open(1)).toBe(0);
    expect(await rows()).toEqual([]);
    await other.apply([], 10);
    expect(await new ListingMongo(connection).open(1)).toBe(0);
    await one.apply([], 3);
    expect(await new ListingMongo(connection).open(1)).toBe(3);
  });

  it('keeps nothing of what the other wrote from the former items, whichever of them is first', async () => {
    await one.open(1);
    await other.apply([{ seq: 7, row: row('wrong', 7) }], 10);
    await one.apply([{ seq: 7, row: row('right', 7) }], 10);
    expect(await rows()).toEqual([row('right', 7)]);
    await other.apply([{ seq: 8, row: row('wrong', 8) }], 11);
    expect(await rows()).toEqual([row('right', 7)]);
  });

  it('is not begun twice: the second finds what the first has written', async () => {
    await one.open(1);
    await one.apply([{ seq: 1, row: row('right', 1) }], 10);
    expect(await other.open(1)).toBe(10);
    expect(await rows()).toEqual([row('right', 1)]);
  });
});
