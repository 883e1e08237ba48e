import { CLOCKS, type Clock, type EventPage, type LedgerEvent, type Level, type PastStock } from '@app/contracts';
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

  // A late entry before a count changes the past, and not today.
  await rest.call('POST', `/items/${id}/movements`, { type: 'count', quantity: 3_000 });
  const [before, then] = [await asOf(id, 'clock=effective'), await asOf(id, `clock=effective&asOf=${ago(100)}`)];
  await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 7, effectiveAt: ago(200) });
  expect((await asOf(id, 'clock=effective')).quantity).toBe(before.quantity);
  expect((await asOf(id, `clock=effective&asOf=${ago(100)}`)).quantity).toBe(then.quantity - 7);
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
