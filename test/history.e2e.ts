import {
  EVENT_TYPES,
  LIMITS,
  type EventType,
  type LedgerEvent,
  type ListMovements,
  type PageBothWays,
} from '@app/contracts';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { boundCursor } from '../apps/inventory/src/ledger/bound-cursor';
import { documentOf } from '../apps/inventory/src/ledger/event.mongo';
import { textOf } from '../apps/inventory/src/ledger/event-text';
import { LedgerMongo } from '../apps/inventory/src/ledger/ledger.mongo';
import { LedgerService } from '../apps/inventory/src/ledger/ledger.service';
import { HistoryService } from '../apps/inventory/src/stock/history.service';
import { testDatabase, type TestDatabase } from './support/databases';

const ITEM = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);
/** Every tenth event is of another item. */
const EVENTS = 100_000;
const HEAD = EVENTS + Math.floor(EVENTS / 9);
const PAGE = 50;
/** Beside the page itself: what finds the place in the item's own numbers beside an event of it, for both ends of the range. */
const LOOKS = 2 * (Math.ceil(Math.log2(EVENTS)) + 2);
/** A search among all of them: three steps. */
const SEARCH = 3 * 63;

describe('the history of an item with 100,000 events', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let ledger: LedgerService;
  let history: HistoryService;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    const repository = new LedgerMongo(connection);
    // The indexes after the events, which is faster.
    await makeEvents();
    await repository.open();
    ledger = new LedgerService(repository);
    ledger.begin('epoch', HEAD);
    history = new HistoryService(ledger, repository);
    await connection.db?.command({ profile: 2 });
  });

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
  const cursorAt = (position: number, order = 'desc'): string =>
    boundCursor({ itemId: ITEM, order, epoch: 'epoch' }, ['next', position]);

  it('costs no more in the middle than at its ends', async () => {
    for (const order of ['desc', 'asc'] as const) {
      for (const position of [undefined, 9, 60_001, 60_000, HEAD - 100]) {
        const cursor = position === undefined ? {} : { cursor: cursorAt(position, order) };
        const [page, cost] = await examined(() => history.list({ itemId: ITEM, order, limit: PAGE, ...cursor }));
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
      const page = await history.list({ itemId: ITEM, limit: LIMITS.pageSize, cursor });
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
      history.list({ itemId: ITEM, order: 'asc', from: time(50_001), to: time(50_021), limit: PAGE }),
    );
    expect(page.events.map(({ position }) => position)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((n) => 50_000 + n),
    );
    // Each of the two times is looked for among all events, and then its place among those of the item.
    expect(cost).toBeLessThanOrEqual(PAGE + LOOKS + 4 * SEARCH);
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

describe('the history as a book', () => {
  let database: TestDatabase;
  let connection: mongoose.Connection;
  let ledger: LedgerService;
  let history: HistoryService;
  const events: LedgerEvent[] = [];
  let seed = 7;
  const one = <Value>(values: readonly Value[]): Value => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return values[Math.floor((seed / 2_147_483_648) * values.length)] as Value;
  };

  beforeAll(async () => {
    database = await testDatabase();
    connection = await mongoose.createConnection(database.mongoUri).asPromise();
    const repository = new LedgerMongo(connection);
    await repository.open();
    ledger = new LedgerService(repository);
    ledger.begin('epoch', 0);
    history = new HistoryService(ledger, repository);
    await write(300);
  });

  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  const ITEMS = ['a', 'b', 'c'].map((letter) => letter.repeat(24));
  const TYPES: EventType[] = [
    ...EVENT_TYPES.filter((type) => type.startsWith('stock.')),
    'item.created',
    'item.updated',
  ];
  const timeAt = (position: number): string =>
    new Date(1_700_000_000_000 + Math.floor(position / 3) * 1_000).toISOString();

  function made(position: number): LedgerEvent {
    const itemId = one(ITEMS);
    const totals = { quantity: 0, reserved: 0, unavailable: 0, available: 0, incoming: 0 };
    return {
      position,
      epoch: 'epoch',
      type: one(TYPES),
      itemId,
      sku: null,
      name: 'heart',
      seq: 1 + events.filter((event) => event.itemId === itemId).length,
      // Several of one millisecond.
      at: timeAt(position),
      effectiveAt: timeAt(position),
      actor: { kind: 'user', id: one(['u1', 'u2']), name: one(['ana', 'ben']) },
      operationId: String(position),
      reason: one(['sale', null]),
      reference: one(['R-1', 'R-2', null]),
      note: null,
      location: one(['main', 'shop', null]),
      change: { onHand: one([0, 1, -1]), reserved: 0, unavailable: 0, incoming: 0 },
      before: totals,
      after: totals,
      level: null,
      unitCost: null,
      category: null,
      links: {},
      fields: null,
    };
  }

  async function write(count: number): Promise<void> {
    const before = events.length;
    for (let at = 1; at <= count; at++) events.push(made(before + at));
    const documents = events.slice(before).map((event) => documentOf({ event, hash: '' }));
    await connection.db
      ?.collection<{ _id: number }>('ledger')
      .insertMany(documents, { writeConcern: { w: 'majority' } });
    ledger.append(events.slice(before).map((event) => textOf(event)));
  }

  /** What a filter says, in plain words. */
  function matching(filter: ListMovements): number[] {
    const { itemId, type, location, actor, reason, reference, from = '', to = '~' } = filter;
    const types =
      type === 'transfer'
        ? ['stock.transferred_out', 'stock.transferred_in']
        : [type === 'issue' ? 'stock.issued' : type];
    const found = events.filter(
      (event) =>
        (event.type.startsWith('stock.') || event.change.onHand !== 0) &&
        (itemId === undefined || event.itemId === itemId) &&
        (type === undefined || types.includes(event.type)) &&
        (location === undefined || event.location === location) &&
        (actor === undefined || event.actor.id === actor || event.actor.name === actor) &&
        (reason === undefined || event.reason === reason) &&
        (reference === undefined || event.reference === reference) &&
        event.at >= from &&
        event.at < to,
    );
    const positions = found.map(({ position }) => position);
    return filter.order === 'asc' ? positions : positions.toReversed();
  }

  interface Turned {
    positions: number[];
    page: PageBothWays;
  }

  async function page(query: ListMovements): Promise<Turned> {
    const { events: found, page: at } = await history.list(query);
    return { positions: found.map(({ position }) => position), page: at };
  }

  const some = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
    fc.option(value, { nil: undefined, freq: 2 });
  const times = fc.integer({ min: -3, max: 330 }).map(timeAt);
  const filters = fc
    .record({
      itemId: some(fc.constantFrom(...ITEMS)),
      type: some(fc.constantFrom('issue', 'transfer', 'stock.counted', 'item.created')),
      location: some(fc.constantFrom('main', 'shop')),
      actor: some(fc.constantFrom('u1', 'ben')),
      reason: some(fc.constant('sale')),
      reference: some(fc.constantFrom('R-1', 'R-2')),
      from: some(times),
      to: some(times),
      order: some(fc.constantFrom('asc' as const, 'desc' as const)),
    })
    .map((filter): ListMovements =>
      Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
    );

  it('shows what a filter says, each event once, forwards and back again, while writing goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat(9)),
        async (filter, limit, turns) => {
          const before = matching(filter);
          const pages: number[][] = [];
          let last = await page({ ...filter, limit });
          expect(last.page.prevCursor).toBeNull();
          for (;;) {
            pages.push(last.positions);
            if (last.page.nextCursor === null) break;
            if (turns.next().value === 0) await write(2);
            last = await page({ ...filter, limit, cursor: last.page.nextCursor });
          }
          // What came meanwhile is at the end of the one order, and at the beginning of the other.
          const now = matching(filter);
          expect(pages.flat()).toEqual(filter.order === 'asc' ? now : before);
          expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
          const back: number[][] = [pages.at(-1) ?? []];
          while (last.page.prevCursor !== null) {
            if (turns.next().value === 0) await write(1);
            const next = last.positions.length > 0 ? last.positions : undefined;
            last = await page({ ...filter, limit, cursor: last.page.prevCursor });
            back.unshift(last.positions);
            // And the page that it came from is the next one of it.
            if (next && last.page.nextCursor !== null) {
              const again = await page({ ...filter, limit: next.length, cursor: last.page.nextCursor });
              expect(again.positions).toEqual(next);
            }
          }
          const all = matching(filter);
          expect(back.flat()).toEqual(filter.order === 'asc' ? now : all);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is turned back from an empty page to what lies before it', async () => {
    for (const order of ['asc', 'desc'] as const) {
      const filter = { order, type: 'issue' };
      const last = matching(filter).at(-1) ?? 0;
      const cursor = boundCursor({ ...filter, epoch: 'epoch' }, ['next', last]);
      const empty = await page({ ...filter, limit: 2, cursor });
      expect([empty.positions, empty.page.nextCursor]).toEqual([[], null]);
      const before = await page({ ...filter, limit: 2, cursor: empty.page.prevCursor ?? '' });
      expect(before.positions).toEqual(matching(filter).slice(-2));
    }
  });

  it('takes no cursor of another question, nor one of another ledger', async () => {
    const { page: first } = await page({ limit: 2, reason: 'sale' });
    const cursor = first.nextCursor ?? '';
    expect((await page({ limit: 5, reason: 'sale', order: 'desc', cursor })).positions).toHaveLength(5);
    for (const query of [
      { order: 'asc', reason: 'sale' },
      {},
      { reason: 'return' },
      { reason: 'sale', itemId: ITEM },
    ] as const)
      await expect(page({ ...query, cursor })).rejects.toMatchObject({ code: 'validation' });
    for (const made_ of ['', 'x', 'MTIz', 'bnVsbA', boundCursor({ order: 'desc', epoch: 'other' }, ['next', 5])])
      await expect(page({ cursor: made_ })).rejects.toMatchObject({ code: 'validation' });
    for (const place of [['on', 5], ['next', '5'], ['next'], ['next', 1.5]])
      await expect(page({ cursor: boundCursor({ order: 'desc', epoch: 'epoch' }, place) })).rejects.toMatchObject({
        extra: { errors: [{ field: 'cursor' }] },
      });
  });
});
