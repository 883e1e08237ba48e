import type { EventPage, Item, LedgerEvent, Room } from '@app/contracts';
import { judge } from '../tools/prove/stream/judge';
import { Relay } from '../tools/prove/stream/relay';
import { Subscriber as Follower } from '../tools/prove/stream/subscriber';
import { Truth } from '../tools/prove/stream/truth';
import { Api } from './support/api';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { startNotificationReplica, startStack, type Replica, type Stack } from './support/stack';

const FOLLOWERS = 12;
let stack: Stack;
let second: Replica;
let relay: Relay;
let api: Api;
let token: string;
let item: Item;
let lonely: Item;
const followers: Follower[] = [];
const sockets: Subscriber[] = [];

beforeAll(async () => {
  stack = await startStack();
  second = await startNotificationReplica(stack);
  // Each connection to the next replica, and to the other one when that is gone: nothing here is sticky.
  relay = await Relay.to([stack.ports.NOTIFICATION_PORT, second.port]);
  const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
  token = body.accessToken;
  api = new Api(stack.gatewayUrl).bearer(token);
  const heart = { name: 'heart', quantity: 50, reorderLevel: 45, category: 'red' };
  item = (await api.post<Item>('/items', heart)).body;
  lonely = (await api.post<Item>('/items', heart)).body;
});

afterAll(async () => {
  [...followers, ...sockets].forEach((one) => ('stop' in one ? one.stop() : one.close()));
  await relay?.close();
  await second?.stop();
  await stack?.stop();
});

/**
 * Writes with several clients until it is told to stop. The item that one of them has for itself crosses its reorder level with
 * every movement; what several move together may stay below for ever.
 */
function writing(): () => Promise<void> {
  let stop = false;
  const write = async ({ id }: Item): Promise<void> => {
    while (!stop) {
      for (const type of ['issue', 'receive']) await api.post(`/items/${id}/movements`, { type, quantity: 10 });
    }
  };
  const running = [item, item, lonely].map(write);
  return async () => {
    stop = true;
    await Promise.all(running);
  };
}

async function openAt(opsUrl: string): Promise<number> {
  const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
  return Number(/^sockets_open\{.*\} (\d+)$/m.exec(metrics)?.[1]);
}

async function ledger(): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (let position = 0; ;) {
    const { body: page } = await api.get<EventPage>(`/events?after=${position}&limit=1000`);
    events.push(...page.events);
    position = page.position;
    if (position >= page.head) return events;
  }
}

describe('two notification replicas behind a balancer', () => {
  it('share the sockets; those of one that is killed go on at the other, without a gap and without a repeat', async () => {
    const rooms: Room[] = ['items', `item:${item.id}`, 'location:main', 'category:red', 'alerts'];
    for (let number = 0; number < FOLLOWERS; number++) {
      const own = [rooms[number % rooms.length]!, 'alerts' as const];
      const asked = [...new Set(own)].map((room) => ({ room, batch: number % 2 === 0 }));
      followers.push(new Follower({ name: `follower ${number}`, url: relay.url, token, rooms: asked }));
    }
    await until(() => followers.every((one) => one.has(0)));
    expect(await Promise.all([stack.opsUrls.notification, second.opsUrl].map(openAt))).toEqual([6, 6]);

    const stop = writing();
    const [seen, alerted] = [followers[0]!.logs[0]!, followers[0]!.logs[1]!];
    await until(() => seen.received > 20);
    await stack.kill('notification');
    await until(() => followers.filter(({ lost }) => lost > 0).length === FOLLOWERS / 2);
    await until(async () => (await openAt(second.opsUrl)) === FOLLOWERS, PATIENCE_MS, 'coming back');
    const received = seen.received;
    await until(() => seen.received > received + 20 && alerted.received > 4);
    await stop();

    const truth = new Truth(await ledger());
    await until(() => followers.every((one) => one.has(truth.head)), PATIENCE_MS, 'the last event');
    const faults = followers.flatMap(({ logs }) => logs.flatMap((log) => judge(log, truth, { replayEvents: 0 }) ?? []));
    expect([...faults, ...followers.flatMap((one) => one.faults)]).toEqual([]);
    expect(truth.alerts.length).toBeGreaterThan(4);
  });

  it('show who is present at either of them', async () => {
    await stack.restart('notification');
    const room = 'items';
    for (const activity of ['counting', 'packing']) {
      const socket = await new Subscriber(relay.url, token).connected();
      sockets.push(socket);
      await socket.subscribe(room);
      expect(await socket.ask('presence', { room, activity })).toMatchObject({ ok: true });
    }
    const told = ({ presences }: Subscriber): string[] =>
      (presences.at(-1)?.members ?? []).map(({ activity }) => activity).sort();
    await until(() => told(sockets[0]!).join() === 'counting,packing', PATIENCE_MS, 'presence of the other replica');
    const late = await new Subscriber(relay.url, token).connected();
    sockets.push(late);
    await late.subscribe(room);
    await until(() => told(late).join() === 'counting,packing', PATIENCE_MS, 'presence for one who comes');
    expect(await Promise.all([stack.opsUrls.notification, second.opsUrl].map(openAt))).not.toContain(FOLLOWERS + 3);
  });
});
