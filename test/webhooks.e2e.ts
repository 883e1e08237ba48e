import { createLog, TcpClient } from '@app/common';
import {
  webhooks,
  type CreatedWebhook,
  type Delivery,
  type DeliveryPage,
  type EventPage,
  type Item,
  type LedgerEvent,
  type MovementResult,
  type Problem,
  type RotatedSecret,
  type Webhook,
  type WebhookPage,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { Api, type Answer } from './support/api';
import { Receiver, verifies } from './support/receiver';
import { until } from './support/sockets';
import { replicaEnv, startApp, startStack, type RunningApp, type Stack } from './support/stack';

const SOME_ID = '65a1b2c3d4e5f60718293a4b';
let stack: Stack;
let api: Api;
let item: Item;
const receivers: Receiver[] = [];
const made: string[] = [];

beforeAll(async () => {
  const env = { WEBHOOK_RETRY_BASE_MS: '60', WEBHOOK_RETRY_FOR_SECONDS: '5', WEBHOOK_TIMEOUT_MS: '3000' };
  stack = await startStack({ env });
  const visitor = new Api(stack.gatewayUrl);
  const { body } = await visitor.login(stack.adminEmail, stack.adminPassword);
  // A key: the session would end before the spec does, were it slow.
  const key = await visitor.bearer(body.accessToken).post<{ key: string }>('/api-keys', { name: 'e2e', role: 'admin' });
  api = visitor.key(key.body.key);
  item = (await api.post<Item>('/items', { name: 'Heart', quantity: 1 })).body;
});

afterEach(async () => {
  for (const id of made.splice(0)) await api.call('DELETE', `/webhooks/${id}`);
  for (const receiver of receivers.splice(0)) await receiver.close();
});

afterAll(() => stack?.stop());

async function receiver(): Promise<Receiver> {
  const started = await Receiver.start();
  receivers.push(started);
  return started;
}

async function webhook(url: string, more: object = {}): Promise<CreatedWebhook> {
  const { status, body } = await api.post<CreatedWebhook>('/webhooks', { url, ...more });
  expect([status, body]).toEqual([201, body]);
  made.push(body.id);
  return body;
}

async function now(id: string): Promise<Webhook> {
  return (await api.get<Webhook>(`/webhooks/${id}`)).body;
}

async function deliveries(id: string): Promise<Delivery[]> {
  return (await api.get<DeliveryPage>(`/webhooks/${id}/deliveries?limit=200`)).body.data;
}

async function receive(of = item.id): Promise<number> {
  const { body } = await api.post<MovementResult>(`/items/${of}/movements`, { type: 'receive', quantity: 1 });
  return body.position;
}

async function several(count: number): Promise<number> {
  const rows = Array.from({ length: count }, () => ({ itemId: item.id, type: 'receive', quantity: 1 }));
  await api.post('/movements/batch', { rows });
  return head();
}

async function head(): Promise<number> {
  return (await api.get<EventPage>('/events?limit=1')).body.head;
}

async function ledger(after: number): Promise<LedgerEvent[]> {
  return (await api.get<EventPage>(`/events?after=${after}&limit=1000`)).body.events;
}

function upFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

async function refusal(answer: Promise<Answer<unknown>>): Promise<[number, string | undefined, string]> {
  const { status, body } = await answer;
  const problem = body as Problem;
  return [status, problem.errors?.[0]?.field, problem.code];
}

describe('a webhook', () => {
  it('gets the events from then on, as REST tells them, in order, once, and signed', async () => {
    const endpoint = await receiver();
    const hook = await webhook(endpoint.url);
    expect(hook).toMatchObject({ status: 'active', types: null, itemIds: null, disabled: false, failures: 0 });
    expect(Buffer.from(hook.secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const last = await several(30);
    await until(() => endpoint.positions.at(-1) === last);
    expect(endpoint.positions).toEqual(upFrom(hook.position + 1, last));
    expect(endpoint.received.map(({ event }) => event)).toEqual(await ledger(hook.position));
    for (const received of endpoint.received) {
      const { id, position, event, body } = received;
      expect(id).toBe(`${hook.id}_${hook.epoch}_${position}`);
      expect(verifies(hook.secret, received)).toBe(true);
      expect(JSON.parse(body)).toEqual({ type: event.type, timestamp: event.at, data: event });
    }
    const [one] = endpoint.received;
    expect(Math.abs((one?.at ?? 0) / 1_000 - Number(one?.headers['webhook-timestamp']))).toBeLessThan(3);
    await until(async () => (await now(hook.id)).position === last);
    const [newest] = await deliveries(hook.id);
    const expected = { position: last, attempt: 1, status: 'succeeded', statusCode: 204, error: null };
    expect(newest).toMatchObject({ ...expected, messageId: endpoint.received.at(-1)?.id, type: 'stock.received' });
    expect(await now(hook.id)).not.toHaveProperty('secret');
  });

  it('gets what it asked for: types, items, and the past', async () => {
    const [byType, byItem, past] = [await receiver(), await receiver(), await receiver()];
    const other = (await api.post<Item>('/items', { name: 'Other' })).body;
    const types = await webhook(byType.url, { types: ['item.created'] });
    await webhook(byItem.url, { itemIds: [other.id] });
    await webhook(past.url, { after: 0, itemIds: [item.id] });
    await receive();
    const position = await receive(other.id);
    const third = (await api.post<Item>('/items', { name: 'Third' })).body;
    await until(() => byType.received.length > 0 && byItem.received.length > 0 && past.received.length > 0);
    expect(byType.received.map(({ event }) => event.itemId)).toEqual([third.id]);
    expect(byItem.positions).toEqual([position]);
    const all = (await ledger(0)).filter(({ itemId }) => itemId === item.id);
    await until(() => past.received.length === all.length);
    expect(past.received.map(({ event }) => event)).toEqual(all);
    // What did not match is behind it all the same.
    await until(async () => (await now(types.id)).lag === 0);
  });

  it('is tried again, ever later, in order, while others go on', async () => {
    const [broken, fine] = [await receiver(), await receiver()];
    let [refused, last] = [0, 0];
    broken.answer = (response) => {
      // At least until the other one has got everything.
      const refuse = refused < 3 || fine.positions.at(-1) !== last;
      if (refuse) refused++;
      response.writeHead(refuse ? 503 : 200).end();
    };
    const hook = await webhook(broken.url);
    await webhook(fine.url);
    last = await several(3);
    await until(() => broken.positions.at(-1) === last);
    const first = last - 2;
    expect(fine.positions).toEqual([first, last - 1, last]);
    expect(broken.positions).toEqual([...Array<number>(refused).fill(first), first, last - 1, last]);
    expect(new Set(broken.received.map(({ id }) => id)).size).toBe(3);
    const retries = upFrom(1, refused);
    const waits = retries.map((n) => (broken.received[n]?.at ?? 0) - (broken.received[n - 1]?.at ?? 0));
    // A timer may be a moment early, never half of it.
    waits.forEach((wait, index) => expect(wait).toBeGreaterThan(55 * 2 ** index));
    await until(async () => (await now(hook.id)).position === last);
    expect((await now(hook.id)).status).toBe('active');
    const attempts = (await deliveries(hook.id)).map(({ attempt, statusCode }) => [attempt, statusCode]);
    const retried = retries.map((attempt) => [attempt, 503]);
    expect(attempts.toReversed()).toEqual([...retried, [refused + 1, 200], [1, 200], [1, 200]]);
  });

  it('that fails for too long is parked, and goes on where it was when it is resumed', async () => {
    const endpoint = await receiver();
    endpoint.refuse(500);
    const hook = await webhook(endpoint.url);
    const last = await several(2);
    await until(async () => (await now(hook.id)).status === 'failing');
    await until(async () => (await now(hook.id)).status === 'parked');
    expect(await now(hook.id)).toMatchObject({ lag: 2, nextAttemptAt: null, lastError: 'answered 500' });
    expect((await now(hook.id)).parkedAt).toEqual(expect.any(String));
    await until(async () => {
      const metrics = await (await fetch(`${stack.opsUrls.notification}/metrics`)).text();
      return /stockwire_webhooks\{.*status="parked".*\} 1/.test(metrics);
    });
    await until(() => stack.logs('notification').includes('a webhook was given up'));
    endpoint.accept();
    const { status, body } = await api.post<Webhook>(`/webhooks/${hook.id}/resume`);
    expect([status, body.status, body.failures]).toEqual([200, 'active', 0]);
    await until(() => endpoint.positions.at(-1) === last);
    expect(new Set(endpoint.positions)).toEqual(new Set([last - 1, last]));
  });

  it('that answers 410 is disabled; enabled again it goes on', async () => {
    const endpoint = await receiver();
    endpoint.refuse(410);
    const hook = await webhook(endpoint.url);
    const position = await receive();
    await until(async () => (await now(hook.id)).status === 'disabled');
    expect(endpoint.positions).toEqual([position]);
    endpoint.accept();
    const { body } = await api.call<Webhook>('PATCH', `/webhooks/${hook.id}`, { disabled: false });
    expect([body.status, body.disabled]).toEqual(['active', false]);
    await until(() => endpoint.received.length === 2);
    expect(endpoint.positions).toEqual([position, position]);
  });

  it('is replayed with the same ids, and can be moved, stopped and removed', async () => {
    const [endpoint, elsewhere] = [await receiver(), await receiver()];
    const hook = await webhook(endpoint.url);
    const last = await several(5);
    await until(() => endpoint.positions.at(-1) === last);
    const { body } = await api.post<Webhook>(`/webhooks/${hook.id}/replay`, { after: last - 3 });
    expect(body.position).toBe(last - 3);
    await until(() => endpoint.received.length === 8);
    expect(endpoint.received.slice(5).map(({ id }) => id)).toEqual(endpoint.received.slice(2, 5).map(({ id }) => id));
    // Else it would begin elsewhere with what has arrived here, and is not yet written down.
    await until(async () => (await now(hook.id)).position === last);
    const path = `/webhooks/${hook.id}`;
    await api.call('PATCH', path, { url: elsewhere.url, disabled: true });
    const missed = await receive();
    expect(await now(hook.id)).toMatchObject({ status: 'disabled', disabled: true, url: elsewhere.url });
    await api.call('PATCH', path, { disabled: false, types: ['stock.received'] });
    await until(() => elsewhere.positions.at(-1) === missed);
    expect(elsewhere.positions).toEqual([missed]);
    expect((await api.call('DELETE', path)).status).toBe(204);
    await receive();
    expect((await api.get(path)).status).toBe(404);
    expect([endpoint.received.length, elsewhere.received.length]).toEqual([8, 1]);
  });

  it('signs with both secrets after a rotation', async () => {
    const endpoint = await receiver();
    const hook = await webhook(endpoint.url);
    const { body } = await api.post<RotatedSecret>(`/webhooks/${hook.id}/rotate-secret`);
    expect(Date.parse(body.previousSecretExpiresAt) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await receive();
    await until(() => endpoint.received.length === 1);
    const [one] = endpoint.received;
    expect(one?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect([hook.secret, body.secret].map((secret) => one && verifies(secret, one))).toEqual([true, true]);
    expect((await now(hook.id)).previousSecretExpiresAt).toBe(body.previousSecretExpiresAt);
  });

  it('is tested at once, and nothing else changes by it', async () => {
    const endpoint = await receiver();
    const hook = await webhook(endpoint.url, { types: ['item.deleted'] });
    const good = await api.post<Delivery>(`/webhooks/${hook.id}/test`);
    expect(good.status).toBe(200);
    expect(good.body).toMatchObject({ status: 'succeeded', statusCode: 204, type: 'webhook.test', position: null });
    expect(endpoint.received.map((one) => [one.type, verifies(hook.secret, one)])).toEqual([['webhook.test', true]]);
    endpoint.refuse(404);
    const bad = (await api.post<Delivery>(`/webhooks/${hook.id}/test`)).body;
    expect(bad).toMatchObject({ status: 'failed', statusCode: 404, error: 'answered 404' });
    expect((await deliveries(hook.id)).map(({ id }) => id)).toEqual([bad.id, good.body.id]);
    expect(await now(hook.id)).toMatchObject({ status: 'active', failures: 0, position: hook.position });
  });
});

describe('an endpoint that misbehaves', () => {
  it('by a redirect, silence, an endless answer or no answer at all is no danger', async () => {
    const [wicked, inside] = [await receiver(), await receiver()];
    const hook = await webhook(wicked.url, { types: ['item.deleted'] });
    const tested = async (): Promise<Delivery> => (await api.post<Delivery>(`/webhooks/${hook.id}/test`)).body;
    wicked.refuse(307, { location: inside.url });
    expect(await tested()).toMatchObject({ statusCode: 307, error: 'answered 307: redirects are not followed' });
    expect(inside.received).toEqual([]);
    wicked.answer = () => undefined;
    expect(await tested()).toMatchObject({ status: 'failed', statusCode: null, error: 'there was no answer in time' });
    wicked.answer = (response) => void response.destroy();
    expect(await tested()).toMatchObject({ status: 'failed', statusCode: null });
    let [written, closed] = [0, false];
    wicked.answer = (response) => {
      response.once('close', () => (closed = true)).writeHead(200);
      const chunk = 'x'.repeat(65_536);
      const more = (): void => {
        while (!closed && response.write(chunk)) written += chunk.length;
        if (!closed) response.once('drain', more);
      };
      more();
    };
    expect(await tested()).toMatchObject({ status: 'succeeded', statusCode: 200 });
    await until(() => closed);
    // What the system's own buffers took, and no stream without an end.
    expect(written).toBeLessThan(16 * 1_048_576);
  });
});

describe('a notification that is killed', () => {
  it('repeats at most the delivery that was under way, with the same id, and loses none', async () => {
    const endpoint = await receiver();
    // Slow enough to be killed in the middle of it, also on a fast machine.
    endpoint.answer = (response) => void setTimeout(() => response.writeHead(200).end(), 5);
    const hook = await webhook(endpoint.url);
    const last = await several(150);
    await until(() => endpoint.received.length >= 20);
    await stack.kill('notification');
    const before = endpoint.received.length;
    expect(before).toBeLessThan(150);
    await stack.restart('notification');
    await until(() => endpoint.positions.at(-1) === last);
    const repeated = endpoint.positions.length - new Set(endpoint.positions).size;
    expect(repeated).toBeLessThanOrEqual(1);
    expect([...new Set(endpoint.positions)]).toEqual(upFrom(hook.position + 1, last));
    expect(new Set(endpoint.received.map(({ id }) => id)).size).toBe(150);
  });
});

describe('what is not right', () => {
  it('is refused, and the field named', async () => {
    const url = 'https://shop.example.com/hook';
    const cases: [object, string][] = [
      [{}, 'url'],
      [{ url: 5 }, 'url'],
      [{ url: 'shop.example.com' }, 'url'],
      [{ url: 'ftp://shop.example.com' }, 'url'],
      [{ url: 'https://ana:secret@shop.example.com/' }, 'url'],
      [{ url: `https://shop.example.com/${'x'.repeat(2_048)}` }, 'url'],
      [{ url, types: ['stock.stolen'] }, 'types'],
      [{ url, types: 'stock.issued' }, 'types'],
      [{ url, types: [] }, 'types'],
      [{ url, itemIds: ['x'] }, 'itemIds'],
      [{ url, itemIds: Array.from({ length: 101 }, (_, n) => n.toString(16).padStart(24, '0')) }, 'itemIds'],
      [{ url, after: -1 }, 'after'],
      [{ url, after: 1_000_000 }, 'after'],
      [{ url, secret: 'whsec_mine' }, 'secret'],
    ];
    for (const [body, field] of cases) {
      expect([body, await refusal(api.post('/webhooks', body))]).toEqual([body, [400, field, 'validation']]);
    }
    const { id } = await webhook(url);
    const path = `/webhooks/${id}`;
    expect(await refusal(api.call('PATCH', path, { url: 'nonsense' }))).toEqual([400, 'url', 'validation']);
    expect(await refusal(api.call('PATCH', path, { disabled: 'yes' }))).toEqual([400, 'disabled', 'validation']);
    expect(await refusal(api.post(`${path}/replay`, {}))).toEqual([400, 'after', 'validation']);
    expect(await refusal(api.post(`${path}/replay`, { after: 1_000_000 }))).toEqual([400, 'after', 'validation']);
    expect(await refusal(api.get(`${path}/deliveries?limit=0`))).toEqual([400, 'limit', 'validation']);
    const missing = `/webhooks/${SOME_ID}`;
    for (const route of ['/test', '/resume', '/rotate-secret'])
      expect((await refusal(api.post(missing + route)))[2]).toBe('not-found');
    expect((await refusal(api.post(`${missing}/replay`, { after: 0 })))[2]).toBe('not-found');
    for (const method of ['PATCH', 'DELETE'])
      expect((await refusal(api.call(method, missing, method === 'PATCH' ? {} : undefined)))[2]).toBe('not-found');
    expect((await refusal(api.get(`${missing}/deliveries`)))[2]).toBe('not-found');
  });

  it('is one more than there may be; the list has pages', async () => {
    const url = 'https://shop.example.com/hook';
    for (let batch = 0; batch < 5; batch++)
      await Promise.all(Array.from({ length: 20 }, () => webhook(url, { types: ['item.deleted'] })));
    expect(await refusal(api.post('/webhooks', { url }))).toEqual([409, undefined, 'too-many-webhooks']);
    const first = (await api.get<WebhookPage>('/webhooks?limit=60')).body;
    const rest = (await api.get<WebhookPage>(`/webhooks?limit=60&cursor=${first.page.nextCursor}`)).body;
    expect([first.data.length, rest.data.length, rest.page.nextCursor]).toEqual([60, 40, null]);
    expect(new Set([...first.data, ...rest.data].map(({ id }) => id)).size).toBe(100);
  });
});

describe('several notifications', () => {
  let second: RunningApp;
  let calls: TcpClient;

  beforeAll(async () => {
    const env = await replicaEnv(stack, 'notification');
    const tcpPort = env.NOTIFICATION_TCP_PORT;
    second = await startApp('notification', { ...env, WEBHOOK_ALLOW_PRIVATE: 'false' });
    const token = stack.env.INTERNAL_TOKEN ?? '';
    const log = createLog('test', 'silent');
    calls = new TcpClient({ addresses: [`127.0.0.1:${tcpPort}`], token, log, maxInFlight: 10 });
  });

  afterAll(async () => {
    calls?.close();
    await second?.stop();
  });

  it('of which one does not allow private addresses: it refuses them, and does not deliver to them', async () => {
    const endpoint = await receiver();
    const { id } = await webhook(endpoint.url, { types: ['item.deleted'] });
    const options = { requestId: 'e2e' };
    for (const url of [endpoint.url, endpoint.url.replace('127.0.0.1', 'localhost'), 'http://[::ffff:7f00:1]/']) {
      const refused = calls.call(webhooks.create, { id: SOME_ID, webhook: { url } }, options);
      await expect(refused).rejects.toMatchObject({ code: 'validation', extra: { errors: [{ field: 'url' }] } });
      const changed = calls.call(webhooks.update, { id, changes: { url } }, options);
      await expect(changed).rejects.toMatchObject({ code: 'validation' });
    }
    const tested = await calls.call(webhooks.test, { id }, options);
    expect(tested).toMatchObject({ status: 'failed', statusCode: null });
    expect(tested.error).toContain('private or loopback address');
    expect(endpoint.received).toEqual([]);
  });

  it('deliver each event once, and what is made twice by a lost answer is made once', async () => {
    const endpoint = await receiver();
    const hook = await webhook(endpoint.url);
    const again = await calls.call(webhooks.rotate, { id: hook.id, rotation: 'r1' }, { requestId: 'e2e' });
    const repeated = await calls.call(webhooks.rotate, { id: hook.id, rotation: 'r1' }, { requestId: 'e2e' });
    expect(repeated).toEqual(again);
    const last = await several(40);
    await until(() => endpoint.positions.at(-1) === last);
    expect(endpoint.positions).toEqual(upFrom(hook.position + 1, last));
    // Told by the other one: it is known here within a second.
    await calls.call(webhooks.replay, { id: hook.id, after: last - 1 }, { requestId: 'e2e' });
    await until(() => endpoint.received.length === 41);
    expect(endpoint.received.at(-1)?.id).toBe(endpoint.received.at(-2)?.id);
  });
});

describe('another ledger', () => {
  it('is told of, and delivered from its head on', async () => {
    const endpoint = await receiver();
    const hook = await webhook(endpoint.url, { types: ['stock.received'] });
    const client = new mongo.MongoClient(stack.mongoUri);
    const lost = { 'progress.epoch': 'before-the-restore', 'progress.position': 7 };
    const update = { $set: lost, $inc: { version: 1, course: 1 } };
    await client.db().collection<{ _id: string }>('webhooks').updateOne({ _id: hook.id }, update);
    await client.close();
    await until(() => endpoint.received.length === 1);
    const [told] = endpoint.received;
    const { epoch, position } = { epoch: hook.epoch, position: await head() };
    const data = { epoch, position, previous: { epoch: 'before-the-restore', position: 7 } };
    expect(JSON.parse(told?.body ?? '')).toMatchObject({ type: 'ledger.reset', data });
    const next = await receive();
    await until(() => endpoint.received.length === 2);
    expect(endpoint.positions).toEqual([position, next]);
    // What an endpoint has got is written down after it answered.
    await until(async () => (await now(hook.id)).position === next);
    expect(await now(hook.id)).toMatchObject({ epoch, status: 'active' });
  });
});
