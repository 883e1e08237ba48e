import type { Cursor, EventPage, Item, LedgerEvent, TokenPair } from '@app/contracts';
import { once } from 'node:events';
import type { Socket as TcpSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callAs } from './support/api';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { startStack, type Stack } from './support/stack';
import { Stopwatch, timed } from './support/stopwatch';

const ACCESS_TTL_S = 8;
let stack: Stack;
let key: string;
const subscribers: Subscriber[] = [];

function call<Body = unknown>(method: string, path: string, body?: object, token = key): Promise<Body> {
  return callAs(stack.gatewayUrl, token, method, path, body);
}

function login(): Promise<TokenPair> {
  const credentials = { email: stack.adminEmail, password: stack.adminPassword };
  return call<TokenPair>('POST', '/auth/login', credentials, '');
}

function connect(token = key, options = {}): Promise<Subscriber> {
  const subscriber = new Subscriber(stack.notificationUrl, token, options);
  subscribers.push(subscriber);
  return subscriber.connected();
}

function createItem(name: string): Promise<Item> {
  return call<Item>('POST', '/items', { name });
}

async function receive(item: Item, quantity = 1): Promise<number> {
  const line = { type: 'receive', quantity };
  const { position } = await call<{ position: number }>('POST', `/items/${item.id}/movements`, line);
  return position;
}

async function here(): Promise<Cursor> {
  const { epoch, head } = await call<EventPage>('GET', '/events?limit=1');
  return { epoch, position: head };
}

/** All events after a position, from the ledger itself. */
async function truth(after: number): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (let position = after; ;) {
    const page = await call<EventPage>('GET', `/events?after=${position}&limit=1000`);
    events.push(...page.events);
    position = page.position;
    if (position >= page.head) return events;
  }
}

/** Each got what the ledger holds after its start: in order, once. */
async function complete(room: string, starts: Map<Subscriber, number>): Promise<void> {
  const from = Math.min(...starts.values());
  const own = (await truth(from)).filter((event) => room === 'items' || room === `item:${event.itemId}`);
  const wanted = own.map(({ position }) => position);
  for (const [subscriber, start] of starts) {
    await until(() => subscriber.seen(room).at(-1) === wanted.at(-1), PATIENCE_MS, 'the last event');
    expect(subscriber.seen(room)).toEqual(wanted.filter((position) => position > start));
  }
}

async function figure(name: string): Promise<number> {
  const metrics = await (await fetch(`${stack.opsUrls.notification}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(metrics)?.[1]);
}

beforeAll(async () => {
  stack = await startStack({ env: { JWT_ACCESS_TTL: String(ACCESS_TTL_S), SOCKET_STUCK_SECONDS: '4' } });
  const { accessToken } = await login();
  key = (await call<{ key: string }>('POST', '/api-keys', { name: 'spec', role: 'admin' }, accessToken)).key;
});
afterEach(() => subscribers.splice(0).forEach((subscriber) => subscriber.close()));
afterAll(() => stack.stop());

describe('events', () => {
  it('arrive as REST tells them, in the room of the item and in that of everything', async () => {
    const item = await createItem('Heart');
    const subscriber = await connect();
    const room = `item:${item.id}`;
    const { position, snapshot } = await subscriber.subscribe(room);
    expect(snapshot).toEqual(await call<Item>('GET', `/items/${item.id}`));
    await subscriber.subscribe('items');
    expect(await receive(item, 5)).toBe(position + 1);
    await until(() => subscriber.events.length === 2);
    const [event] = await truth(position);
    const expected = ['items', room].map((name) => Object.assign({ room: name }, event));
    expect(subscriber.events.toSorted((a, b) => (a.room < b.room ? 1 : -1))).toEqual(expected);
  });

  it('of one operation come together', async () => {
    const items = await Promise.all(['a', 'b', 'c'].map(createItem));
    const subscriber = await connect();
    await subscriber.subscribe('items', { batch: true });
    const lines = items.map(({ id }) => ({ itemId: id, type: 'receive', quantity: 1 }));
    await call('POST', '/movements', { lines });
    await until(() => subscriber.events.length === 3);
    expect(subscriber.batches).toHaveLength(1);
  });
});

describe('a session', () => {
  it('that ends takes its sockets along within 5 s, unless they got a fresh token', async () => {
    const [brief, renewed] = [await login(), await login()];
    const [one, other] = [await connect(brief.accessToken), await connect(renewed.accessToken)];
    const { refreshToken } = renewed;
    const fresh = await call<TokenPair>('POST', '/auth/refresh', { refreshToken }, '');
    await sleep(3_000);
    const renewedAt = Date.now();
    const later = await call<TokenPair>('POST', '/auth/refresh', { refreshToken: fresh.refreshToken }, '');
    let otherEnded = 0;
    other.socket.once('disconnect', () => (otherEnded = Date.now()));
    expect(await other.ask('authenticate', { token: later.accessToken })).toEqual({ ok: true });
    await until(() => one.disconnects.length > 0, (ACCESS_TTL_S + 5) * 1_000);
    expect(one.disconnects).toEqual(['io server disconnect']);
    await until(() => other.disconnects.length > 0, (ACCESS_TTL_S + 5) * 1_000);
    // With its last token and not before: that ends with a whole second.
    expect(otherEnded).toBeGreaterThan(renewedAt + (ACCESS_TTL_S - 1) * 1_000);
    await expect(connect(brief.accessToken)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });

  it('that is logged out, and a key that is deleted, too', async () => {
    const { accessToken } = await login();
    const admin = key;
    const made = await call<{ id: string; key: string }>('POST', '/api-keys', { name: 'till', role: 'viewer' }, admin);
    const [user, till] = [await connect(accessToken), await connect(made.key)];
    await call('POST', '/auth/logout', {}, accessToken);
    await call('DELETE', `/api-keys/${made.id}`, undefined, admin);
    await until(() => user.disconnects.length > 0 && till.disconnects.length > 0, 5_000);
    await expect(connect(accessToken)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
    await expect(connect(made.key)).rejects.toMatchObject({ data: { code: 'unauthenticated' } });
  });
});

/** Writes with several clients until it is told to stop. */
function writing(items: Item[]): () => Promise<void> {
  let stop = false;
  const write = async (item: Item): Promise<void> => {
    while (!stop) await receive(item).catch(() => sleep(50));
  };
  const running = items.map(write);
  return async () => {
    stop = true;
    await Promise.all(running);
  };
}

/** Subscribes now and after each reconnection from the last position that it knows, as a client does. */
async function keepSubscribed(subscriber: Subscriber, room: string, since: Cursor, batch: boolean): Promise<void> {
  const cursor = { ...since };
  subscriber.socket.on('event', ({ position }) => (cursor.position = position));
  subscriber.socket.on('events', ({ events }) => (cursor.position = events.at(-1)?.position ?? cursor.position));
  const again = async (): Promise<void> => {
    const reply = await subscriber.attempt(room, { since: { ...cursor }, batch });
    if (!reply.ok) await sleep(200).then(again);
    else expect(reply.reset).toBeUndefined();
  };
  subscriber.socket.on('connect', () => void again().catch(() => undefined));
  await again();
}

describe('200 clients', () => {
  it('that all come back at once, to a notification that was killed, miss nothing and get nothing twice', async () => {
    const items = await Promise.all(['d', 'e', 'f', 'g'].map(createItem));
    const since = await here();
    const clients = await Promise.all(Array.from({ length: 200 }, () => connect()));
    const stop = writing(items);
    const rooms = ['items', ...items.map(({ id }) => `item:${id}`)];
    const starts = new Map(rooms.map((room) => [room, new Map<Subscriber, number>()]));
    await Promise.all(
      clients.map((client, index) => {
        const room = rooms[index % rooms.length] ?? 'items';
        starts.get(room)?.set(client, since.position);
        return keepSubscribed(client, room, since, index % 2 === 0);
      }),
    );
    await sleep(500);
    for (const { socket } of clients) socket.io.engine.close();
    const back = (times: number): boolean =>
      clients.every(({ socket, disconnects }) => socket.connected && disconnects.length >= times);
    await until(() => back(1), PATIENCE_MS, 'coming back');
    await sleep(200);
    await stack.kill('notification');
    await sleep(300);
    await stack.restart('notification');
    await until(() => back(2), PATIENCE_MS, 'coming back');
    await sleep(500);
    await stop();
    for (const [room, own] of starts) await complete(room, own);
    for (const { disconnects } of clients) expect(disconnects).toHaveLength(2);
  });
});

describe('an inventory that is killed', () => {
  it('costs no socket and no event', async () => {
    const item = await createItem('h');
    const subscriber = await connect();
    const { position } = await subscriber.subscribe(`item:${item.id}`);
    await stack.kill('inventory');
    const { answer, ms } = await timed(subscriber.attempt(`item:${item.id}`));
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(ms).toBeLessThan(2_000);
    await stack.restart('inventory');
    await until(() => receive(item).then(Boolean, () => false), 10_000);
    await receive(item);
    await complete(`item:${item.id}`, new Map([[subscriber, position]]));
    expect(subscriber.disconnects).toEqual([]);
  });
});

describe('a client that stops reading', () => {
  it('costs nobody else anything, and is disconnected', async () => {
    const item = await createItem('i');
    const [slow, quick] = [await connect(key, { reconnection: false }), await connect()];
    await slow.subscribe('items');
    const { position } = await quick.subscribe('items', { batch: true });
    const wire = Reflect.get(Reflect.get(slow.socket.io.engine.transport, 'ws') as object, '_socket') as TcpSocket;
    wire.pause();
    const row = { itemId: item.id, type: 'receive', quantity: 1, note: 'n'.repeat(900) };
    for (let batch = 1; batch <= 15; batch++) {
      await call('POST', '/movements/batch', { rows: Array.from({ length: 1_000 }, () => row) });
      // This process, too, may be one that reads slowly.
      await until(() => quick.events.length === batch * 1_000);
      expect(await figure('sockets_backlog_bytes')).toBeLessThan(2 * 1_048_576 + 262_144);
    }
    await complete('items', new Map([[quick, position]]));
    expect(quick.lagged).toEqual([]);
    await until(async () => (await figure('sockets_open')) === 1);
    wire.resume();
    await until(() => slow.disconnects.length > 0);
  });
});

describe('SIGTERM', () => {
  it('ends the process in good order, and clients come back by themselves to the next one', async () => {
    const subscriber = await connect();
    await subscriber.subscribe('items');
    const watch = new Stopwatch();
    const exit = once(stack.processes.notification!, 'exit').then((how: unknown[]) => ({ how, ms: watch.stop() }));
    await stack.restart('notification');
    const { how, ms } = await exit;
    expect(how).toEqual([0, null]);
    expect(ms).toBeLessThan(8_000);
    await until(() => subscriber.disconnects.length > 0 && subscriber.socket.connected);
    expect(subscriber.disconnects).toEqual(['transport close']);
  });
});
