import {
  Stockwire,
  type Alert,
  type AlertChange,
  type ImportProgress,
  type Member,
  type Status,
} from '@stockwire/client';
import { Proxy } from './support/proxy';
import { until } from './support/sockets';
import { Stopwatch } from './support/stopwatch';
import { startNotificationReplica, startStack, type Replica, type Stack } from './support/stack';

const ACCESS_TTL_S = 5;
let stack: Stack;
let second: Replica;
let proxy: Proxy;
const clients: Stockwire[] = [];

/** A tab: a client with a connection of its own, through the proxy where nothing else is said. */
function tab(socketUrl = proxy.through(stack.notificationUrl)): Stockwire {
  const credentials = { email: stack.adminEmail, password: stack.adminPassword };
  const made = new Stockwire({ url: stack.gatewayUrl, socketUrl, credentials });
  clients.push(made);
  return made;
}

async function newItem(over: { quantity: number; reorderLevel?: number }): Promise<string> {
  return (await (clients[0] ?? tab()).api.post('/items', { body: { name: 'Heart', ...over } })).id;
}

async function move(id: string, type: 'issue' | 'receive', quantity: number): Promise<void> {
  const [first] = clients;
  await first?.api.post('/items/{id}/movements', { params: { path: { id } }, body: { type, quantity } });
}

async function cut(...statuses: (() => Status)[]): Promise<void> {
  proxy.cut();
  await until(() => statuses.every((status) => status() === 'offline'));
}

beforeAll(async () => {
  stack = await startStack({ env: { JWT_ACCESS_TTL: String(ACCESS_TTL_S) } });
  [second, proxy] = await Promise.all([startNotificationReplica(stack), Proxy.to(stack.notificationUrl)]);
});

afterEach(() => clients.splice(0).forEach((one) => one.close()));
afterAll(async () => {
  await proxy?.close();
  await second?.stop();
  await stack?.stop();
});

const elsewhere = (): string => `http://127.0.0.1:${second.port}`;

it('alerts come once and in order, over a cut, a restart, and tokens that end', async () => {
  const stock = tab();
  const low = await newItem({ quantity: 1, reorderLevel: 3 });
  const id = await newItem({ quantity: 10, reorderLevel: 5 });
  const told: AlertChange[] = [];
  const follower = stock.alerts().subscribe((change) => told.push(change));
  await until(() => follower.status === 'live');
  expect(told).toMatchObject([{ kind: 'snapshot', reset: false, truncated: false }]);
  expect(told.flatMap((change) => (change.kind === 'snapshot' ? change.low.map((item) => item.id) : []))).toEqual([
    low,
  ]);
  await move(id, 'issue', 6);
  await cut(() => follower.status);
  await move(id, 'receive', 6);
  proxy.heal();
  await until(() => told.length === 3);
  await stack.kill('notification');
  await move(id, 'issue', 5);
  await stack.restart('notification');
  await until(() => told.length === 4);
  await move(id, 'receive', 5);
  await until(() => told.length === 5);
  expect(
    told.flatMap((change) => (change.kind === 'alert' ? [[change.alert.kind, change.alert.available]] : [])),
  ).toEqual([
    ['low-stock', 4],
    ['recovered', 10],
    ['low-stock', 5],
    ['recovered', 10],
  ]);
});

it('a watch is told in every tab, over a dead line and a restart, until it is ended in one of them', async () => {
  const [here, there] = [tab(), tab(elsewhere())];
  const id = await newItem({ quantity: 10 });
  const seen: Alert[][] = [[], []];
  const statuses: Status[] = [];
  const first = here.item(id).watch({ below: 5, rearmAt: 8 }, (alert) => seen[0]?.push(alert));
  await until(() => first.status === 'live');
  const onStatus = (status: Status): number => statuses.push(status);
  const other = there.item(id).watch({ below: 5, rearmAt: 8 }, (alert) => seen[1]?.push(alert), { onStatus });
  await until(() => other.status === 'live');
  const figures = (): (number | undefined)[][] => seen.map((alerts) => alerts.map(({ available }) => available));
  const told = (expected: number[][]): Promise<void> =>
    until(() => JSON.stringify(figures()) === JSON.stringify(expected), undefined, JSON.stringify(expected));
  await move(id, 'issue', 5);
  await told([[5], [5]]);
  // Nothing comes through, which nobody has noticed when the alert is sent.
  proxy.hang();
  await move(id, 'receive', 5);
  await move(id, 'issue', 6);
  await told([[5], [5, 4]]);
  await cut(() => first.status);
  proxy.heal();
  await told([
    [5, 4],
    [5, 4],
  ]);
  await stack.kill('notification');
  await move(id, 'receive', 6);
  await move(id, 'issue', 7);
  await stack.restart('notification');
  await told([
    [5, 4, 3],
    [5, 4, 3],
  ]);
  // Again as low as before: whoever comes now is told what holds.
  const late: Alert[] = [];
  tab()
    .item(id)
    .watch({ below: 5, rearmAt: 8 }, (alert) => late.push(alert));
  await until(() => late.length === 1);
  await until(() => first.status === 'live');
  first.unwatch();
  await until(() => first.status === 'closed');
  // Not by a connection of its own that asks again: the server tells every tab.
  await until(() => other.status === 'closed');
  await move(id, 'receive', 7);
  const follower = here.item(id).subscribe(() => undefined);
  await until(() => follower.status === 'live');
  await move(id, 'issue', 10);
  const { position } = await here.api.get('/items/{id}', { params: { path: { id } } });
  await until(() => follower.position >= position);
  expect(seen[0]).toHaveLength(3);
  expect(statuses).toEqual(['live', 'closed']);
});

it('a line on which nothing arrives any more is given up, and another one made, long before Socket.IO would', async () => {
  const told: Status[] = [];
  const id = await newItem({ quantity: 1 });
  const follower = tab()
    .item(id)
    .subscribe(() => undefined, { onStatus: (status) => told.push(status) });
  await until(() => follower.status === 'live');
  const watch = new Stopwatch();
  proxy.hang();
  await until(() => told.includes('offline'));
  expect(watch.stop()).toBeLessThan(25_000);
  proxy.heal();
  await until(() => follower.status === 'live');
});

it('an import is followed over a cut and a restart, up to its end', async () => {
  const stock = tab();
  const rows = 3_000;
  const job = await stock.api.post('/imports/items', {
    body: `name\n${'Heart\n'.repeat(rows)}`,
    bodySerializer: (body) => body,
    headers: { 'content-type': 'text/csv' },
  });
  const id = 'id' in job ? job.id : '';
  const told: ImportProgress[] = [];
  const watch = stock.watchImport(id, (progress) => told.push(progress));
  await until(() => watch.status === 'live');
  await cut(() => watch.status);
  proxy.heal();
  await until(() => watch.status !== 'offline');
  await stack.kill('notification');
  await stack.restart('notification');
  await until(() => watch.status === 'closed');
  expect(told.at(-1)).toEqual({ id, kind: 'items', status: 'done', rows, applied: rows, rejected: 0 });
  const applied = told.map((progress) => progress.applied);
  expect(applied).toEqual(applied.toSorted((one, other) => one - other));
  expect(watch.progress).toEqual(told.at(-1));
  // Of one that is over there is the end only.
  const [late, statuses]: [ImportProgress[], Status[]] = [[], []];
  stock.watchImport(id, (progress) => late.push(progress), { onStatus: (status) => statuses.push(status) });
  await until(() => statuses.at(-1) === 'closed');
  expect([late, statuses]).toEqual([[told.at(-1)], ['live', 'closed']]);
  const unknown = stock.watchImport('f'.repeat(24), () => undefined);
  await until(() => unknown.status === 'refused');
});

it('presence is seen in every tab and process, comes back after a cut and a restart, and leaves nothing behind', async () => {
  const room = 'location:main';
  const [here, there] = [tab(), tab(elsewhere())];
  await newItem({ quantity: 1 });
  let members: readonly Member[] = [];
  const doing = (): string => members.map(({ activity }) => activity).join();
  const viewer = there.room(room).presence((now) => (members = now));
  const counting = here.room(room).presence(() => undefined, { activity: 'counting' });
  await until(() => viewer.status === 'live' && counting.status === 'live' && doing() === 'counting');
  counting.announce('packing');
  await until(() => doing() === 'packing');
  await cut(() => counting.status);
  await until(() => doing() === '');
  proxy.heal();
  await until(() => doing() === 'packing');
  await stack.kill('notification');
  await until(() => doing() === '');
  await stack.restart('notification');
  await until(() => doing() === 'packing');
  // A line that is dead for long enough that the server takes it for gone, and comes back by itself.
  proxy.hang();
  await until(() => doing() === '');
  proxy.heal();
  await until(() => doing() === 'packing');
  await until(() => counting.members.map(({ activity }) => activity).join() === 'packing');
  // Somebody here goes on following the room, but nobody is present in it.
  const follower = here.room(room).subscribe(() => undefined);
  await until(() => follower.status === 'live');
  counting.unsubscribe();
  await until(() => doing() === '');
  const again = here.room(room).presence(() => undefined, { activity: 'closing' });
  await until(() => doing() === 'closing');
  here.close();
  await until(() => doing() === '');
  expect([again.status, follower.status]).toEqual(['closed', 'closed']);
});
