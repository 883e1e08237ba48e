import type { Item, MovementResult, ReorderReport, Suggestion, Summary, Valuation, Valued } from '@app/contracts';
import Redis from 'ioredis';
import { freePort } from './support/ports';
import { Rest } from './support/rest';
import { until } from './support/sockets';
import { startApp } from './support/stack';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

async function get<Body>(path: string, headers: Record<string, string> = {}): Promise<Body & { at: number }> {
  const { status, body, headers: told } = await rest.call<Body>('GET', `/reports${path}`, undefined, headers);
  expect([status, body]).toEqual([200, expect.anything()]);
  return { ...body, at: Number(told.get('x-position')) };
}

async function move(id: string, type: string, quantity: number, more: object = {}): Promise<number> {
  const { status, body } = await rest.call<MovementResult>('POST', `/items/${id}/movements`, {
    type,
    quantity,
    ...more,
  });
  expect(status).toBe(201);
  return body.position;
}

async function all<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor = ''; ;) {
    const page: { data: Row[]; page: { nextCursor: string | null } } = await get(`${path}${cursor}`);
    rows.push(...page.data);
    if (page.page.nextCursor === null) return rows;
    cursor = `&cursor=${page.page.nextCursor}`;
  }
}

it('answers for an empty ledger', async () => {
  expect(await get('/summary')).toMatchObject({ position: 0, items: 0, units: 0, value: 0, low: 0, out: 0 });
  const page = { limit: 50, nextCursor: null };
  expect(await get('/reorder')).toMatchObject({ position: 0, data: [], page });
  for (const method of ['average', 'fifo'])
    for (const asOf of ['', '&asOf=2001-01-01T00:00:00Z', '&asOf=2999-01-01T00:00:00Z'])
      expect(await get(`/valuation?method=${method}${asOf}`)).toMatchObject({
        method,
        position: 0,
        data: [],
        page,
        total: { items: 0, quantity: 0, value: 0 },
      });
});

describe('the valuation', () => {
  let hearts: Item;
  let between: string;

  beforeAll(async () => {
    hearts = await rest.newItem({ name: 'hearts', sku: 'H', unitPrice: 9.99 });
    await move(hearts.id, 'receive', 10, { unitCost: 2 });
    await move(hearts.id, 'receive', 30, { unitCost: 3 });
    await move(hearts.id, 'issue', 16);
    between = (await rest.call<Item>('GET', `/items/${hearts.id}`)).body.updatedAt;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await move(hearts.id, 'receive', 8, { unitCost: 3.5 });
    await move(hearts.id, 'issue', 12);
  });

  it('is the worked example of the documentation, by both methods and as of a date', async () => {
    const value = async (query: string): Promise<Valued[]> => (await get<Valuation>(`/valuation?${query}`)).data;
    const facts = { itemId: hearts.id, sku: 'H', name: 'hearts' };
    expect(await value('')).toEqual([{ ...facts, quantity: 20, unitCost: 2.9375, value: 58.75 }]);
    expect(await value('method=fifo')).toEqual([{ ...facts, quantity: 20, unitCost: 3.2, value: 64 }]);
    expect(await value(`asOf=${between}`)).toEqual([{ ...facts, quantity: 24, unitCost: 2.75, value: 66 }]);
    expect(await value(`method=fifo&asOf=${between}`)).toMatchObject([{ quantity: 24, value: 72 }]);
    expect(await value('asOf=2001-01-01T00:00:00Z')).toEqual([]);
    const future = await get<Valuation>('/valuation?asOf=2999-01-01T00:00:00Z');
    expect(future.data).toMatchObject([{ quantity: 20, value: 58.75 }]);
    expect(future.asOf < '2900').toBe(true);
  });

  it('is paged as of one position, and the pages add up to the total', async () => {
    for (let at = 0; at < 60; at++) await rest.newItem({ quantity: at % 3, unitPrice: at / 10 });
    const gone = await rest.newItem({ quantity: 5, unitPrice: 1_000 });
    const before = (await rest.call<Item>('GET', `/items/${gone.id}`)).body.updatedAt;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rest.call('DELETE', `/items/${gone.id}`);
    const first = await get<Valuation>('/valuation?limit=7');
    expect([first.data.length, first.at]).toEqual([7, first.position]);
    await move(hearts.id, 'receive', 1_000, { unitCost: 1 });
    const cursor = first.page.nextCursor ?? '';
    for (const other of ['method=fifo', `asOf=${before}`])
      expect((await rest.call('GET', `/reports/valuation?${other}&cursor=${cursor}`)).body).toMatchObject({
        code: 'validation',
        errors: [{ field: 'cursor' }],
      });
    const rows = [...first.data];
    for (let next: string | null = cursor; next !== null;) {
      const page: Valuation = await get<Valuation>(`/valuation?limit=7&cursor=${next}`);
      expect([page.position, page.total]).toEqual([first.position, null]);
      rows.push(...page.data);
      next = page.page.nextCursor;
    }
    const sum = (of: (row: Valued) => number): number =>
      Number(rows.reduce((total, row) => total + of(row), 0).toFixed(4));
    expect(first.total).toEqual({
      items: rows.length,
      quantity: sum(({ quantity }) => quantity),
      value: sum(({ value }) => value),
    });
    expect([rows.length, new Set(rows.map(({ itemId }) => itemId)).size]).toEqual([41, 41]);
    expect(rows.map(({ itemId }) => itemId)).not.toContain(gone.id);
    const then = await all<Valued>(`/valuation?limit=200&asOf=${before}`);
    expect(then.find(({ itemId }) => itemId === gone.id)).toMatchObject({ quantity: 5, value: 5_000 });
  });

  it('names what is wrong with a question', async () => {
    for (const [query, field] of [
      ['method=lifo', 'method'],
      ['asOf=then', 'asOf'],
      ['cursor=x', 'cursor'],
      ['limit=0', 'limit'],
      ['limit=-1', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=99999999999999999999', 'limit'],
      ['limit=5&limit=6', 'limit'],
      ['asOf=2026-01-01T00:00:00Z&asOf=2026-01-02T00:00:00Z', 'asOf'],
      ['asOf=', 'asOf'],
      ['method[$gt]=', 'method[$gt]'],
      ['page=2', 'page'],
    ])
      expect((await rest.call('GET', `/reports/valuation?${query}`)).body).toMatchObject({
        code: 'validation',
        errors: [{ field }],
      });
    for (const [path, field] of [
      ['summary?limit=5', 'limit'],
      ['reorder?limit=0', 'limit'],
      ['reorder?limit=5&limit=5', 'limit'],
      ['reorder?asOf=2026-01-01T00:00:00Z', 'asOf'],
    ])
      expect((await rest.call('GET', `/reports/${path}`)).body).toMatchObject({ errors: [{ field }] });
    for (const path of ['summary', 'reorder', 'valuation'])
      expect((await rest.call('GET', `/reports/${path}`, undefined, { authorization: '' })).status).toBe(401);
  });
});

describe('the reorder report', () => {
  it('suggests by name, page by page, what is low', async () => {
    const low = { quantity: 2, reorderLevel: 3, reorderQuantity: 20, attributes: { packSize: 12 } };
    for (const name of ['e', 'c', 'a', 'd', 'b']) await rest.newItem({ name: `order ${name}`, ...low });
    const { id } = await rest.newItem({ name: 'order nothing', ...low, quantity: 4 });
    const names = async (): Promise<string[]> => (await all<Suggestion>('/reorder?limit=2')).map(({ name }) => name);
    expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `order ${name}`));
    const { data, at } = await get<ReorderReport>('/reorder?limit=1');
    expect(data).toMatchObject([{ available: 2, incoming: 0, projected: 2, packSize: 12, quantity: 24 }]);
    // What was acknowledged shows.
    const position = await move(id, 'issue', 1);
    expect(position).toBeGreaterThan(at);
    expect(await names()).toContain('order nothing');
    expect((await rest.call('GET', '/reports/reorder?cursor=x')).body).toMatchObject({ errors: [{ field: 'cursor' }] });
  });
});

describe('the summary', () => {
  const expected = async (): Promise<Partial<Summary>> => {
    const { body } = await rest.call<{ data: Item[]; page: object }>('GET', '/items?limit=200');
    expect(body.page).toMatchObject({ nextCursor: null });
    const of = (figure: (item: Item) => number): number =>
      Number(body.data.reduce((sum, item) => sum + figure(item), 0).toFixed(4));
    return {
      items: body.data.length,
      units: of(({ quantity }) => quantity),
      value: of(({ quantity, unitPrice }) => quantity * unitPrice),
      low: of(({ available, reorderLevel }) => (available <= reorderLevel ? 1 : 0)),
      out: of(({ available }) => (available === 0 ? 1 : 0)),
    };
  };

  it('adds up all items at exactly one position', async () => {
    await rest.newItem({ quantity: 1, unitPrice: 0.1 });
    await rest.newItem({ quantity: 3, unitPrice: 0.2 });
    const { id } = await rest.newItem({ quantity: 3 });
    await move(id, 'set_aside', 3, { reason: 'damaged' });
    const summary = await get<Summary>('/summary');
    expect(summary).toMatchObject(await expected());
    const { body } = await rest.call<{ head: number }>('GET', '/events?limit=1');
    expect([summary.position, summary.at]).toEqual([body.head, body.head]);
  });

  it('is kept in Redis while nothing moves, and made without Redis as well', async () => {
    const fresh = await get<Summary>('/summary');
    if (!rest.stack.redisUrl) return;
    const redis = new Redis(rest.stack.redisUrl);
    // Of what Redis keeps, and only of that, it can be told; a gateway that hears nothing in time goes on without.
    await until(async () => {
      for (const kept of await redis.keys('{stockwire}:report:*')) {
        const value = JSON.parse((await redis.get(kept)) ?? '') as { report: object; position: number };
        await redis.set(kept, JSON.stringify({ ...value, report: { ...value.report, items: -1 } }), 'EX', 60);
      }
      return (await get<Summary>('/summary')).items === -1;
    });
    const item = await rest.newItem();
    expect(await get<Summary>('/summary')).toMatchObject({ items: fresh.items + 1, position: item.position });
    await redis.quit();
    const ports = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
    const away = `redis://127.0.0.1:${await freePort()}`;
    const second = await startApp('gateway', { ...rest.stack.env, ...ports, REDIS_URL: away });
    const base = `http://127.0.0.1:${ports.GATEWAY_PORT}`;
    const without = await rest.call<Summary>('GET', '/reports/summary', undefined, {}, base);
    expect(without).toMatchObject({ status: 200, body: { items: fresh.items + 1, position: item.position } });
    await second.stop();
  });
});
