import type {
  BatchResult,
  ClassReport,
  ClassedItem,
  DeadItem,
  DeadStock,
  EventPage,
  Item,
  LedgerEvent,
  PageInfo,
  ReorderReport,
  Reservation,
  TurnedItem,
  TurnoverReport,
} from '@app/contracts';
import { Rest } from './support/rest';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

const DAY = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

async function get<Body>(path: string): Promise<Body> {
  const { status, body } = await rest.call<Body>('GET', `/reports/${path}`);
  expect([path, status, body]).toEqual([path, 200, expect.anything()]);
  return body;
}

/** All rows of a report, and the last page. */
async function all<Row, Report extends { data: Row[]; page: PageInfo; position: number }>(
  path: string,
): Promise<{ rows: Row[]; last: Report }> {
  const rows: Row[] = [];
  for (let cursor = ''; ;) {
    const page = await get<Report>(`${path}${cursor}`);
    rows.push(...page.data);
    if (page.page.nextCursor === null) return { rows, last: page };
    cursor = `&cursor=${page.page.nextCursor}`;
  }
}

async function move(id: string, type: string, quantity: number, more: object = {}): Promise<number> {
  const { status, body } = await rest.call<{ position: number }>('POST', `/items/${id}/movements`, {
    type,
    quantity,
    ...more,
  });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body.position;
}

it('answers for an empty ledger', async () => {
  const zero = { issued: 0, opening: 0, closing: 0, issuedValue: 0, openingValue: 0, closingValue: 0, averageValue: 0 };
  const none = { items: 0, ...zero, turnover: null, turnoverUnits: null, daysOfInventory: null };
  const page = { limit: 50, nextCursor: null };
  expect(await get('turnover')).toMatchObject({ position: 0, data: [], total: none, page });
  const classTotal = { items: 0, issued: 0, issuedValue: 0, share: 0 };
  const classes = { A: classTotal, B: classTotal, C: classTotal };
  expect(await get('abc')).toMatchObject({ position: 0, a: 80, b: 95, data: [], classes, page });
  expect(await get('dead-stock')).toMatchObject({ data: [], total: { items: 0, quantity: 0, value: 0 }, page });
});

describe('the worked example of the documentation', () => {
  let hearts: Item;
  const lastIssued = ago(40);

  beforeAll(async () => {
    hearts = await rest.newItem({ name: 'hearts', sku: 'H', unitPrice: 9.99 });
    await move(hearts.id, 'receive', 10, { unitCost: 2, effectiveAt: ago(70) });
    await move(hearts.id, 'receive', 30, { unitCost: 3, effectiveAt: ago(65) });
    await move(hearts.id, 'issue', 16, { effectiveAt: ago(50) });
    await move(hearts.id, 'receive', 8, { unitCost: 3.5, effectiveAt: ago(45) });
    await move(hearts.id, 'issue', 12, { effectiveAt: lastIssued });
  });

  it('turns over', async () => {
    const [from, to] = [ago(60), ago(30)];
    const { data, total, ...report } = await get<TurnoverReport>(`turnover?from=${from}&to=${to}`);
    const figures = {
      issued: 28,
      opening: 40,
      closing: 20,
      issuedValue: 80.5,
      openingValue: 115,
      closingValue: 57.5,
      averageValue: 86.25,
      turnover: 0.9333,
      turnoverUnits: 0.9333,
      daysOfInventory: 32.1429,
    };
    expect(report).toMatchObject({ from, to });
    expect(data).toEqual([{ itemId: hearts.id, sku: 'H', name: 'hearts', unitCost: 2.875, ...figures }]);
    expect(total).toEqual({ items: 1, ...figures });
  });

  it('belongs to the time at which it happened, and not at all when it was taken back', async () => {
    const issued = async (from: number, to: number): Promise<number> =>
      (await get<TurnoverReport>(`turnover?from=${ago(from)}&to=${ago(to)}`)).total.issued;
    const position = await move(hearts.id, 'issue', 5, { effectiveAt: ago(48) });
    expect([await issued(60, 30), await issued(10, 0)]).toEqual([33, 0]);
    await rest.call('POST', `/movements/${position}/reverse`, { reason: 'typing error' });
    expect([await issued(60, 30), await issued(10, 0)]).toEqual([28, 0]);
    const dead = await get<DeadStock>(`dead-stock?since=${ago(40.5)}`);
    expect(dead.data).toEqual([]);
    expect(await get<DeadStock>(`dead-stock?days=39`)).toMatchObject({
      data: [{ itemId: hearts.id, quantity: 20, unitCost: 2.875, value: 57.5 }],
      total: { items: 1, quantity: 20, value: 57.5 },
    });
    const [row] = (await get<DeadStock>(`dead-stock?days=39`)).data;
    expect([row?.lastIssuedAt, row?.lastMovedAt]).toEqual([lastIssued, lastIssued]);
  });

  it('is put into classes', async () => {
    const at = { effectiveAt: ago(100) };
    for (const [name, quantity] of [
      ['c1', 4],
      ['a1', 70],
      ['b1', 12],
      ['a2', 14],
    ] as const) {
      const { id } = await rest.newItem({ name, unitPrice: 1, quantity: 0 });
      await move(id, 'receive', quantity, { ...at, effectiveAt: ago(110) });
      await move(id, 'issue', quantity, at);
    }
    const query = `from=${ago(105)}&to=${ago(95)}`;
    const { data, classes } = await get<ClassReport>(`abc?${query}`);
    const row = ({ name, class: of, share, cumulativeShare }: ClassedItem): unknown => [
      name,
      of,
      share,
      cumulativeShare,
    ];
    expect(data.map(row)).toEqual([
      ['a1', 'A', 70, 70],
      ['a2', 'A', 14, 84],
      ['b1', 'B', 12, 96],
      ['c1', 'C', 4, 100],
      // Nothing was issued of it in that time.
      ['hearts', 'C', 0, 100],
    ]);
    expect(classes).toEqual({
      A: { items: 2, issued: 84, issuedValue: 84, share: 84 },
      B: { items: 1, issued: 12, issuedValue: 12, share: 12 },
      C: { items: 2, issued: 4, issuedValue: 4, share: 4 },
    });
    const counts = async (thresholds: string): Promise<number[]> => {
      const { A, B, C } = (await get<ClassReport>(`abc?${query}&${thresholds}`)).classes;
      return [A.items, B.items, C.items];
    };
    expect(await counts('a=70&b=84')).toEqual([1, 1, 3]);
    expect(await counts('a=100')).toEqual([4, 0, 1]);
    expect(await counts('a=1&b=1')).toEqual([1, 0, 4]);
  });
});

describe('against a fold of all events', () => {
  const events: LedgerEvent[] = [];
  const ids: string[] = [];
  let seed = 20_261_126;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };

  beforeAll(async () => {
    await rest.call('POST', '/locations', { code: 'shop', name: 'Shop' });
    for (let at = 0; at < 14; at++)
      ids.push((await rest.newItem({ unitPrice: random(1_000) / 100, quantity: at % 3 ? 200 : 0 })).id);
    await write(600);
    await reverseSome();
    await otherThings();
    for (let after = 0; ;) {
      const { body } = await rest.call<EventPage>('GET', `/events?after=${after}&limit=1000`);
      events.push(...body.events);
      if (body.position >= body.head) break;
      after = body.position;
    }
  });

  async function write(count: number): Promise<void> {
    const types = ['receive', 'issue', 'issue', 'issue', 'return', 'write_off', 'adjust', 'transfer', 'count'];
    const rows = Array.from({ length: count }, () => {
      const type = types[random(types.length)] as string;
      // Each item has gone on for less long than the one before; the first one goes on today.
      const item = random(ids.length - 2);
      const days = item * 25 + random(400 - item * 25);
      const quantity = type === 'count' ? 300 + random(100) : 1 + random(type === 'receive' ? 60 : 15);
      return {
        itemId: ids[item],
        type,
        quantity: type === 'adjust' && random(2) ? -quantity : quantity,
        ...(random(2) && type === 'receive' && { unitCost: random(2_000) / 100 }),
        ...(type === 'transfer' && { toLocation: 'shop', unitCost: 77 }),
        ...(type === 'adjust' && { reason: 'found' }),
        ...((item > 0 || random(4) > 0) && { effectiveAt: ago(days) }),
      };
    });
    const { body } = await rest.call<BatchResult>('POST', '/movements/batch', { rows });
    expect(body.results.filter(({ status }) => status === 'applied').length).toBeGreaterThan(count / 2);
    const applied = body.results.flatMap(({ position }) => position ?? []);
    toReverse.push(...applied.filter(() => random(12) === 0));
  }

  const toReverse: number[] = [];
  async function reverseSome(): Promise<void> {
    const done = await Promise.all(
      toReverse.map((position) => rest.call('POST', `/movements/${position}/reverse`, { reason: 'wrong' })),
    );
    expect(done.filter(({ status }) => status === 201).length).toBeGreaterThan(10);
  }

  async function otherThings(): Promise<void> {
    const [one = '', two = '', three = ''] = ids;
    await rest.call('PATCH', `/items/${one}`, { unitPrice: 123.45 });
    await rest.call('PATCH', `/items/${two}`, { quantity: 500 });
    const lines = [{ itemId: two, quantity: 5 }];
    const { body } = await rest.call<Reservation>('POST', '/reservations', { lines, ttlSeconds: 60 });
    expect((await rest.call('POST', `/reservations/${body.id}/fulfil`)).status).toBe(200);
    expect((await rest.call('DELETE', `/items/${three}`)).status).toBe(204);
    expect((await rest.call('DELETE', `/items/${ids.at(-1)}`)).status).toBe(204);
  }

  interface Folded {
    issued: number;
    opening: number;
    closing: number;
    quantity: number;
    unitCost: number;
    gone: boolean;
    lastIssuedAt: string | null;
    lastMovedAt: string | null;
  }

  /** Straight from the words of the documentation. */
  function folded(from: string, to: string): Map<string, Folded> {
    const back = new Set(events.flatMap(({ links, position }) => (links.reverses ? [links.reverses, position] : [])));
    const items = new Map<string, Folded>();
    for (const itemId of new Set(events.map((event) => event.itemId))) {
      const own = events.filter((event) => event.itemId === itemId && !back.has(event.position));
      const sum = (some: LedgerEvent[]): number => some.reduce((total, { change }) => total + change.onHand, 0);
      const issues = own.filter(({ type }) => type === 'stock.issued' || type === 'stock.fulfilled');
      const paid = own.filter(
        ({ change, unitCost, type, effectiveAt }) =>
          change.onHand > 0 && unitCost !== null && effectiveAt < to && !type.startsWith('stock.transferred'),
      );
      const prices = own.flatMap(({ fields, effectiveAt }) =>
        fields?.unitPrice ? [{ price: fields.unitPrice[1] as number, effectiveAt }] : [],
      );
      const price = (prices.findLast(({ effectiveAt }) => effectiveAt < to) ?? prices[0])?.price ?? 0;
      const cost = paid.reduce((total, { change, unitCost }) => total + change.onHand * (unitCost ?? 0), 0);
      const newest = (some: LedgerEvent[]): string | null =>
        some
          .map((e) => e.effectiveAt)
          .sort()
          .at(-1) ?? null;
      items.set(itemId, {
        issued: 0 - sum(issues.filter(({ effectiveAt }) => effectiveAt >= from && effectiveAt < to)),
        opening: sum(own.filter(({ effectiveAt }) => effectiveAt < from)),
        closing: sum(own.filter(({ effectiveAt }) => effectiveAt < to)),
        quantity: sum(own),
        unitCost: paid.length > 0 ? cost / sum(paid) : price,
        gone: own.findLast(({ type }) => type === 'item.deleted' || type === 'item.restored')?.type === 'item.deleted',
        lastIssuedAt: newest(issues),
        lastMovedAt: newest(own.filter(({ change }) => change.onHand !== 0)),
      });
    }
    return items;
  }

  const near = (value: number): unknown => expect.closeTo(value, 3);
  const inOrder = (rows: { itemId: string }[], value: (row: never) => number): void => {
    const sorted = rows.toSorted(
      (one, other) => value(other as never) - value(one as never) || (one.itemId < other.itemId ? -1 : 1),
    );
    expect(rows).toEqual(sorted);
  };
  const periods = (): [string, string][] =>
    Array.from({ length: 6 }, () => [ago(50 + random(360)), ago(random(50))] as [string, string]);

  it('the turnover is the same', async () => {
    for (const [from, to] of periods()) {
      const query = `turnover?from=${from}&to=${to}&limit=${1 + random(9)}`;
      const { rows, last } = await all<TurnedItem, TurnoverReport>(query);
      const items = [...folded(from, to)].filter(([, of]) => of.issued !== 0 || of.opening !== 0 || of.closing !== 0);
      expect(rows.map(({ itemId }) => itemId).sort()).toEqual(items.map(([id]) => id).sort());
      let total = 0;
      for (const [itemId, { issued, opening, closing, unitCost }] of items) {
        total += issued * unitCost;
        const averageValue = ((opening + closing) / 2) * unitCost;
        expect(rows.find((row) => row.itemId === itemId)).toMatchObject({
          issued,
          opening,
          closing,
          unitCost: near(unitCost),
          issuedValue: near(issued * unitCost),
          averageValue: near(averageValue),
          turnoverUnits: opening + closing > 0 ? near(issued / ((opening + closing) / 2)) : null,
        });
      }
      inOrder(rows, ({ issuedValue }: TurnedItem) => issuedValue);
      expect(last.total.issuedValue).toBeCloseTo(total, 2);
    }
  });

  it('the classes are the same', async () => {
    for (const [from, to] of periods()) {
      const [a, b] = [1 + random(90), 90 + random(11)].sort((one, other) => one - other) as [number, number];
      const { rows } = await all<ClassedItem, ClassReport>(
        `abc?from=${from}&to=${to}&a=${a}&b=${b}&limit=${1 + random(9)}`,
      );
      const items = [...folded(from, to)].filter(([, { gone, issued }]) => !gone || issued !== 0);
      expect(rows.map(({ itemId }) => itemId).sort()).toEqual(items.map(([id]) => id).sort());
      for (const [itemId, { issued, unitCost }] of items)
        expect(rows.find((row) => row.itemId === itemId)).toMatchObject({
          issued,
          issuedValue: near(issued * unitCost),
        });
      inOrder(rows, ({ issuedValue }: ClassedItem) => issuedValue);
      const whole = (row: ClassedItem): number => Math.round(row.issuedValue * 10_000);
      const sum = rows.reduce((total, row) => total + whole(row), 0);
      let before = 0;
      for (const row of rows) {
        expect(row.class).toBe(before * 100 < a * sum ? 'A' : before * 100 < b * sum ? 'B' : 'C');
        before += whole(row);
        expect(row.cumulativeShare).toBeCloseTo((100 * before) / sum, 3);
      }
    }
  });

  it('dead stock is the same', async () => {
    const idle = new Set<string>();
    for (const [from] of periods()) {
      const { rows, last } = await all<DeadItem, DeadStock>(`dead-stock?since=${from}&limit=${1 + random(3)}`);
      const items = [...folded(from, '9999')].filter(([, { quantity, issued }]) => quantity > 0 && issued === 0);
      expect(rows.map(({ itemId }) => itemId).sort()).toEqual(items.map(([id]) => id).sort());
      for (const [itemId, { quantity, unitCost, lastIssuedAt, lastMovedAt }] of items)
        expect(rows.find((row) => row.itemId === itemId)).toMatchObject({
          quantity,
          value: near(quantity * unitCost),
          lastIssuedAt,
          lastMovedAt,
        });
      inOrder(rows, ({ value }: DeadItem) => value);
      expect(last.total.items).toBe(rows.length);
      for (const [itemId, { lastIssuedAt }] of items) if (lastIssuedAt) idle.add(itemId);
    }
    // Without any that was issued at some time this would prove little.
    expect(idle.size).toBeGreaterThan(3);
  });

  it('pages are of one position and period, whatever is written meanwhile', async () => {
    const first = await get<ClassReport>('abc?limit=3');
    const before = await get<ClassReport>('abc?limit=200');
    await move(ids[0] ?? '', 'receive', 1_000);
    await move(ids[0] ?? '', 'issue', 1_000);
    const next = await get<ClassReport>(`abc?limit=3&cursor=${first.page.nextCursor}`);
    expect([next.position, next.from, next.to]).toEqual([first.position, first.from, first.to]);
    expect([...first.data, ...next.data]).toEqual(before.data.slice(0, 6));
    expect((await get<ClassReport>('abc')).data[0]?.itemId).toBe(ids[0]);
  });
});

it('names what is wrong with a question', async () => {
  await rest.newItem();
  const { page } = await get<ClassReport>('abc?limit=1');
  const times = `from=${ago(1)}&to=${ago(2)}`;
  for (const [query, field] of [
    ['turnover?from=then', 'from'],
    ['turnover?from=2026-02-30T00:00:00Z', 'from'],
    ['turnover?from=2999-01-01T00:00:00Z', 'from'],
    [`turnover?${times}`, 'from'],
    [`abc?from=${ago(1)}&from=${ago(1)}`, 'from'],
    ['turnover?limit=201', 'limit'],
    ['turnover?itemId=x', 'itemId'],
    ['abc?a=0', 'a'],
    ['abc?a=101', 'a'],
    ['abc?b=79', 'b'],
    ['abc?a=1e1', 'a'],
    ['abc?cursor=x', 'cursor'],
    [`abc?a=70&cursor=${page.nextCursor}`, 'cursor'],
    [`turnover?cursor=${page.nextCursor}`, 'cursor'],
    ['dead-stock?days=0', 'days'],
    ['dead-stock?days=-1', 'days'],
    [`dead-stock?days=3&since=${ago(3)}`, 'days'],
  ])
    expect([query, (await rest.call('GET', `/reports/${query}`)).body]).toMatchObject([
      query,
      { code: 'validation', errors: [{ field }] },
    ]);
  for (const path of ['turnover', 'abc', 'dead-stock'])
    expect((await rest.call('GET', `/reports/${path}`, undefined, { authorization: '' })).status).toBe(401);
});

it('bears the highest quantities and prices', async () => {
  const highest = { quantity: 1_000_000_000, unitPrice: 100_000_000_000, attributes: { packSize: 1e300 } };
  const { id } = await rest.newItem({ ...highest, reorderLevel: 1_000_000_000, reorderQuantity: 1 });
  await move(id, 'issue', 1_000_000_000);
  await move(id, 'receive', 999_999_999, { unitCost: 99_999_999_999.9999 });
  const [row] = (await get<TurnoverReport>('turnover')).data;
  expect(row).toMatchObject({ itemId: id, issued: 1_000_000_000, opening: 0, closing: 999_999_999, turnoverUnits: 2 });
  expect((await get<ClassReport>('abc')).data[0]).toMatchObject({ itemId: id, class: 'A', share: 100 });
  expect(await get('summary')).toMatchObject({ value: expect.closeTo(1e20, -15) });
  expect(await get('valuation')).toMatchObject({ total: { value: expect.closeTo(1e20, -15) } });
  const { data } = await get<ReorderReport>('reorder?limit=200');
  expect(data.find(({ itemId }) => itemId === id)).toMatchObject({
    projected: 999_999_999,
    packSize: null,
    quantity: 1,
  });
});
