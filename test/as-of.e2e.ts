import {
  CLOCKS,
  type Clock,
  type EventPage,
  type LedgerEvent,
  type Level,
  type PastStock,
  type Verification,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { Rest } from './support/rest';
import { until } from './support/sockets';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

async function asOf(id: string, query: string): Promise<PastStock> {
  const { status, body } = await rest.call<PastStock>('GET', `/items/${id}/stock?${query}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
}

async function eventsOf(id: string): Promise<LedgerEvent[]> {
  const all: LedgerEvent[] = [];
  for (let after = 0; ;) {
    const path = `/events?itemId=${id}&after=${after}&limit=1000`;
    const { body } = await rest.call<EventPage>('GET', path);
    all.push(...body.events);
    if (body.position >= body.head) return all;
    after = body.position;
  }
}

/** The answer by folding every event. */
function folded(events: readonly LedgerEvent[], time: string, clock: Clock): Omit<Level, 'reserved' | 'incoming'>[] {
  const levels = new Map<string, { location: string; onHand: number; unavailable: number; available: number }>();
  for (const { at, effectiveAt, location, change } of events) {
    if ((clock === 'recorded' ? at : effectiveAt) > time || location === null) continue;
    const level = levels.get(location) ?? { location, onHand: 0, unavailable: 0, available: 0 };
    level.onHand += change.onHand;
    level.unavailable += change.unavailable;
    level.available = level.onHand - level.unavailable;
    levels.set(location, level);
  }
  return [...levels.values()].sort((one, other) => (one.location < other.location ? -1 : 1));
}

async function insistOnAll(id: string, times: readonly string[], events: readonly LedgerEvent[]): Promise<void> {
  for (const time of times) {
    for (const clock of CLOCKS) {
      const levels = folded(events, time, clock);
      const { quantity, levels: told, ...rest_ } = await asOf(id, `asOf=${time}&clock=${clock}`);
      expect(rest_).toMatchObject({ itemId: id, asOf: time, clock });
      expect(told).toMatchObject(levels);
      expect([told.length, quantity]).toEqual([levels.length, levels.reduce((sum, { onHand }) => sum + onHand, 0)]);
    }
  }
}

const HOUR = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();

it('is the sum of what was recorded, or of what had happened, through blocks, late entries and counts', async () => {
  await rest.call('POST', '/locations', { code: 'shop', name: 'Shop' });
  const { id } = await rest.newItem({ quantity: 5_000 });
  const row = (at: number): object => {
    const location = at % 5 === 0 ? 'shop' : 'main';
    // Every third happens now; the others happened up to 40 days ago, in no order.
    const effectiveAt = at % 3 === 0 ? undefined : ago(1 + ((at * 7_919) % 960));
    if (at % 97 === 50) return { itemId: id, type: 'count', quantity: 4_000 + at, location: 'main', effectiveAt };
    return { itemId: id, type: at % 4 === 3 ? 'issue' : 'receive', quantity: 1 + (at % 9), location, effectiveAt };
  };
  for (let from = 0; from < 2_400; from += 800) {
    const rows = Array.from({ length: 800 }, (_, at) => row(from + at));
    expect((await rest.call('POST', '/movements/batch', { rows })).status).toBe(200);
  }
  const events = await eventsOf(id);
  // Enough for a run of the second level (2,048 events).
  expect(events.length).toBeGreaterThan(2_300);
  const pick = (share: number): LedgerEvent => events[Math.floor(share * (events.length - 1))] as LedgerEvent;
  const times = [0, 0.2, 0.5, 0.8, 1].flatMap((share) => [pick(share).at, pick(share).effectiveAt]);
  await insistOnAll(id, [...times, ago(500), ago(961), ago(2_000)], events);

  // A late entry changes the past up to the first count after it, and not what was counted then, nor today.
  await rest.call('POST', `/items/${id}/movements`, { type: 'count', quantity: 3_000 });
  const late = ago(200);
  const isLater = ({ type, location, effectiveAt }: LedgerEvent): boolean =>
    type === 'stock.counted' && location === 'main' && effectiveAt > late;
  const [counted = ''] = events.flatMap((event) => (isLater(event) ? event.effectiveAt : [])).sort();
  const around = [new Date(Date.parse(counted) - 1).toISOString(), counted, new Date().toISOString()];
  const told = (): Promise<number[]> =>
    Promise.all(around.map(async (time) => (await asOf(id, `clock=effective&asOf=${time}`)).quantity));
  const [before = NaN, then, now] = await told();
  await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 7, effectiveAt: late });
  expect(await told()).toEqual([before - 7, then, now]);
  await insistOnAll(id, times, await eventsOf(id));
  // What was summed up can be lost, and is made again.
  const client = await new mongo.MongoClient(rest.stack.mongoUri).connect();
  const kept = client.db().collection('checkpoints');
  // A question does not wait for all of it.
  await until(async () => (await kept.countDocuments({ itemId: id })) >= 9);
  await rest.call('POST', '/ledger/rebuild');
  expect(await kept.countDocuments({ itemId: id })).toBe(0);
  await client.close();
  await insistOnAll(id, times.slice(0, 4), await eventsOf(id));
});

describe('what is entered late', () => {
  const move = async (id: string, type: string, quantity: number, more: object = {}): Promise<LedgerEvent[]> => {
    const path = `/items/${id}/movements`;
    const { status, body } = await rest.call<{ events: LedgerEvent[] }>('POST', path, { type, quantity, ...more });
    expect([status, body]).toEqual([201, expect.anything()]);
    return body.events;
  };
  const reverse = async (position: number | undefined): Promise<LedgerEvent[]> => {
    const path = `/movements/${position}/reverse`;
    const { status, body } = await rest.call<{ events: LedgerEvent[] }>('POST', path, { reason: 'mistake' });
    expect([status, body]).toEqual([201, expect.anything()]);
    return body.events;
  };
  const at = async (id: string, clock: Clock, hours: number, location = 'main'): Promise<number> => {
    const { levels } = await asOf(id, `clock=${clock}&asOf=${ago(hours)}`);
    return levels.find((level) => level.location === location)?.onHand ?? 0;
  };
  /** On the effective clock. */
  const all = (id: string, hours: number[], location = 'main'): Promise<number[]> =>
    Promise.all(hours.map((each) => at(id, 'effective', each, location)));

  it('is there up to the first count after it, and on the recorded clock never', async () => {
    const { id } = await rest.newItem();
    for (const hours of [40, 30, 20]) await move(id, 'count', 10, { effectiveAt: ago(hours) });
    await move(id, 'count', 10);
    const read = new Date().toISOString();
    expect(await all(id, [35, 25, 15, 0])).toEqual([10, 10, 10, 10]);
    const [received, counted] = await move(id, 'receive', 5, { effectiveAt: ago(35) });
    expect([received?.type, counted?.type]).toEqual(['stock.received', 'stock.counted']);
    expect(await all(id, [36, 34, 31, 29, 21, 19, 0])).toEqual([10, 15, 15, 10, 10, 10, 10]);
    for (const clock of CLOCKS) expect((await asOf(id, `clock=${clock}&asOf=${read}`)).quantity).toBe(10);
    expect((await asOf(id, 'clock=recorded')).quantity).toBe(10);
    await reverse(received?.position);
    expect(await all(id, [36, 34, 31, 29, 21, 19, 0])).toEqual([10, 10, 10, 10, 10, 10, 10]);
    // A count between two is made up for at the one after it, and what comes before it ends there.
    await move(id, 'count', 8, { effectiveAt: ago(25) });
    await move(id, 'issue', 3, { effectiveAt: ago(28) });
    expect(await all(id, [29, 27, 26, 24, 21, 19, 0])).toEqual([10, 7, 7, 8, 8, 10, 10]);
    await insistOnAll(id, [ago(34), ago(27), ago(24), ago(0)], await eventsOf(id));
  });

  it('ends at each place of a transfer with its own count, and shows in a dry run, too', async () => {
    const { id } = await rest.newItem();
    await rest.call('POST', '/locations', { code: 'stall', name: 'Stall' });
    for (const [location, hours] of [
      ['main', 30],
      ['stall', 20],
      ['main', 10],
      ['stall', 5],
    ] as const)
      await move(id, 'count', 10, { location, effectiveAt: ago(hours) });
    const line = { type: 'transfer', quantity: 4, toLocation: 'stall', effectiveAt: ago(40) };
    const path = `/items/${id}/movements`;
    const dry = await rest.call<{ events: LedgerEvent[] }>('POST', `${path}?dryRun=true`, line);
    expect(await all(id, [35, 25, 0])).toEqual([0, 10, 10]);
    const { body } = await rest.call<{ events: LedgerEvent[] }>('POST', path, line);
    const shown = ({ events }: { events: LedgerEvent[] }): unknown =>
      events.map(({ type, location, effectiveAt }) => [type, location, effectiveAt]);
    expect(shown(dry.body)).toEqual(shown(body));
    expect(await all(id, [41, 35, 29, 0])).toEqual([0, -4, 10, 10]);
    expect(await all(id, [41, 35, 25, 19, 0], 'stall')).toEqual([0, 4, 4, 10, 10]);
  });

  it('in one request after counts that are not written yet, ends at the first of those', async () => {
    const { id } = await rest.newItem();
    const rows = [
      ...[30, 20, 10].map((hours) => ({ itemId: id, type: 'count', quantity: 10, effectiveAt: ago(hours) })),
      { itemId: id, type: 'receive', quantity: 5, effectiveAt: ago(25) },
      { itemId: id, type: 'count', quantity: 9, effectiveAt: ago(24) },
      { itemId: id, type: 'issue', quantity: 2, effectiveAt: ago(35) },
    ];
    const { body } = await rest.call<{ results: { status: string }[] }>('POST', '/movements/batch', { rows });
    expect(body.results.every(({ status }) => status === 'applied')).toBe(true);
    expect(await all(id, [36, 34, 29, 24.5, 23, 19, 9, 0])).toEqual([0, -2, 10, 15, 14, 10, 10, 10]);
  });

  it('of a millisecond in which the place was counted, and taken back, goes by the position', async () => {
    const { id } = await rest.newItem();
    const effectiveAt = ago(30);
    const [before] = await move(id, 'receive', 5, { effectiveAt });
    await move(id, 'count', 20, { effectiveAt });
    const [after] = await move(id, 'receive', 3, { effectiveAt });
    // What makes up for these has the time of the count, too.
    for (let many = 0; many < 3; many++) await move(id, 'issue', 1, { effectiveAt: ago(40) });
    expect([(await asOf(id, '')).quantity, ...(await all(id, [35, 29]))]).toEqual([23, -3, 23]);
    expect((await reverse(after?.position)).map(({ type }) => type)).toEqual(['stock.reversed']);
    expect([(await asOf(id, '')).quantity, ...(await all(id, [35, 29]))]).toEqual([20, -3, 20]);
    expect((await reverse(before?.position)).map(({ type }) => type)).toEqual(['stock.counted', 'stock.reversed']);
    expect([(await asOf(id, '')).quantity, ...(await all(id, [35, 29]))]).toEqual([20, -3, 20]);
  });

  it('is found by an index of counts alone, also in a database that did not have it', async () => {
    const client = await new mongo.MongoClient(rest.stack.mongoUri).connect();
    try {
      const ledger = client.db().collection('ledger');
      await ledger.dropIndex('counts');
      await rest.stack.restart('inventory');
      const { id } = await rest.newItem();
      for (const hours of [30, 20]) await move(id, 'count', 10, { effectiveAt: ago(hours) });
      await move(id, 'receive', 5, { effectiveAt: ago(40) });
      expect(await all(id, [35, 25, 0])).toEqual([5, 10, 10]);
      const stats = ledger.aggregate([{ $indexStats: {} }, { $match: { name: 'counts' } }]);
      const [{ accesses } = { accesses: { ops: 0 } }] = (await stats.toArray()) as { accesses: { ops: number } }[];
      expect(Number(accesses.ops)).toBeGreaterThan(0);
      const { keysPerIndex } = await client.db().command({ validate: 'ledger' });
      expect(keysPerIndex.counts).toBe(await ledger.countDocuments({ type: 'stock.counted' }));
    } finally {
      await client.close();
    }
    expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({ ok: true });
  }, 60_000);
});

it('is zero before the item existed, today in the future, and stays after the deletion', async () => {
  const { id, position } = await rest.newItem({ quantity: 3 });
  expect(await asOf(id, 'asOf=2001-01-01T00:00:00Z')).toEqual({
    itemId: id,
    asOf: '2001-01-01T00:00:00.000Z',
    clock: 'recorded',
    position: 0,
    quantity: 0,
    reserved: 0,
    unavailable: 0,
    available: 0,
    incoming: 0,
    levels: [],
  });
  const future = await asOf(id, 'asOf=2999-01-01T00:00:00Z');
  expect(future).toMatchObject({ quantity: 3, position, levels: [{ location: 'main', onHand: 3, available: 3 }] });
  expect(future.asOf < '2900').toBe(true);
  const held = (await asOf(id, '')).asOf;
  await new Promise((resolve) => setTimeout(resolve, 5));
  await rest.call('DELETE', `/items/${id}`);
  expect(await asOf(id, '')).toMatchObject({ quantity: 0 });
  expect(await asOf(id, `asOf=${held}`)).toMatchObject({ quantity: 3, position });
});

it('names what is wrong with a question', async () => {
  const { id } = await rest.newItem();
  const fields = async (query: string): Promise<unknown> =>
    (await rest.call<{ errors: { field: string }[] }>('GET', `/items/${id}/stock?${query}`)).body.errors[0]?.field;
  expect(await fields('asOf=yesterday')).toBe('asOf');
  expect(await fields('asOf=2026-02-30T00:00:00Z')).toBe('asOf');
  expect(await fields('clock=wall')).toBe('clock');
  expect(await fields('at=2026-01-01T00:00:00Z')).toBe('at');
  expect((await rest.call('GET', `/items/${'0'.repeat(24)}/stock`)).status).toBe(404);
  expect((await rest.call('GET', '/items/x/stock')).status).toBe(400);
  expect((await rest.call('GET', `/items/${id}/stock`, undefined, { authorization: '' })).status).toBe(401);
});
