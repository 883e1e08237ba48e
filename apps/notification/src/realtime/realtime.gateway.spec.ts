import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemId } from '../../../../test/support/inventory';
import { startNotification, type Notification } from '../../../../test/support/notification';
import { Subscriber, until } from '../../../../test/support/sockets';

let app: Notification;

beforeAll(async () => {
  app = await startNotification();
  app.ledger.append([itemId(1)]);
});
afterEach(() => app.disconnect());
afterAll(() => app.close());

describe('the handshake', () => {
  const tokens = [undefined, '', 'mallory s1', 'ana s1 -1', 7, {}, 'x'.repeat(5_000)];

  it.each(tokens.map((token) => [token]))('refuses the token %j', async (token) => {
    const subscriber = new Subscriber(app.url, token, { reconnection: false });
    await expect(subscriber.connected()).rejects.toMatchObject({ data: { code: 'unauthenticated', status: 401 } });
    subscriber.close();
  });

  it('is for websockets only', async () => {
    const polling = new Subscriber(app.url, 'ana s1', { transports: ['polling'], reconnection: false });
    await expect(polling.connected()).rejects.toThrow('xhr poll error');
    polling.close();
  });

  it('is answered with 503 while there are as many sockets as there may be', async () => {
    const small = await startNotification({ maxSockets: 1 });
    try {
      const first = await small.connect();
      const query = '/socket.io/?EIO=4&transport=websocket';
      const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
      const asked = request(small.url + query, {
        headers: { ...headers, 'sec-websocket-key': 'c3RvY2t3aXJlIHRlc3Q=' },
      }).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(await json(answer)).toMatchObject({ code: 'overloaded', status: 503 });
      first.close();
      await until(async () => (await small.metric('sockets_open')) === 0);
      await small.connect();
    } finally {
      small.disconnect();
      await small.close();
    }
  });
});

describe('a subscription', () => {
  it('is answered first and then given every event of everything, with its room', async () => {
    const subscriber = await app.connect();
    const { head, epoch } = app.ledger;
    expect(await subscriber.subscribe('items')).toEqual({ ok: true, room: 'items', epoch, position: head });
    app.ledger.append([itemId(1), itemId(2)]);
    await until(() => subscriber.events.length === 2);
    expect(subscriber.trace).toEqual([`ack ${head}`, `event ${head + 1}`, `event ${head + 2}`]);
    expect(subscriber.events[0]).toEqual(Object.assign({ room: 'items' }, app.ledger.events[head]));
  });

  it('to an item begins with a snapshot and goes on with its events only', async () => {
    const subscriber = await app.connect();
    const room = `item:${itemId(1)}`;
    const reply = await subscriber.subscribe(room);
    expect(reply).toMatchObject({ position: app.ledger.head, snapshot: app.ledger.itemOf(itemId(1)) });
    app.ledger.append([itemId(2)]);
    const position = app.ledger.append([itemId(1)]);
    await until(() => subscriber.events.length > 0);
    await sleep(20);
    expect(subscriber.seen(room)).toEqual([position]);
  });

  it('gives several events in one message when asked to, an operation never in two', async () => {
    const subscriber = await app.connect();
    const single = await app.connect();
    await subscriber.subscribe('items', { batch: true });
    await single.subscribe('items');
    const ids = Array.from({ length: 100 }, (_, index) => itemId(index));
    app.ledger.held = true;
    app.ledger.pageSize = 250;
    for (let operation = 0; operation < 30; operation++) app.ledger.append(ids);
    app.ledger.release();
    await until(() => subscriber.events.length === 3_000 && single.events.length === 3_000);
    app.ledger.pageSize = 1_000;
    for (const { events } of subscriber.batches) expect(events.length % 100).toBe(0);
    expect(subscriber.seen('items')).toEqual(single.seen('items'));
    expect(single.batches).toEqual([]);
  });

  it('to an item that never was is refused, with a place to go on from too', async () => {
    const subscriber = await app.connect();
    const room = `item:${itemId(999_999)}`;
    const refusal = { ok: false, error: { code: 'not-found', status: 404, type: '/problems/not-found' } };
    expect(await subscriber.attempt(room)).toMatchObject(refusal);
    const since = { epoch: app.ledger.epoch, position: app.ledger.head };
    expect(await subscriber.attempt(room, { since })).toMatchObject(refusal);
  });

  it('to a deleted item is refused, but one that was in the room before hears of the end and of a new beginning', async () => {
    const subscriber = await app.connect();
    const id = itemId(50_001);
    const room = `item:${id}`;
    const since = { epoch: app.ledger.epoch, position: app.ledger.append([id]) };
    const deleted = app.ledger.append([id], { type: 'item.deleted' });
    expect(await subscriber.attempt(room)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await subscriber.subscribe(room, { since })).toMatchObject({ position: since.position });
    await until(() => subscriber.events.length === 1);
    const restored = app.ledger.append([id], { type: 'item.restored' });
    await until(() => subscriber.events.length === 2);
    expect(subscriber.seen(room)).toEqual([deleted, restored]);
  });

  it('ends with unsubscribe', async () => {
    const subscriber = await app.connect();
    await subscriber.subscribe('items');
    expect(await subscriber.ask('unsubscribe', { room: 'items' })).toEqual({ ok: true });
    app.ledger.append([itemId(1)]);
    await subscriber.subscribe(`item:${itemId(1)}`);
    const position = app.ledger.append([itemId(1)]);
    await until(() => subscriber.events.length > 0);
    expect(subscriber.events.map((event) => [event.room, event.position])).toEqual([[`item:${itemId(1)}`, position]]);
  });

  it('takes the place of the one before: nothing twice, nothing left out', async () => {
    const subscriber = await app.connect();
    await subscriber.subscribe('items');
    const since = { epoch: app.ledger.epoch, position: app.ledger.append([itemId(1)]) };
    const writing = (async () => {
      for (let count = 0; count < 200; count++) {
        app.ledger.append([itemId(1)]);
        if (count % 10 === 0) await sleep(1);
      }
    })();
    await sleep(5);
    await Promise.all([1, 2, 3].map((_) => subscriber.subscribe('items', { since })));
    const after = subscriber.trace.lastIndexOf(`ack ${since.position}`);
    await writing;
    await until(() => subscriber.seen('items').at(-1) === app.ledger.head);
    const expected = Array.from({ length: 200 }, (_, index) => `event ${since.position + 1 + index}`);
    expect(subscriber.trace.slice(after + 1)).toEqual(expected);
  });
});

describe('the rooms beside items', () => {
  it('each bring what is theirs, and an item that changes its category is told in both', async () => {
    app.ledger.locations.add('shop');
    const subscriber = await app.connect();
    const rooms = ['location:shop', 'category:tea', 'category:pots', 'category:batch|category:tea'];
    for (const room of rooms) await subscriber.subscribe(room);
    await subscriber.subscribe('category:tea', { batch: true });
    const at = app.ledger.head;
    app.ledger.append([itemId(1)], { location: 'shop', category: 'tea' });
    app.ledger.append([itemId(1)], { location: null, category: 'pots', fields: { category: ['tea', 'pots'] } });
    app.ledger.append([itemId(1)], { location: 'shop', category: null });
    await until(() => subscriber.events.length === 5);
    const seen = rooms.map((room) => subscriber.seen(room).map((position) => position - at));
    expect(seen).toEqual([[1, 3], [1, 2], [2], []]);
  });

  it('alerts: a snapshot of what is low, then crossings only, live and replayed alike', async () => {
    const low = app.ledger.itemOf(itemId(1));
    app.ledger.low = { items: low ? [low] : [], truncated: true };
    const subscriber = await app.connect();
    const { head: from, epoch } = app.ledger;
    const reply = await subscriber.subscribe('alerts');
    expect(reply).toEqual({ ok: true, room: 'alerts', epoch, position: from, snapshot: [low], truncated: true });
    await subscriber.subscribe('items');
    app.ledger.alerts.set(from + 2, { kind: 'low-stock', threshold: 5 });
    app.ledger.append([itemId(1), itemId(2), itemId(3)]);
    app.ledger.alerts.set(from + 4, { kind: 'recovered', threshold: 5 });
    app.ledger.append([itemId(2)]);
    await until(() => subscriber.events.length === 4 && subscriber.alerts.length === 2);
    const alert = { kind: 'low-stock', itemId: itemId(2), sku: null, name: `Item ${itemId(2)}` };
    expect(subscriber.alerts[0]).toEqual({ ...alert, available: 0, threshold: 5, position: from + 2 });
    // What an event means for the alerts does not go out with it.
    expect(subscriber.events[1]).toEqual(Object.assign({ room: 'items' }, app.ledger.events[from + 1]));
    const again = await app.connect();
    await again.subscribe('alerts', { since: { epoch, position: from + 2 }, batch: true });
    app.ledger.alerts.set(from + 5, { kind: 'low-stock', threshold: 6 });
    app.ledger.append([itemId(2)]);
    await until(() => again.alerts.length === 2);
    expect(again.alerts.map(({ kind, position }) => [kind, position - from])).toEqual([
      ['recovered', 4],
      ['low-stock', 5],
    ]);
  });

  it('of a location that never was is not found', async () => {
    const subscriber = await app.connect();
    const since = { epoch: app.ledger.epoch, position: 0 };
    for (const more of [{}, { since }])
      expect(await subscriber.attempt('location:nowhere', more)).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('wrong input', () => {
  it.each([
    ['subscribe', [null], 'request'],
    ['subscribe', ['items'], 'request'],
    ['subscribe', [[]], 'request'],
    ['subscribe', [], 'request'],
    ['subscribe', [{ room: 'items' }, 'two'], 'request'],
    ['subscribe', [{ room: 'orders' }], 'room'],
    ['subscribe', [{ room: 'items', since: { epoch: 'x', position: -0.5 } }], 'since.position'],
    ['unsubscribe', [{}], 'room'],
    ['authenticate', [{ token: 1 }], 'token'],
  ])('%s %j is refused and %s is named', async (event, args, field) => {
    const subscriber = await app.connect();
    const reply = await subscriber.ask(event, ...args);
    expect(reply).toMatchObject({ ok: false, error: { code: 'validation', status: 400, errors: [{ field }] } });
  });

  it('without a callback changes nothing and breaks nothing', async () => {
    const subscriber = await app.connect();
    for (const args of [[], [null], [{}], [Buffer.from('x')], [1, 2, 3], [{ room: 'items', batch: 7 }]])
      subscriber.say('subscribe', ...args);
    subscriber.say('no such thing', {});
    expect(await subscriber.ask('no such thing', {})).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await subscriber.subscribe('items')).toMatchObject({ ok: true });
  });

  it('that is far too large ends the connection, nobody else notices', async () => {
    const [subscriber, other] = [await app.connect('ana s1', { reconnection: false }), await app.connect()];
    void subscriber.ask('subscribe', { room: 'x'.repeat(100_000) }).catch(() => undefined);
    await until(() => subscriber.disconnects.length > 0);
    expect(await other.subscribe('items')).toMatchObject({ ok: true });
  });

  it('in a flood is answered as too much, then ignored', async () => {
    const subscriber = await app.connect();
    const replies = await Promise.all(
      Array.from({ length: 5_000 }, () => subscriber.ask('unsubscribe', { room: 'items' })),
    );
    const refusals = replies.filter(({ ok }) => !ok);
    expect(refusals.length).toBeGreaterThan(100);
    expect(refusals.at(-1)).toMatchObject({ error: { code: 'rate-limited', status: 429 } });
  });

  it('in a flood that goes on ends the connection, and the operator sees why', async () => {
    const subscriber = await app.connect('ana s1', { reconnection: false });
    const ended = await app.metric('sockets_ended_total');
    while (subscriber.disconnects.length === 0) {
      for (let message = 0; message < 1_000; message++)
        subscriber.socket.emit('unsubscribe', { room: 'items' }, () => undefined);
      await sleep(1);
    }
    expect(await app.metric('sockets_ended_total')).toBe(ended + 1);
  });

  it('of rooms is bounded', async () => {
    const subscriber = await app.connect();
    const ids = Array.from({ length: 201 }, (_, index) => itemId(100_000 + index));
    app.ledger.append(ids);
    const replies = await Promise.all(ids.map((id) => subscriber.attempt(`item:${id}`)));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(200);
    expect(replies.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'too-many-rooms', status: 409 } });
  });
});

describe('who is connected', () => {
  it('is disconnected when the token ends, unless a fresh one came', async () => {
    const [brief, renewed] = [await app.connect('ana s2 3000'), await app.connect('ana s3 3000')];
    expect(await renewed.ask('authenticate', { token: 'bob s3' })).toMatchObject({ ok: true });
    await until(() => brief.disconnects.length > 0, 3_000 + 5_000);
    expect(brief.disconnects).toEqual(['io server disconnect']);
    await sleep(500);
    expect(renewed.disconnects).toEqual([]);
  });

  it('stays who it is: the token of another is refused', async () => {
    const subscriber = await app.connect('ana s4');
    expect(await subscriber.ask('authenticate', { token: 'mallory s4' })).toMatchObject({
      error: { code: 'unauthenticated' },
    });
    expect(await subscriber.ask('authenticate', { token: 'robert s5' })).toMatchObject({
      error: { code: 'forbidden' },
    });
  });

  it('is disconnected when the session is revoked, and others are not', async () => {
    const [one, other] = [await app.connect('ana s6'), await app.connect('ana s7')];
    app.revoke('s6');
    await until(() => one.disconnects.length > 0, 5_000);
    expect(other.disconnects).toEqual([]);
    await expect(app.connect('ana s6')).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });
});
