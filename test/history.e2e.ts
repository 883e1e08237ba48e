import { createLog } from '@app/common';
import { LIMITS } from '@app/contracts';
import mongoose from 'mongoose';
import { ItemsMongo } from '../apps/inventory/src/items/items.mongo';
import { LedgerMongo } from '../apps/inventory/src/ledger/ledger.mongo';
import { LedgerService } from '../apps/inventory/src/ledger/ledger.service';
import { LedgerWriter } from '../apps/inventory/src/ledger/ledger.writer';
import { LocationRegistry } from '../apps/inventory/src/locations/location-registry.service';
import { LocationsMongo } from '../apps/inventory/src/locations/locations.mongo';
import { OrdersMongo } from '../apps/inventory/src/orders/orders.mongo';
import { HoldRegistry } from '../apps/inventory/src/reservations/hold-registry.service';
import { MovementsService } from '../apps/inventory/src/stock/movements.service';
import { testDatabase, type TestDatabase } from './support/databases';

const ITEM = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);
/** Every tenth event is of another item. */
const EVENTS = 100_000;
const HEAD = EVENTS + Math.floor(EVENTS / 9);
const PAGE = 50;
/** Beside the page itself: what finds the place in the item's own numbers, for both ends of the range. */
const LOOKS = 2 * (Math.ceil(Math.log2(EVENTS)) + 2);

describe('the history of an item with 100,000 events', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let ledger: LedgerService;
  let movements: MovementsService;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    const repository = new LedgerMongo(connection);
    // The indexes after the events, which is faster.
    await makeEvents();
    await repository.open();
    ledger = new LedgerService(repository);
    ledger.begin('epoch', HEAD);
    const options = { address: 'nobody', queue: 1, states: 1, log: createLog('test', 'silent'), leads: () => true };
    const locations = new LocationRegistry(new LocationsMongo(connection));
    const orders = new OrdersMongo(connection);
    const holds = new HoldRegistry(orders, 1);
    const items = new ItemsMongo(connection);
    const writer = new LedgerWriter(repository, items, ledger, locations, orders, holds, options);
    movements = new MovementsService(writer, ledger, repository);
    await connection.db?.command({ profile: 2 });
  }, 60_000);

  afterAll(async () => {
    await connection.db?.command({ profile: 0 });
    await connection.close();
    await database.drop();
  });

  /** By the server itself: a hundred thousand documents through the driver would take longer than all of the rest. */
  async function makeEvents(): Promise<void> {
    const others = { $floor: { $divide: ['$n', 10] } };
    const other = { $eq: [{ $mod: ['$n', 10] }, 0] };
    const event = {
      _id: '$n',
      type: 'stock.received',
      itemId: { $cond: [other, OTHER, ITEM] },
      seq: { $toInt: { $cond: [other, others, { $subtract: ['$n', others] }] } },
      at: { $dateToString: { date: { $toDate: { $multiply: ['$n', { $toLong: 1_000 }] } } } },
      operationId: 'o',
      name: 'heart',
      change: { $literal: { onHand: 1, reserved: 0, unavailable: 0, incoming: 0 } },
    };
    const numbers = [{ $documents: [{ n: { $range: [1, HEAD + 1] } }] }, { $unwind: '$n' }];
    await connection.db?.aggregate([...numbers, { $project: event }, { $out: 'ledger' }]).toArray();
  }

  /** Documents that the server looked at for what `ask` asked. */
  async function examined<Answer>(ask: () => Promise<Answer>): Promise<[Answer, number]> {
    const profile = connection.db!.collection<{ docsExamined?: number; keysExamined?: number }>('system.profile');
    const ours = { ns: /\.ledger$/, op: 'query' };
    const before = await profile.countDocuments(ours);
    const answer = await ask();
    const queries = await profile.find(ours).sort({ $natural: 1 }).skip(before).toArray();
    expect(queries.length).toBeGreaterThan(0);
    return [
      answer,
      queries.reduce((sum, { docsExamined = 0, keysExamined = 0 }) => sum + Math.max(docsExamined, keysExamined), 0),
    ];
  }

  const seqs = (events: readonly { seq: number }[]): number[] => events.map(({ seq }) => seq);
  const cursorAt = (position: number): string => Buffer.from(String(position)).toString('base64url');

  it('costs no more in the middle than at its ends', async () => {
    for (const order of ['desc', 'asc'] as const) {
      for (const position of [undefined, 9, 60_001, 60_000, HEAD - 100]) {
        const cursor = position === undefined ? {} : { cursor: cursorAt(position) };
        const [page, cost] = await examined(() => movements.list({ itemId: ITEM, order, limit: PAGE, ...cursor }));
        const before = position === undefined ? (order === 'desc' ? HEAD + 1 : 0) : position;
        const wanted = Array.from({ length: HEAD }, (_, i) => (order === 'desc' ? before - 1 - i : before + 1 + i))
          .filter((n) => n > 0 && n <= HEAD && n % 10 > 0)
          .slice(0, PAGE);
        expect(page.events.map((event) => event.position)).toEqual(wanted);
        expect(cost).toBeLessThanOrEqual(PAGE + 1 + LOOKS);
      }
    }
  });

  it('is walked to its end without a hole, each page with the cursor of the one before', async () => {
    const seen: number[] = [];
    let [cursor, pages]: [string | null, number] = [cursorAt(1_000), 0];
    while (cursor !== null) {
      const page = await movements.list({ itemId: ITEM, limit: LIMITS.pageSize, cursor });
      seen.push(...seqs(page.events));
      cursor = page.page.nextCursor;
      pages++;
    }
    expect(seen).toEqual(Array.from({ length: 900 }, (_, i) => 900 - i));
    expect(pages).toBe(5);
  });

  it('is bounded by time at no more cost', async () => {
    const time = (position: number): string => new Date(position * 1_000).toISOString();
    const [page, cost] = await examined(() =>
      movements.list({ itemId: ITEM, order: 'asc', from: time(50_001), to: time(50_021), limit: PAGE }),
    );
    expect(page.events.map(({ position }) => position)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((n) => 50_000 + n),
    );
    // Each of the two times is looked for among all events.
    expect(cost).toBeLessThanOrEqual(PAGE + LOOKS + 2 * Math.ceil(Math.log2(HEAD)) + 2);
  });

  it('is followed from anywhere at no more cost', async () => {
    for (const after of [0, 60_000, 60_005, HEAD - 100]) {
      const [page, cost] = await examined(() => ledger.read({ after, itemId: ITEM, limit: PAGE }));
      expect(page.events[0]?.position).toBe(after + 1);
      expect(page.events).toHaveLength(PAGE);
      expect(cost).toBeLessThanOrEqual(PAGE + LOOKS);
    }
    expect((await ledger.read({ after: HEAD - 1, itemId: OTHER })).events).toEqual([]);
  });
});
