import type { Cursor, EventPage, Item, LedgerEvent, TokenPair } from '@app/contracts';
import { callAs } from './support/api';
import { Subscriber, until } from './support/sockets';
import { startNotificationReplica, startStack, type Replica, type RunningApp, type Stack } from './support/stack';

/** Events of a room that a subscription may have missed here. */
const REPLAY = 30;
const WATCHES = 3;
let stack: Stack;
let second: Replica;
let secondUrl: string;
let key: string;
let other: string;
let made = 0;
const subscribers: Subscriber[] = [];

function call<Body = unknown>(method: string, path: string, body?: object, token = key): Promise<Body> {
  return callAs(stack.gatewayUrl, token, method, path, body);
}

async function connect(url = stack.notificationUrl, token = key): Promise<Subscriber> {
  const subscriber = new Subscriber(url, token);
  subscribers.push(subscriber);
  return subscriber.connected();
}

function newItem(over: object = {}): Promise<Item> {
  return call<Item>('POST', '/items', { name: `item ${++made}`, ...over });
}

async function move(item: Item, type: string, quantity: number, more: object = {}): Promise<number> {
  const line = { type, quantity, ...more };
  return (await call<{ position: number }>('POST', `/items/${item.id}/movements`, line)).position;
}

async function here(): Promise<Cursor> {
  const { epoch, head } = await call<EventPage>('GET', '/events?limit=1');
  return { epoch, position: head };
}

/** What a room should bring after a position, from the ledger itself. */
async function truth(after: number, belongs: (event: LedgerEvent) => boolean): Promise<number[]> {
  const { events, position, head } = await call<EventPage>('GET', `/events?after=${after}&limit=1000`);
  if (position !== head) throw new Error('more than a page');
  return events.filter(belongs).map((event) => event.position);
}

function told({ alerts }: Subscriber, { id }: Item): [string, number, number][] {
  return alerts
    .filter(({ itemId }) => itemId === id)
    .map(({ kind, available, threshold }) => [kind, available, threshold]);
}

beforeAll(async () => {
  stack = await startStack({ env: { SOCKET_REPLAY_EVENTS: String(REPLAY), WATCHES_PER_CALLER: String(WATCHES) } });
  second = await startNotificationReplica(stack);
  secondUrl = `http://127.0.0.1:${second.port}`;
  const credentials = { email: stack.adminEmail, password: stack.adminPassword };
  const { accessToken } = await call<TokenPair>('POST', '/auth/login', credentials, '');
  const newKey = async (name: string, role: string): Promise<string> =>
    (await call<{ key: string }>('POST', '/api-keys', { name, role }, accessToken)).key;
  [key, other] = [await newKey('ana', 'admin'), await newKey('bob', 'viewer')];
  await call('POST', '/locations', { code: 'shop', name: 'Shop' });
});
afterEach(() => subscribers.splice(0).forEach((subscriber) => subscriber.close()));
afterAll(async () => {
  await second.stop();
  await stack.stop();
});

describe('rooms of locations and categories', () => {
  const atShop = ({ location }: LedgerEvent): boolean => location === 'shop';
  const ofTea = ({ category, fields }: LedgerEvent): boolean => category === 'tea' || fields?.category?.[0] === 'tea';

  it('go on without a gap over the death of notification and inventory, each event once', async () => {
    const tea = await newItem({ category: 'tea', quantity: 50 });
    const pot = await newItem({ category: 'pots', quantity: 50 });
    const since = await here();
    const [one, batched] = [await connect(), await connect()];
    expect(await one.subscribe('location:shop')).toEqual({ ok: true, room: 'location:shop', ...since });
    await one.subscribe('category:tea');
    await batched.subscribe('location:shop', { batch: true });
    await move(tea, 'transfer', 5, { toLocation: 'shop' });
    await move(pot, 'receive', 5, { location: 'shop' });
    await move(pot, 'receive', 5);
    await until(() => one.seen('location:shop').length === 2 && one.seen('category:tea').length === 2);
    await until(() => batched.seen('location:shop').length === 2);
    expect(batched.seen('location:shop')).toEqual(one.seen('location:shop'));

    await stack.kill('notification');
    await call('PATCH', `/items/${tea.id}`, { category: 'coffee' });
    await call('PATCH', `/items/${pot.id}`, { category: 'tea' });
    await move(tea, 'issue', 1, { location: 'shop' });
    await stack.kill('inventory');
    await stack.restart('inventory');
    await until(() => move(pot, 'issue', 2, { location: 'shop' }).then(Boolean, () => false), 10_000);
    await stack.restart('notification');
    const back = await connect();
    const places = { 'location:shop': atShop, 'category:tea': ofTea };
    for (const room of Object.keys(places)) {
      expect(await back.subscribe(room, { since })).toEqual({ ok: true, room, ...since });
    }
    await move(pot, 'issue', 1, { location: 'shop' });
    for (const [room, belongs] of Object.entries(places)) {
      const wanted = await truth(since.position, belongs);
      await until(() => back.seen(room).at(-1) === wanted.at(-1));
      expect(back.seen(room)).toEqual(wanted);
      expect(wanted.length).toBeGreaterThan(4);
    }
  });

  it('begin anew after too many events of their own, however many there were of others', async () => {
    const item = await newItem();
    const row = { itemId: item.id, type: 'receive', quantity: 1 };
    const since = await here();
    const rows = (count: number, location: string): object[] =>
      Array.from({ length: count }, () => ({ ...row, location }));
    await call('POST', '/movements/batch', { rows: [...rows(3, 'shop'), ...rows(3 * REPLAY, 'main')] });
    const subscriber = await connect();
    expect(await subscriber.subscribe('location:shop', { since })).not.toHaveProperty('reset');
    await until(() => subscriber.seen('location:shop').length === 3);
    await call('POST', '/movements/batch', { rows: rows(REPLAY - 2, 'shop') });
    expect(await subscriber.subscribe('location:shop', { since })).toMatchObject({ reset: true });
    expect(await subscriber.subscribe('items', { since })).toMatchObject({
      reset: true,
      position: (await here()).position,
    });
    const foreign = { epoch: 'another', position: 1 };
    expect(await subscriber.subscribe('category:tea', { since: foreign })).toMatchObject({ reset: true });
  });

  it('that can not be are refused, and an unknown location is not found', async () => {
    const subscriber = await connect();
    for (const room of [
      'orders',
      'location:',
      'location:a b',
      'category:',
      'category:\u0000',
      'alerts:x',
      'item:1',
      7,
    ]) {
      const reply = await subscriber.ask('subscribe', { room });
      expect(reply).toMatchObject({ ok: false, error: { code: 'validation', errors: [{ field: 'room' }] } });
    }
    const notFound = { ok: false, error: { code: 'not-found' } };
    expect(await subscriber.attempt('location:nowhere')).toMatchObject(notFound);
    expect(await subscriber.attempt(`item:${'0'.repeat(24)}`)).toMatchObject(notFound);
    expect(await subscriber.attempt('category:nobody has this')).toMatchObject({ ok: true });
  });
});

describe('alerts', () => {
  it('begin with what is low, follow the state, and each comes once over restarts', async () => {
    const low = await newItem({ quantity: 3, reorderLevel: 5 });
    const item = await newItem({ quantity: 30, reorderLevel: 20 });
    const subscriber = await connect();
    const start = await subscriber.subscribe('alerts');
    const ids = (start.snapshot as Item[]).map(({ id }) => id);
    expect([ids.includes(low.id), ids.includes(item.id), start.truncated]).toEqual([true, false, undefined]);
    expect(start.position).toBe((await here()).position);
    const since = { epoch: start.epoch, position: start.position };

    const first = await move(item, 'issue', 10);
    await move(item, 'issue', 1);
    await move(item, 'receive', 2);
    await move(item, 'receive', 1);
    await until(() => subscriber.alerts.length === 2);
    const { name, sku, id: itemId } = item;
    expect(subscriber.alerts[0]).toEqual({
      kind: 'low-stock',
      itemId,
      sku,
      name,
      available: 20,
      threshold: 20,
      position: first,
    });
    await stack.kill('notification');
    await call('PATCH', `/items/${item.id}`, { reorderLevel: 22 });
    await stack.kill('inventory');
    await stack.restart('inventory');
    await until(() => move(item, 'issue', 5).then(Boolean, () => false), 10_000);
    await stack.restart('notification');
    const back = await connect();
    expect(await back.subscribe('alerts', { since })).toEqual({ ok: true, room: 'alerts', ...since });
    await move(item, 'receive', 8);
    const expected = [
      ['low-stock', 20, 20],
      ['recovered', 22, 20],
      ['low-stock', 22, 22],
      ['recovered', 25, 22],
    ];
    await until(() => back.alerts.length >= expected.length);
    expect(told(back, item)).toEqual(expected);
    const created = await newItem({ reorderLevel: 1 });
    await until(() => told(back, created).length === 1);
    expect(back.alerts).toHaveLength(expected.length + 1);

    await call('DELETE', `/items/${created.id}`);
    const again = await back.subscribe('alerts', { since: { epoch: 'another', position: 0 } });
    expect(again).toMatchObject({ reset: true });
    expect((again.snapshot as Item[]).map(({ id }) => id)).not.toContain(created.id);
    expect(await call('GET', '/ledger/verify')).toMatchObject({ ok: true });
  });
});

describe('a watch', () => {
  it('is told on every socket of its caller, again only after it rose, and outlives connections and processes', async () => {
    const item = await newItem({ quantity: 10 });
    const [here1, there, stranger] = [await connect(), await connect(secondUrl), await connect(secondUrl, other)];
    await stranger.subscribe('items');
    expect(await here1.ask('watch', { itemId: item.id, below: 5, rearmAt: 8 })).toEqual({ ok: true });
    // The other process hears of it within a second or so.
    await until(async () => (await watchesOf(second)) === 1);
    await move(item, 'issue', 5);
    await move(item, 'receive', 2);
    await move(item, 'issue', 3);
    await move(item, 'receive', 4);
    const last = await move(item, 'issue', 3);
    await until(() => here1.alerts.length === 2 && there.alerts.length === 2);
    for (const { alerts } of [here1, there])
      expect(alerts.map(({ kind, available, threshold }) => [kind, available, threshold])).toEqual([
        ['watch', 5, 5],
        ['watch', 5, 5],
      ]);
    expect(here1.alerts[1]?.position).toBe(last);

    there.close();
    // What happens next is told to nobody.
    await until(async () => (await watchesOf(second)) === 0);
    await stack.kill('notification');
    await move(item, 'receive', 5);
    await move(item, 'issue', 9);
    await move(item, 'receive', 1);
    await stack.restart('notification');
    await until(() => here1.alerts.length === 3);
    expect(here1.alerts[2]).toMatchObject({ kind: 'watch', available: 1 });
    // Said again, a watch is answered with the alert that holds: a line that was dead may have swallowed it.
    const same = await here1.ask('watch', { itemId: item.id, below: 5, rearmAt: 8 });
    expect(same).toEqual({ ok: true, alert: here1.alerts[2] });
    await move(item, 'issue', 1);
    expect(await here1.ask('watch', { itemId: item.id, below: 2 })).toEqual({ ok: true });
    await until(() => here1.alerts.length === 4);
    expect(here1.alerts[3]).toMatchObject({ available: 1, threshold: 2 });
    expect(await here1.ask('unwatch', { itemId: item.id })).toEqual({ ok: true });
    expect(await here1.ask('unwatch', { itemId: item.id })).toEqual({ ok: true });
    await move(item, 'receive', 20);
    await stranger.subscribe('items');
    const position = await move(item, 'issue', 20);
    await until(() => stranger.seen('items').includes(position));
    expect([here1.alerts.length, stranger.alerts.length]).toEqual([4, 0]);
  });

  it('that is ended is so for every socket of its caller, each of which is told', async () => {
    const { id: itemId } = await newItem({ quantity: 10 });
    const [here1, there, stranger] = [await connect(), await connect(secondUrl), await connect(secondUrl, other)];
    await stranger.ask('watch', { itemId, below: 5 });
    await here1.ask('watch', { itemId, below: 5 });
    await until(async () => (await watchesOf(second)) === 2);
    await there.ask('watch', { itemId, below: 4 });
    await here1.ask('unwatch', { itemId });
    await until(() => there.unwatched.length > 0);
    expect([here1, there, stranger].map(({ unwatched }) => unwatched)).toEqual([[{ itemId }], [{ itemId }], []]);
    await stranger.ask('unwatch', { itemId });
  });

  it('is refused when it can not be, and a caller has so many', async () => {
    const subscriber = await connect(stack.notificationUrl, other);
    const absent = '0'.repeat(24);
    expect(await subscriber.ask('watch', { itemId: absent, below: 1 })).toMatchObject({ error: { code: 'not-found' } });
    for (const [request, field] of [
      [{ itemId: 'x', below: 1 }, 'itemId'],
      [{ itemId: absent, below: -1 }, 'below'],
      [{ itemId: absent, below: 2, rearmAt: 2 }, 'rearmAt'],
    ] as const) {
      const reply = await subscriber.ask('watch', request);
      expect(reply).toMatchObject({ ok: false, error: { code: 'validation', errors: [{ field }] } });
    }
    const items = await Promise.all(Array.from({ length: WATCHES + 1 }, () => newItem({ quantity: 5 })));
    const replies = await Promise.all(items.map(({ id }) => subscriber.ask('watch', { itemId: id, below: 1 })));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(WATCHES);
    expect(replies.at(-1)).toMatchObject({ ok: false, error: { code: 'too-many-watches', status: 409 } });
    await subscriber.ask('unwatch', { itemId: items[0]?.id });
    expect(await subscriber.ask('watch', { itemId: items.at(-1)?.id, below: 1 })).toEqual({ ok: true });
  });
});

describe('presence', () => {
  const names = ({ presences }: Subscriber): string[] | undefined =>
    presences.at(-1)?.members.map(({ name, activity }) => `${name} ${activity}`);

  it('is seen in every process, and gone with whoever leaves, is lost, or whose process is killed', async () => {
    const room = 'location:shop';
    const [ana, bob, carol] = [await connect(), await connect(secondUrl, other), await connect()];
    for (const each of [ana, bob, carol]) await each.subscribe(room);
    const reply = await ana.ask('presence', { room, activity: 'counting' });
    expect(reply).toEqual({ ok: true, members: [{ name: 'ana', activity: 'counting', since: expect.any(String) }] });
    await until(() => names(bob)?.length === 1 && names(carol)?.length === 1);
    await bob.ask('presence', { room, activity: 'packing' });
    await until(() => names(ana)?.join() === 'ana counting,bob packing');
    expect(ana.presences).toHaveLength(1);
    const late = await connect();
    await late.subscribe(room);
    await until(() => names(late)?.length === 2);

    await ana.ask('presence', { room, activity: null });
    await until(() => names(carol)?.join() === 'bob packing');
    await carol.ask('presence', { room, activity: 'looking' });
    await carol.ask('unsubscribe', { room });
    await until(() => names(ana)?.join() === 'bob packing');
    await late.ask('presence', { room, activity: 'late' });
    late.close();
    await until(() => names(ana)?.join() === 'bob packing' && names(bob)?.join() === 'bob packing');
    bob.socket.io.reconnection(false);
    await second.kill('SIGKILL');
    await until(() => names(ana)?.length === 0, 10_000, 'the end of a killed process');
  });

  it('is for whoever asked for the room right before', async () => {
    const room = 'category:at once';
    const subscriber = await connect();
    const [, announced] = await Promise.all([
      subscriber.ask('subscribe', { room }),
      subscriber.ask('presence', { room, activity: 'counting' }),
    ]);
    expect(announced).toMatchObject({ ok: true, members: [{ activity: 'counting' }] });
  });

  it('of nobody is told to whoever has asked, when the room is entered anew', async () => {
    const room = 'category:nobody';
    const [asking, other] = [await connect(), await connect()];
    for (const each of [asking, other]) await each.subscribe(room);
    await asking.ask('presence', { room, activity: null });
    for (const each of [asking, other]) await each.subscribe(room);
    await until(() => asking.presences.length > 0);
    expect([asking.presences, other.presences]).toEqual([[{ room, members: [] }], []]);
  });

  it('is for those in the room, of sane text, and not too often', async () => {
    const subscriber = await connect();
    const room = 'items';
    expect(await subscriber.ask('presence', { room, activity: 'x' })).toMatchObject({ error: { code: 'forbidden' } });
    await subscriber.subscribe(room);
    for (const activity of ['', ' ', 'a\u0000b', 'x'.repeat(101), 7, {}, undefined]) {
      const reply = await subscriber.ask('presence', { room, activity });
      expect(reply).toMatchObject({ ok: false, error: { code: 'validation', errors: [{ field: 'activity' }] } });
    }
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, index) => subscriber.ask('presence', { room, activity: `step ${index}` })),
    );
    // Now and then one is allowed again, which may be the last of them.
    expect(replies.findLast(({ ok }) => !ok)).toMatchObject({ error: { code: 'rate-limited' } });
    expect(replies.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(20);
  });
});

it('the lag of what is pushed can be seen', async () => {
  const metrics = async (): Promise<string> => (await fetch(`${stack.opsUrls.notification}/metrics`)).text();
  expect(await metrics()).toMatch(/^sockets_push_seconds_count\{.*follower="sockets".*\} [1-9]/m);
  // Sockets that have just been closed leave their rooms a moment later.
  await until(async () => /^sockets_rooms\{.*kind="location".*\} 0$/m.test(await metrics()));
  await until(async () => /^sockets_feed_lag\{.*\} 0$/m.test(await metrics()));
});

async function watchesOf({ opsUrl }: RunningApp): Promise<number> {
  const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
  return Number(/^sockets_watches\{.*\} (\d+)$/m.exec(metrics)?.[1]);
}
