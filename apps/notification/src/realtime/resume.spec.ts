import type { Cursor } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemId } from '../../../../test/support/inventory';
import { startNotification, type Notification } from '../../../../test/support/notification';
import { PATIENCE_MS, until, type Subscriber } from '../../../../test/support/sockets';
import { timed } from '../../../../test/support/stopwatch';

let app: Notification;
let writing = true;

beforeEach(async () => {
  writing = true;
  app = await startNotification();
  app.ledger.append([itemId(1)]);
});
afterEach(async () => {
  writing = false;
  app.disconnect();
  await app.close();
});

function here(position = app.ledger.head): Cursor {
  return { epoch: app.ledger.epoch, position };
}

function positions(from: number, to: number, room = 'items'): number[] {
  const own = app.ledger.events.slice(from, to);
  return own.filter((event) => room === 'items' || room === `item:${event.itemId}`).map(({ position }) => position);
}

/** The feed has seen everything. */
function followed(): Promise<void> {
  return until(async () => (await app.metric('sockets_feed_position')) === app.ledger.head);
}

async function all(subscriber: Subscriber, room: string, from: number): Promise<void> {
  const expected = positions(from, app.ledger.head, room);
  await until(() => subscriber.seen(room).length >= expected.length, PATIENCE_MS, `all of ${room}`);
  await sleep(20);
  expect(subscriber.seen(room)).toEqual(expected);
}

/** Writes until it is told to stop, or the test is over. */
function writer(items: number): () => Promise<void> {
  const running = (async () => {
    for (let count = 0; writing; count++) {
      app.ledger.append([itemId(count % items), itemId((count + 1) % items)]);
      await sleep(1);
    }
  })();
  return () => {
    writing = false;
    return running;
  };
}

describe('a subscription that goes on', () => {
  it.each([true, false])('misses nothing and gets nothing twice while events stream (batch: %s)', async (batch) => {
    const stop = writer(5);
    await sleep(100);
    const subscribers = await Promise.all(Array.from({ length: 20 }, () => app.connect()));
    const rooms = ['items', `item:${itemId(1)}`, `item:${itemId(3)}`];
    const asked = subscribers.flatMap((subscriber, index) =>
      rooms.map(async (room) => {
        const since = here(Math.max(0, app.ledger.head - 7 * index));
        const reply = await subscriber.subscribe(room, { since, batch });
        expect(reply).toEqual({ ok: true, room, ...since });
        return { subscriber, room, since };
      }),
    );
    const subscriptions = await Promise.all(asked);
    await sleep(300);
    await stop();
    for (const { subscriber, room, since } of subscriptions) await all(subscriber, room, since.position);
  });

  it('reads from the ledger what memory does not hold, an item only its own', async () => {
    for (let count = 0; count < 6_500; count++) app.ledger.append([itemId(count % 10), itemId(count % 7)]);
    const subscriber = await app.connect();
    await subscriber.subscribe('items', { batch: true });
    await followed();
    const stop = writer(10);
    await subscriber.subscribe('items', { since: here(1), batch: true });
    await subscriber.subscribe(`item:${itemId(3)}`, { since: here(1) });
    await sleep(200);
    await stop();
    await all(subscriber, `item:${itemId(3)}`, 1);
    const seen = subscriber.seen('items');
    await until(() => subscriber.seen('items').at(-1) === app.ledger.head);
    expect(seen).toEqual([...new Set(seen)]);
    expect(subscriber.seen('items').slice(-(app.ledger.head - 1))).toEqual(positions(1, app.ledger.head));
  });

  it('at a place that the feed has not reached waits for it', async () => {
    const subscriber = await app.connect();
    await subscriber.subscribe('items');
    app.ledger.held = true;
    const position = app.ledger.append([itemId(1), itemId(2)]);
    app.ledger.append([itemId(3)]);
    expect(await subscriber.subscribe('items', { since: here(position) })).toMatchObject({ position });
    expect(await subscriber.subscribe('items', { since: here(position) })).not.toHaveProperty('reset');
    app.ledger.release();
    await all(subscriber, 'items', position);
  });

  it('with a snapshot that is ahead of the feed gets nothing that is in the snapshot', async () => {
    const subscriber = await app.connect();
    await subscriber.subscribe('items');
    app.ledger.held = true;
    app.ledger.append([itemId(1), itemId(2), itemId(1)]);
    const room = `item:${itemId(1)}`;
    const { position, snapshot } = await subscriber.subscribe(room);
    expect([position, snapshot]).toMatchObject([app.ledger.head, { seq: 3 }]);
    app.ledger.append([itemId(1)]);
    app.ledger.release();
    await all(subscriber, room, position);
  });

  it('begins again when it cannot go on: another epoch, beyond the head, too much, too old', async () => {
    const subscriber = await app.connect();
    const room = `item:${itemId(1)}`;
    const snapshot = expect.objectContaining({ id: itemId(1) });
    const start = { ok: true, ...here(), reset: true };
    const foreign = { epoch: 'another', position: 0 };
    expect(await subscriber.subscribe('items', { since: foreign })).toEqual({ ...start, room: 'items' });
    expect(await subscriber.subscribe(room, { since: foreign })).toEqual({ ...start, room, snapshot });
    const beyond = here(app.ledger.head + 1);
    expect(await subscriber.subscribe('items', { since: beyond })).toEqual({ ...start, room: 'items' });
    expect(await subscriber.subscribe(room, { since: beyond })).toEqual({ ...start, room, snapshot });

    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000).toISOString();
    app.ledger.append([itemId(2)], { at: eightDaysAgo });
    const old = here(app.ledger.head - 1);
    await until(() => subscriber.seen('items').length === 1);
    expect(await subscriber.subscribe('items', { since: old })).toMatchObject({
      reset: true,
      position: app.ledger.head,
    });
    // What is old is not of this item: nothing of it was missed.
    expect(await subscriber.subscribe(room, { since: old })).not.toHaveProperty('reset');
  });

  it('is not sent back to the beginning by a database that is slow, as long as all that was missed is little and young', async () => {
    const from = app.ledger.append([itemId(1)]);
    // More than memory holds.
    for (let count = 0; count < 3_000; count++) app.ledger.append([itemId(count % 10)]);
    const subscriber = await app.connect();
    await followed();
    app.ledger.slow = true;
    for (const room of ['location:main', 'category:tea', 'alerts'])
      expect(await subscriber.subscribe(room, { since: here(from) })).toEqual({ ok: true, room, ...here(from) });
    await until(() => subscriber.seen('location:main').length === app.ledger.head - from);
    const old = app.ledger.append([itemId(2)], { at: new Date(0).toISOString() });
    for (let count = 0; count < 3_000; count++) app.ledger.append([itemId(count % 10)]);
    await followed();
    expect(await subscriber.subscribe('category:tea', { since: here(old - 1) })).toMatchObject({ reset: true });
    app.ledger.slow = false;
    // What is old is not of this room.
    expect(await subscriber.subscribe('category:tea', { since: here(old - 1) })).not.toHaveProperty('reset');
  });

  it('begins again after more than 100,000 events of the room, not of others', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => itemId(index % 99));
    for (let count = 0; count < 1_001; count++) app.ledger.append(ids);
    const subscriber = await app.connect();
    await followed();
    await subscriber.subscribe('items');
    expect(await subscriber.subscribe('items', { since: here(1) })).toMatchObject({ reset: true });
    const room = `item:${itemId(7)}`;
    expect(await subscriber.subscribe(room, { since: here(1) })).toMatchObject({ position: 1 });
    await all(subscriber, room, 1);
  });
});

describe('the position', () => {
  it('comes every 5 s, after all events up to it, and moves on in quiet rooms too', async () => {
    const subscriber = await app.connect();
    const silent = await app.connect();
    app.ledger.append([itemId(4)]);
    const stop = writer(5);
    await subscriber.subscribe(`item:${itemId(4)}`);
    await subscriber.subscribe('items');
    await until(() => subscriber.positions.length === 2, 12_000);
    await stop();
    const place = subscriber.trace.findLastIndex((line) => line.startsWith('position'));
    const told = subscriber.positions.at(-1)?.position ?? 0;
    const before = subscriber.trace.slice(0, place).filter((line) => line.startsWith('event'));
    expect(Math.max(...before.map((line) => Number(line.split(' ')[1])))).toBeLessThanOrEqual(told);
    expect(before).toContain(`event ${told}`);
    expect(subscriber.positions.map(({ epoch }) => epoch)).toEqual(['epoch-1', 'epoch-1']);
    expect(silent.positions).toEqual([]);
  });
});

describe('when the inventory is away', () => {
  it('sockets stay, what needs it is told within 2 s, and afterwards all goes on without a gap', async () => {
    const subscriber = await app.connect();
    const from = (await subscriber.subscribe('items')).position;
    await app.stopInventory();
    await sleep(300);
    const asked = Array.from({ length: 300 }, (_, index) => subscriber.attempt(`item:${itemId(index)}`));
    const { answer: refusals, ms } = await timed(Promise.all(asked));
    expect(ms).toBeLessThan(2_000);
    for (const reply of refusals) {
      expect(reply).toMatchObject({ ok: false, error: { status: 503 } });
    }
    expect(refusals[0]).toMatchObject({ error: { code: 'unavailable' } });
    app.ledger.append([itemId(1), itemId(2)]);
    await app.startInventory();
    await all(subscriber, 'items', from);
    expect(await subscriber.subscribe(`item:${itemId(1)}`)).toMatchObject({ ok: true });
    expect(subscriber.disconnects).toEqual([]);
  });
});

describe('when the ledger is replaced', () => {
  it('sockets are cut, come back by themselves and are told to start over', async () => {
    const subscriber = await app.connect();
    app.ledger.append([itemId(1), itemId(2), itemId(2)]);
    await followed();
    await subscriber.subscribe('items');
    const since = here();
    app.ledger.replace('epoch-2', 2);
    await until(() => subscriber.disconnects.length > 0 && subscriber.socket.connected);
    expect(subscriber.disconnects).toEqual(['transport close']);
    const reply = await subscriber.subscribe('items', { since });
    expect(reply).toEqual({ ok: true, room: 'items', epoch: 'epoch-2', position: 2, reset: true });
    app.ledger.append([itemId(2)]);
    await until(() => subscriber.seen('items').length > 0);
    expect(subscriber.events.map(({ position, epoch }) => [position, epoch])).toEqual([[3, 'epoch-2']]);
  });
});
