import {
  type ErrorCode,
  type Expectation,
  type ExpectationPage,
  type Item,
  type LedgerEvent,
  type MovementPage,
  type PastStock,
  type Problem,
  type Transfer,
  type TransferPage,
  type Verification,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rest, type Got } from './support/rest';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
  for (const code of ['shop', 'dock']) await rest.call('POST', '/locations', { code, name: code });
});

afterAll(() => rest?.stack.stop());

type Headers = Record<string, string>;

function dispatch(lines: object[], more: object = {}, headers: Headers = {}, query = ''): Promise<Got<Transfer>> {
  return rest.call<Transfer>('POST', `/transfers${query}`, { from: 'main', to: 'shop', lines, ...more }, headers);
}

async function sent(itemId: string, quantity: number, more: object = {}): Promise<Transfer> {
  const { status, body } = await dispatch([{ itemId, quantity }], more);
  expect([status, body.status]).toEqual([201, 'in_transit']);
  return body;
}

async function expected(lines: object[], more: object = {}): Promise<Expectation> {
  const { status, body } = await rest.call<Expectation>('POST', '/expectations', { lines, ...more });
  expect([status, body.status]).toEqual([201, 'open']);
  return body;
}

function act<Body = Transfer>(path: string, body?: object, headers: Headers = {}): Promise<Got<Body>> {
  return rest.call<Body>('POST', path, body, headers);
}

async function refused(answer: Promise<Got<unknown>>, code: ErrorCode): Promise<Problem> {
  const { body } = (await answer) as Got<Problem>;
  expect(body.code).toBe(code);
  return body;
}

/** What is on hand and on its way, at each place in the order of their names. */
async function places(id: string): Promise<[place: string, onHand: number, incoming: number][]> {
  const { levels } = (await rest.call<Item>('GET', `/items/${id}`)).body;
  return levels.map(({ location, onHand, incoming }) => [location, onHand, incoming]);
}

async function eventsOf(id: string): Promise<LedgerEvent[]> {
  return (await rest.call<MovementPage>('GET', `/items/${id}/movements?order=asc&limit=200`)).body.data;
}

async function sound(): Promise<void> {
  expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
}

describe('a transfer', () => {
  it('is on its way, arrives in parts, and every figure is the sum of its events', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 10 });
    const { status, body, headers } = await dispatch(
      [
        { itemId, quantity: 4 },
        { itemId, quantity: 2 },
      ],
      { reference: 'van-3' },
    );
    expect([status, headers.get('x-position')]).toEqual([201, String(body.position)]);
    const line = { itemId, quantity: 6, received: 0, returned: 0, missing: 0, open: 6 };
    expect(body).toMatchObject({ status: 'in_transit', from: 'main', to: 'shop', reference: 'van-3', lines: [line] });
    expect(await rest.call<Item>('GET', `/items/${itemId}`)).toMatchObject({
      body: { quantity: 4, available: 4, incoming: 6 },
    });
    const between = new Date().toISOString();
    await sleep(2);
    const path = `/transfers/${body.id}/receive`;
    expect(await act(path, { lines: [{ itemId, quantity: 5 }] })).toMatchObject({
      status: 200,
      body: { status: 'in_transit', lines: [{ received: 5, open: 1 }] },
    });
    const much = await refused(act(path, { lines: [{ itemId, quantity: 2 }] }), 'exceeds-transfer');
    expect(much).toMatchObject({ status: 409, transferId: body.id, itemId, requested: 2, open: 1 });
    expect((await act(path)).body).toMatchObject({ status: 'received', lines: [{ received: 6, open: 0 }] });
    for (const [what, with_] of [['receive'], ['close', { reason: 'r' }], ['cancel']] as const)
      expect(await refused(act(`/transfers/${body.id}/${what}`, with_), 'transfer-closed')).toMatchObject({
        status: 409,
        transferStatus: 'received',
      });
    expect(await places(itemId)).toEqual([
      ['main', 4, 0],
      ['shop', 6, 0],
    ]);
    const events = (await eventsOf(itemId)).filter(({ links }) => links.transferId === body.id);
    expect(events.map(({ type, location, change }) => [type, location, change.onHand, change.incoming])).toEqual([
      ['stock.transferred_out', 'main', -6, 0],
      ['stock.expected', 'shop', 0, 6],
      ['stock.transferred_in', 'shop', 5, -5],
      ['stock.transferred_in', 'shop', 1, -1],
    ]);
    expect(events[0]?.fields).toEqual({ status: [null, 'in_transit'], from: [null, 'main'], to: [null, 'shop'] });
    expect(events.every(({ reference }) => reference === 'van-3')).toBe(true);
    for (const { position } of events)
      await refused(act(`/movements/${position}/reverse`, { reason: 'r' }), 'not-reversible');
    for (const clock of ['recorded', 'effective']) {
      const query = `asOf=${between}&clock=${clock}`;
      const { body: past } = await rest.call<PastStock>('GET', `/items/${itemId}/stock?${query}`);
      expect(past).toMatchObject({ quantity: 4, incoming: 6, levels: [{ incoming: 0 }, { onHand: 0, incoming: 6 }] });
    }
  });

  it('is closed with a shortage on record, or cancelled', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 10 });
    const [short, back] = [await sent(itemId, 3), await sent(itemId, 3)];
    await act(`/transfers/${short.id}/receive`, { lines: [{ itemId, quantity: 2 }] });
    await refused(act(`/transfers/${short.id}/close`, {}), 'validation');
    expect((await act(`/transfers/${short.id}/close`, { reason: 'one carton missing' })).body).toMatchObject({
      status: 'closed',
      reason: 'one carton missing',
      lines: [{ received: 2, missing: 1, open: 0 }],
    });
    expect((await eventsOf(itemId)).at(-1)).toMatchObject({
      type: 'stock.expected',
      reason: 'one carton missing',
      change: { incoming: -1 },
      fields: { status: ['in_transit', 'closed'] },
    });
    const cancelled = await act(`/transfers/${back.id}/cancel`, { reason: 'wrong van' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', reason: 'wrong van', lines: [{ returned: 3 }] });
    expect(await places(itemId)).toEqual([
      ['main', 7, 0],
      ['shop', 2, 0],
    ]);
    expect((await rest.call<Transfer>('GET', `/transfers/${back.id}`)).body).toEqual(cancelled.body);
  });

  it('takes only what is available, all lines or none', async () => {
    const [one, two] = [await rest.newItem({ quantity: 5 }), await rest.newItem({ quantity: 5 })];
    await rest.call('POST', '/reservations', { lines: [{ itemId: two.id, quantity: 3 }], ttlSeconds: 600 });
    const lines = [
      { itemId: one.id, quantity: 1 },
      { itemId: two.id, quantity: 3 },
    ];
    expect(await refused(dispatch(lines), 'insufficient-stock')).toMatchObject({
      status: 409,
      itemId: two.id,
      location: 'main',
      requested: 3,
      available: 2,
    });
    expect(await places(one.id)).toEqual([['main', 5, 0]]);
    expect(await refused(dispatch(lines, { to: 'nowhere' }), 'not-found')).toMatchObject({
      location: 'nowhere',
      errors: [{ field: 'to' }],
    });
    expect(await refused(dispatch(lines, { from: 'moon' }), 'not-found')).toMatchObject({
      errors: [{ field: 'from' }],
    });
    await refused(dispatch([{ itemId: 'f'.repeat(24), quantity: 1 }]), 'not-found');
    for (const what of ['receive', 'cancel']) await refused(act(`/transfers/${'f'.repeat(24)}/${what}`), 'not-found');
    expect((await rest.call('GET', `/transfers/${'f'.repeat(24)}`)).status).toBe(404);
    await refused(rest.call('GET', '/transfers/nine'), 'validation');
    await refused(dispatch(Array.from({ length: 101 }, () => lines[0] ?? {})), 'validation');
  });

  it.each([
    [{ lines: [] }, 'lines'],
    [{ lines: [{ itemId: 'x', quantity: 1 }] }, 'lines.0.itemId'],
    [{ lines: [{ itemId: 'a'.repeat(24), quantity: 0.5 }] }, 'lines.0.quantity'],
    [{ lines: [{ itemId: 'a'.repeat(24), quantity: 1, location: 'main' }] }, 'lines.0.location'],
    [{ to: 'main' }, 'to'],
    [{ from: undefined }, 'from'],
    [{ from: { $gt: '' } }, 'from'],
    [{ reference: '\u0000' }, 'reference'],
    [{ status: 'received' }, 'status'],
  ])('%j names %s', async (body, field) => {
    const problem = await refused(dispatch([{ itemId: 'a'.repeat(24), quantity: 1 }], body), 'validation');
    expect(problem.errors?.map((error) => error.field)).toEqual([field]);
  });

  it('happens once under a key, and in no dry run', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 5 });
    const lines = [{ itemId, quantity: 2 }];
    const dry = await dispatch(lines, {}, {}, '?dryRun=true');
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, status: 'in_transit' } });
    expect((await rest.call('GET', `/transfers/${dry.body.id}`)).status).toBe(404);
    const key = { 'idempotency-key': 'dispatch-once' };
    const first = await dispatch(lines, {}, key);
    const received = { 'idempotency-key': 'receive-once' };
    const path = `/transfers/${first.body.id}/receive`;
    expect((await act(`${path}?dryRun=true`)).body).toMatchObject({ dryRun: true, status: 'received' });
    const arrived = await act(path, { lines: [{ itemId, quantity: 1 }] }, received);
    await rest.stack.restart('inventory');
    const [again, arrivedAgain] = [
      await dispatch(lines, {}, key),
      await act(path, { lines: [{ itemId, quantity: 1 }] }, received),
    ];
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true']);
    expect([arrivedAgain.status, arrivedAgain.body]).toEqual([200, arrived.body]);
    await refused(dispatch([{ itemId, quantity: 1 }], {}, key), 'idempotency-key-reused');
    await refused(act(path, undefined, received), 'idempotency-key-reused');
    expect(await places(itemId)).toEqual([
      ['main', 3, 0],
      ['shop', 1, 1],
    ]);
  });

  it('is won by one of those who take in the same rest at once', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 20 });
    const { id } = await sent(itemId, 20);
    const lines = [{ itemId, quantity: 8 }];
    const parts = await Promise.all(Array.from({ length: 5 }, () => act(`/transfers/${id}/receive`, { lines })));
    expect(parts.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 409, 409, 409]);
    const ends = ['receive', 'cancel', 'receive', 'cancel'].map((what) => act(`/transfers/${id}/${what}`));
    const answers = await Promise.all(ends);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409]);
    const cancelled = answers.find(({ status }) => status === 200)?.body.status === 'cancelled';
    expect(await places(itemId)).toEqual([
      ['main', cancelled ? 4 : 0, 0],
      ['shop', cancelled ? 16 : 20, 0],
    ]);
  });

  it('is listed by status, item and either location, page by page', async () => {
    const [{ id: itemId }, other] = [await rest.newItem({ quantity: 9 }), await rest.newItem({ quantity: 1 })];
    const made: string[] = [];
    for (let one = 0; one < 4; one++) made.push((await sent(itemId, 1, { to: one === 3 ? 'dock' : 'shop' })).id);
    await sent(other.id, 1);
    await act(`/transfers/${made[0]}/cancel`);
    const list = async (query: string): Promise<TransferPage> =>
      (await rest.call<TransferPage>('GET', `/transfers?${query}`)).body;
    const ids = async (query: string): Promise<string[]> => (await list(query)).data.map(({ id }) => id);
    expect(await ids(`itemId=${itemId}`)).toEqual(made.toReversed());
    expect(await ids(`itemId=${itemId}&status=in_transit&location=shop`)).toEqual([made[2], made[1]]);
    expect(await ids(`location=dock`)).toEqual([made[3]]);
    expect(await ids(`itemId=${itemId}&location=main`)).toEqual(made.toReversed());
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: TransferPage = await list(`itemId=${itemId}&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.nextCursor;
    }
    expect(seen).toEqual(made.toReversed());
    for (const query of ['status=open', 'sku=x', 'location=a b', 'limit=0', 'cursor=x'])
      await refused(rest.call('GET', `/transfers?${query}`), 'validation');
  });

  it('keeps its goal open, and an end of the item ends what is under way of it', async () => {
    await rest.call('POST', '/locations', { code: 'kiosk', name: 'Kiosk' });
    const [one, two] = [await rest.newItem({ quantity: 5 }), await rest.newItem({ quantity: 5 })];
    const lines = [one, two].map(({ id, quantity }) => ({ itemId: id, quantity: quantity - 1 }));
    const { id } = (await dispatch(lines, { to: 'kiosk' })).body;
    const full = await refused(rest.call('DELETE', '/locations/kiosk'), 'location-not-empty');
    expect(full).toMatchObject({ onHand: 0, incoming: 4 });
    expect((await rest.call('DELETE', `/items/${one.id}`)).status).toBe(204);
    const ended = (await eventsOf(one.id)).slice(-2);
    expect(ended.map(({ type, links, change }) => [type, links.transferId, change.incoming])).toEqual([
      ['stock.expected', id, -4],
      ['stock.written_off', undefined, 0],
    ]);
    expect((await rest.call<Transfer>('GET', `/transfers/${id}`)).body).toMatchObject({
      status: 'in_transit',
      lines: [{ missing: 4, open: 0 }, { open: 4 }],
    });
    expect((await act(`/transfers/${id}/cancel`)).body).toMatchObject({ lines: [{ missing: 4 }, { returned: 4 }] });
    expect((await rest.call('DELETE', '/locations/kiosk')).status).toBe(204);
    await sound();
  });
});

describe('an expectation', () => {
  it('is incoming, arrives in parts with its cost, and more only when that is said', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 1 });
    const { id, ...made } = await expected([{ itemId, quantity: 6, unitCost: 1.85 }], {
      expectedAt: '2027-02-01T09:00:00+01:00',
      supplier: 'Hearts & Co',
      reference: 'PO-1',
    });
    expect(made).toMatchObject({
      expectedAt: '2027-02-01T08:00:00.000Z',
      supplier: 'Hearts & Co',
      lines: [{ itemId, location: 'main', quantity: 6, received: 0, cancelled: 0, open: 6, unitCost: 1.85 }],
    });
    expect(await places(itemId)).toEqual([['main', 1, 6]]);
    const path = `/expectations/${id}/receive`;
    await act(path, { lines: [{ itemId, quantity: 4, unitCost: 2 }] });
    const more = { lines: [{ itemId, quantity: 3 }] };
    expect(await refused(act(path, more), 'exceeds-expectation')).toMatchObject({ status: 409, requested: 3, open: 2 });
    const done = await act<Expectation>(path, { ...more, acceptMore: true });
    expect(done.body).toMatchObject({ status: 'received', lines: [{ quantity: 6, received: 7, open: 0 }] });
    await refused(act(path), 'expectation-closed');
    const events = (await eventsOf(itemId)).filter(({ links }) => links.expectationId === id);
    expect(events.map(({ type, change, unitCost }) => [type, change.onHand, change.incoming, unitCost])).toEqual([
      ['stock.expected', 0, 6, 1.85],
      ['stock.received', 4, -4, 2],
      ['stock.received', 3, -2, 1.85],
    ]);
    await refused(act(`/movements/${events[1]?.position}/reverse`, { reason: 'r' }), 'not-reversible');
    expect(await places(itemId)).toEqual([['main', 8, 0]]);
  });

  it('is cancelled, listed, refused where it makes no sense, and ends with its item', async () => {
    const { id: itemId } = await rest.newItem();
    const one = await expected([{ itemId, quantity: 6, location: 'dock' }]);
    const two = await expected([{ itemId, quantity: 2 }]);
    const list = async (query: string): Promise<string[]> => {
      const { body } = await rest.call<ExpectationPage>('GET', `/expectations?itemId=${itemId}&${query}`);
      return body.data.map(({ id }) => id);
    };
    expect([await list(''), await list('location=dock')]).toEqual([[two.id, one.id], [one.id]]);
    const cancelled = await act<Expectation>(`/expectations/${one.id}/cancel`);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', lines: [{ cancelled: 6, open: 0 }] });
    expect((await rest.call<Expectation>('GET', `/expectations/${one.id}`)).body).toEqual(cancelled.body);
    expect([await list('status=open'), await list('status=cancelled')]).toEqual([[two.id], [one.id]]);
    for (const [body, field] of [
      [{ lines: [{ itemId, quantity: 1, unitCost: -1 }] }, 'lines.0.unitCost'],
      [{ expectedAt: 'tomorrow' }, 'expectedAt'],
      [{ suppliers: 'x' }, 'suppliers'],
      [{ lines: [1, 2].map((unitCost) => ({ itemId, quantity: 1, unitCost })) }, 'lines.1.unitCost'],
    ] as const) {
      const request = { lines: [{ itemId, quantity: 1 }], ...body };
      const problem = await refused(rest.call('POST', '/expectations', request), 'validation');
      expect(problem.errors?.map((error) => error.field)).toEqual([field]);
    }
    const nowhere = { lines: [{ itemId, quantity: 1, location: 'nowhere' }] };
    expect(await refused(rest.call('POST', '/expectations', nowhere), 'not-found')).toMatchObject({
      errors: [{ field: 'lines.0.location' }],
    });
    await refused(act(`/expectations/${two.id}/receive`, { acceptMore: 'yes' }), 'validation');
    expect((await rest.call('DELETE', `/items/${itemId}`)).status).toBe(204);
    expect((await rest.call<Expectation>('GET', `/expectations/${two.id}`)).body).toMatchObject({
      status: 'cancelled',
    });
    await sound();
  });
});

it('is seen by viewers, and done by clerks', async () => {
  const { id: itemId } = await rest.newItem({ quantity: 1 });
  const { id } = await sent(itemId, 1);
  const [viewer, clerk] = await Promise.all(
    ['viewer', 'clerk'].map(async (role) => {
      const { body } = await rest.call<{ key: string }>('POST', '/api-keys', { name: role, role });
      return rest.api.key(body.key);
    }),
  );
  for (const [path, body] of [
    ['/transfers', { from: 'main', to: 'shop', lines: [{ itemId, quantity: 1 }] }],
    [`/transfers/${id}/receive`, {}],
    [`/transfers/${id}/close`, { reason: 'r' }],
    [`/transfers/${id}/cancel`, {}],
    ['/expectations', { lines: [{ itemId, quantity: 1 }] }],
    [`/expectations/${id}/receive`, {}],
    [`/expectations/${id}/cancel`, {}],
  ] as const)
    expect((await viewer?.post(path, body))?.status).toBe(403);
  for (const path of ['/transfers', `/transfers/${id}`, '/expectations'])
    expect((await viewer?.get(path))?.status).toBe(200);
  expect((await clerk?.post(`/transfers/${id}/receive`, {}))?.status).toBe(200);
});

it('is written whole or not at all when the inventory is killed in the middle of many', async () => {
  const items = await Promise.all(Array.from({ length: 4 }, () => rest.newItem({ quantity: 1_000 })));
  const lines = items.map(({ id }) => ({ itemId: id, quantity: 1 }));
  const told: string[] = [];
  let killed = false;
  const clerk = async (name: number): Promise<void> => {
    for (let turn = 0; turn < 200 && !killed; turn++) {
      const { status, body } = await dispatch(lines, { reference: 'kill' }, { 'idempotency-key': `k-${name}-${turn}` });
      if (status === 201) told.push(body.id);
      if (status === 201 && turn % 2 === 1) await act(`/transfers/${body.id}/${turn % 4 === 1 ? 'receive' : 'cancel'}`);
    }
  };
  const clerks = Promise.all(Array.from({ length: 8 }, (_, name) => clerk(name)));
  while (told.length < 24) await sleep(5);
  await rest.stack.kill('inventory');
  killed = true;
  await clerks;
  await rest.stack.restart('inventory');
  await sound();
  const stored: Transfer[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = `itemId=${items[0]?.id}&limit=200${cursor && `&cursor=${cursor}`}`;
    const { body } = await rest.call<TransferPage>('GET', `/transfers?${query}`);
    stored.push(...body.data);
    cursor = body.page.nextCursor;
  }
  for (const id of told) expect(stored.some((transfer) => transfer.id === id)).toBe(true);
  expect(stored.every((transfer) => transfer.lines.length === items.length)).toBe(true);
  for (const [at, { id }] of items.entries()) {
    const own = stored.flatMap((transfer) => transfer.lines[at] ?? []);
    const [received, open] = [
      own.filter((line) => line.received === 1).length,
      own.filter((line) => line.open === 1).length,
    ];
    expect(await places(id)).toEqual([
      ['main', 1_000 - received - open, 0],
      ['shop', received, open],
    ]);
  }
});

it('is checked by the verification, and made anew from the ledger', async () => {
  const { id: itemId } = await rest.newItem({ quantity: 5 });
  const [one, two] = [await sent(itemId, 2), await expected([{ itemId, quantity: 2 }])];
  const database = new mongo.MongoClient(rest.stack.mongoUri);
  try {
    const [transfers, expectations] = ['transfers', 'expectations'].map((name) =>
      database.db().collection<{ _id: string }>(name),
    );
    await transfers?.updateOne({ _id: one.id }, { $set: { 'lines.0.open': 1 } });
    await expectations?.deleteOne({ _id: two.id });
    const { body } = await rest.call<Verification>('GET', '/ledger/verify');
    expect(body.ok).toBe(false);
    expect(body.faults.map(({ kind }) => kind)).toEqual(['transfer', 'expectation']);
  } finally {
    await database.close();
  }
  expect((await rest.call('POST', '/ledger/rebuild')).body).toMatchObject({
    expectations: expect.any(Number) as number,
  });
  await sound();
  expect((await rest.call<Transfer>('GET', `/transfers/${one.id}`)).body).toEqual(one);
  expect((await rest.call<Expectation>('GET', `/expectations/${two.id}`)).body).toEqual(two);
  expect((await act(`/transfers/${one.id}/receive`)).body.status).toBe('received');
});
