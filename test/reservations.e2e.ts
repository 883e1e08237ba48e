import { createLog, DomainError, Line, resolveAddresses, TcpClient } from '@app/common';
import {
  reservations,
  type Item,
  type LedgerEvent,
  type MovementPage,
  type MovementResult,
  type Operation,
  type Ordered,
  type Packet,
  type Problem,
  type Reservation,
  type ReservationPage,
  type Verification,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './support/ports';
import { Rest, type Got } from './support/rest';
import { PATIENCE_MS, until } from './support/sockets';
import { startApp, type RunningApp } from './support/stack';
import { Stopwatch } from './support/stopwatch';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

function reserve(lines: object[], more: object = {}, headers: Record<string, string> = {}): Promise<Got<Reservation>> {
  return rest.call<Reservation>('POST', '/reservations', { lines, ttlSeconds: 600, ...more }, headers);
}

async function held(itemId: string, quantity: number, more: object = {}): Promise<Reservation> {
  const { status, body } = await reserve([{ itemId, quantity }], more);
  expect([status, body.status]).toEqual([201, 'held']);
  return body;
}

function act(id: string, what: string, body?: object, query = ''): Promise<Got<Reservation>> {
  return rest.call<Reservation>('POST', `/reservations/${id}/${what}${query}`, body);
}

async function refused(answer: Promise<Got<unknown>>): Promise<Problem> {
  return (await answer).body as Problem;
}

async function figures(id: string): Promise<[onHand: number, reserved: number, available: number]> {
  const { quantity, reserved, available } = (await rest.call<Item>('GET', `/items/${id}`)).body;
  return [quantity, reserved, available];
}

async function reservation(id: string): Promise<Reservation> {
  return (await rest.call<Reservation>('GET', `/reservations/${id}`)).body;
}

async function eventsOf(id: string): Promise<LedgerEvent[]> {
  return (await rest.call<MovementPage>('GET', `/items/${id}/movements?order=asc&limit=200`)).body.data;
}

async function sound(): Promise<void> {
  expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
}

describe('a reservation', () => {
  it('holds all lines or none, summed for each item and place', async () => {
    const [one, two] = [await rest.newItem({ quantity: 5 }), await rest.newItem({ quantity: 1 })];
    const lines = [
      { itemId: one.id, quantity: 2 },
      { itemId: two.id, quantity: 1 },
      { itemId: one.id, quantity: 1, location: 'main' },
    ];
    const { status, body, headers } = await reserve(lines, { reference: 'cart-1' });
    expect([status, headers.get('x-position')]).toEqual([201, String(body.position)]);
    expect(body).toMatchObject({
      status: 'held',
      reference: 'cart-1',
      lines: [
        { itemId: one.id, location: 'main', quantity: 3, fulfilled: 0, open: 3 },
        { itemId: two.id, location: 'main', quantity: 1, fulfilled: 0, open: 1 },
      ],
    });
    expect(Date.parse(body.expiresAt ?? '') - Date.parse(body.createdAt)).toBe(600_000);
    expect([await figures(one.id), await figures(two.id)]).toEqual([
      [5, 3, 2],
      [1, 1, 0],
    ]);
    expect(await reservation(body.id)).toEqual(body);
    expect((await eventsOf(one.id)).at(-1)).toMatchObject({
      type: 'stock.reserved',
      change: { onHand: 0, reserved: 3 },
      reference: 'cart-1',
      links: { reservationId: body.id },
      fields: { status: [null, 'held'], expiresAt: [null, body.expiresAt] },
    });
    const problem = await refused(reserve([...lines.slice(0, 1), { itemId: two.id, quantity: 1 }]));
    expect(problem).toMatchObject({
      status: 409,
      code: 'insufficient-stock',
      itemId: two.id,
      requested: 1,
      available: 0,
    });
    expect(
      await refused(rest.call('POST', `/items/${one.id}/movements`, { type: 'issue', quantity: 3 })),
    ).toMatchObject({
      code: 'insufficient-stock',
      available: 2,
    });
    expect(await refused(reserve([{ itemId: one.id, quantity: 1, location: 'nowhere' }]))).toMatchObject({
      status: 404,
      code: 'not-found',
      location: 'nowhere',
    });
    expect((await figures(one.id))[1]).toBe(3);
    expect(await refused(rest.call('DELETE', `/items/${one.id}`))).toMatchObject({
      code: 'item-reserved',
      reserved: 3,
    });
  });

  it('is extended, committed, fulfilled in parts; then it is closed', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 5 });
    const { id } = await held(itemId, 4, { reference: 'order-9' });
    const extended = (await act(id, 'extend', { ttlSeconds: 3_600 })).body;
    expect(Date.parse(extended.expiresAt ?? '') - Date.parse(extended.updatedAt)).toBe(3_600_000);
    expect(await act(id, 'fulfil', { lines: [{ itemId, quantity: 1 }] })).toMatchObject({
      status: 200,
      body: { status: 'held', lines: [{ open: 3, fulfilled: 1 }] },
    });
    for (let again = 0; again < 2; again++)
      expect(await act(id, 'commit')).toMatchObject({ status: 200, body: { status: 'committed', expiresAt: null } });
    expect(await refused(act(id, 'extend', { ttlSeconds: 1 }))).toMatchObject({ reservationStatus: 'committed' });
    const much = await refused(act(id, 'fulfil', { lines: [{ itemId, quantity: 4 }] }));
    expect(much).toMatchObject({ status: 409, code: 'exceeds-reservation', requested: 4, open: 3 });
    expect(await act(id, 'fulfil')).toMatchObject({
      body: { status: 'fulfilled', lines: [{ open: 0, fulfilled: 4 }] },
    });
    expect(await figures(itemId)).toEqual([1, 0, 1]);
    for (const [what, body] of [['extend', { ttlSeconds: 1 }], ['commit'], ['release'], ['fulfil', {}]] as const)
      expect(await refused(act(id, what, body))).toMatchObject({
        status: 409,
        code: 'reservation-closed',
        reservationStatus: 'fulfilled',
      });
    const events = (await eventsOf(itemId)).filter(({ links }) => links.reservationId === id);
    expect(events.map(({ type, change, reference }) => [type, change.onHand, change.reserved, reference])).toEqual([
      ['stock.reserved', 0, 4, 'order-9'],
      ['stock.hold_extended', 0, 0, 'order-9'],
      ['stock.fulfilled', -1, -1, 'order-9'],
      ['stock.committed', 0, 0, 'order-9'],
      ['stock.fulfilled', -3, -3, 'order-9'],
    ]);
    const last = events.at(-1)?.position ?? 0;
    expect((await refused(rest.call('POST', `/movements/${last}/reverse`, { reason: 'r' }))).code).toBe(
      'not-reversible',
    );
  });

  it('is released, and done once under a key, and by no dry run', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 5 });
    const dry = await rest.call<Reservation>('POST', '/reservations?dryRun=true', {
      lines: [{ itemId, quantity: 5 }],
      ttlSeconds: 1,
    });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, status: 'held' } });
    expect((await rest.call('GET', `/reservations/${dry.body.id}`)).status).toBe(404);
    const key = { 'idempotency-key': 'reserve-once' };
    const first = await reserve([{ itemId, quantity: 2 }], {}, key);
    await act(first.body.id, 'extend', { ttlSeconds: 60 });
    await rest.stack.restart('inventory');
    const again = await reserve([{ itemId, quantity: 2 }], {}, key);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true']);
    expect((await reserve([{ itemId, quantity: 1 }], {}, key)).status).toBe(422);
    expect((await act(first.body.id, 'release', undefined, '?dryRun=true')).body).toMatchObject({
      status: 'released',
      dryRun: true,
    });
    expect(await figures(itemId)).toEqual([5, 2, 3]);
    const released = { 'idempotency-key': 'release-once' };
    for (const replayed of [null, 'true']) {
      const { status, headers, body } = await rest.call<Reservation>(
        'POST',
        `/reservations/${first.body.id}/release`,
        undefined,
        released,
      );
      expect([status, body.status, headers.get('idempotency-replayed')]).toEqual([200, 'released', replayed]);
    }
    expect(await figures(itemId)).toEqual([5, 0, 5]);
  });

  it.each([
    [{ lines: [] }, 'lines'],
    [{ lines: [{ itemId: 'x', quantity: 1 }] }, 'lines.0.itemId'],
    [{ lines: [{ itemId: 'a'.repeat(24), quantity: 0 }] }, 'lines.0.quantity'],
    [{ lines: [{ itemId: 'a'.repeat(24), quantity: 1, location: 'a b' }] }, 'lines.0.location'],
    [{ ttlSeconds: 0 }, 'ttlSeconds'],
    [{ ttlSeconds: 604_801 }, 'ttlSeconds'],
    [{ ttlSeconds: '9' }, 'ttlSeconds'],
    [{ sku: 'x' }, 'sku'],
  ])('%j names %s', async (body, field) => {
    const good = { lines: [{ itemId: 'a'.repeat(24), quantity: 1 }], ttlSeconds: 604_800 };
    const problem = await refused(rest.call('POST', '/reservations', { ...good, ...body }));
    expect([problem.code, problem.errors?.map((error) => error.field)]).toEqual(['validation', [field]]);
    expect((await refused(rest.call('POST', '/reservations', good))).code).toBe('not-found');
  });

  it('is listed by status and item, page by page', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 9 });
    const made: string[] = [];
    for (let one = 0; one < 5; one++) made.push((await held(itemId, 1)).id);
    await act(made[0] ?? '', 'release');
    await act(made[1] ?? '', 'commit');
    const list = async (query: string): Promise<ReservationPage> =>
      (await rest.call<ReservationPage>('GET', `/reservations?${query}`)).body;
    expect((await list(`itemId=${itemId}`)).data.map(({ id }) => id)).toEqual(made.toReversed());
    expect((await list(`itemId=${itemId}&status=held`)).data.map(({ id }) => id)).toEqual(made.slice(2).toReversed());
    expect((await list(`status=committed&limit=1`)).data.map(({ id }) => id)).toEqual([made[1]]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: ReservationPage = await list(`itemId=${itemId}&limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.page.nextCursor;
    }
    expect(seen).toEqual(made.toReversed());
    const next = (await list(`itemId=${itemId}&limit=2`)).page.nextCursor;
    const foreign = await refused(rest.call('GET', `/reservations?status=held&cursor=${next}`));
    expect(foreign.errors).toMatchObject([{ field: 'cursor' }]);
    expect((await rest.call('GET', `/reservations/${'f'.repeat(24)}`)).status).toBe(404);
    expect((await refused(rest.call('GET', '/reservations?status=open'))).errors).toMatchObject([{ field: 'status' }]);
  });

  it('is what a count may not go below, unless it releases the youngest', async () => {
    const [{ id: itemId }, other] = [await rest.newItem({ quantity: 10 }), await rest.newItem({ quantity: 1 })];
    const old = await held(itemId, 3);
    const order = await held(itemId, 2);
    await act(order.id, 'commit');
    const young = (
      await reserve([
        { itemId, quantity: 2 },
        { itemId: other.id, quantity: 1 },
      ])
    ).body;
    const count = (quantity: number, more: object = {}): Promise<Got<MovementResult>> =>
      rest.call('POST', `/items/${itemId}/movements`, { type: 'count', quantity, ...more });
    const problem = await refused(count(6));
    expect(problem).toMatchObject({ status: 409, code: 'reserved-exceeds-stock', reserved: 7 });
    expect(problem.reservations).toMatchObject([
      { id: young.id, status: 'held', reserved: 2 },
      { id: order.id, status: 'committed', reserved: 2 },
      { id: old.id, status: 'held', reserved: 3 },
    ]);
    expect(await refused(rest.call('PUT', `/items/${itemId}`, { quantity: 6 }))).toMatchObject({
      code: 'reserved-exceeds-stock',
      reservations: problem.reservations,
    });
    const done = await count(6, { releaseHolds: true });
    expect(done.body.events.map(({ type, itemId: of }) => [type, of])).toEqual([
      ['stock.released', itemId],
      ['stock.released', other.id],
      ['stock.counted', itemId],
    ]);
    expect([(await reservation(young.id)).status, await figures(itemId), await figures(other.id)]).toEqual([
      'released',
      [6, 5, 1],
      [1, 0, 1],
    ]);
    // What is committed is not released.
    expect(await refused(count(1, { releaseHolds: true }))).toMatchObject({
      code: 'reserved-exceeds-stock',
      reserved: 5,
    });
    const put = await rest.call<Item>('PUT', `/items/${itemId}`, { quantity: 2, releaseHolds: true });
    expect([put.status, put.body.reserved, (await reservation(old.id)).status]).toEqual([200, 2, 'released']);
    const wrong = await refused(
      rest.call('POST', `/items/${itemId}/movements`, { type: 'issue', quantity: 1, releaseHolds: true }),
    );
    expect(wrong.errors).toMatchObject([{ field: 'releaseHolds' }]);
    await sound();
  });
});

describe('a hold that nobody ends', () => {
  it('expires by itself within a second, with nothing else going on, and can not be fulfilled then', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 3 });
    const { id, expiresAt } = await held(itemId, 2, { ttlSeconds: 1 });
    const watch = new Stopwatch();
    await sleep(Date.parse(expiresAt ?? '') - Date.now());
    expect(await refused(act(id, 'fulfil'))).toMatchObject({
      code: 'reservation-closed',
      reservationStatus: 'expired',
    });
    await until(async () => (await figures(itemId))[1] === 0, 1_000);
    const expired = (await eventsOf(itemId)).at(-1);
    expect(expired).toMatchObject({
      type: 'stock.expired',
      actor: { kind: 'system' },
      change: { onHand: 0, reserved: -2 },
      links: { reservationId: id },
      fields: { status: ['held', 'expired'] },
    });
    expect(Date.parse(expired?.at ?? '') - Date.parse(expiresAt ?? '')).toBeLessThan(1_000 + watch.missed);
    watch.stop();
    expect(await reservation(id)).toMatchObject({ status: 'expired', expiresAt });
  });

  it('expires across a restart, 2,000 of them at once, while a sale waits for what they free', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 2_000 });
    const port = rest.stack.ports.INVENTORY_PORT;
    const client = clientOf(port);
    const due = Date.now() + 4_000;
    // Again until it is known what became of it: a machine that is slow leaves it open, and a repeat is no second one.
    const reserve = async (): Promise<Ordered<Reservation>> => {
      const ttlSeconds = Math.max(1, Math.ceil((due - Date.now()) / 1_000));
      const command = { operation: operation(), lines: [{ itemId, quantity: 1 }], ttlSeconds };
      for (;;) {
        const made = await client.call(reservations.reserve, command, { requestId: 'test' }).catch((error: unknown) => {
          if (!(error instanceof DomainError) || !['timeout', 'unavailable'].includes(error.code)) throw error;
        });
        if (made) return made;
      }
    };
    const made: Ordered<Reservation>[] = [];
    // A group's worth at a time: who waits behind more than that for too long is refused.
    while (made.length < 2_000) made.push(...(await Promise.all(Array.from({ length: 500 }, reserve))));
    client.close();
    await rest.stack.kill('inventory');
    const last = Math.max(...made.map(({ body }) => Date.parse(body.expiresAt ?? '')));
    await sleep(Math.max(0, last - Date.now()));
    await rest.stack.restart('inventory');
    // The writer has just begun, all of them are overdue, and this one is decided after them.
    let sold: Got<unknown> | undefined;
    await until(async () => {
      sold = await rest.call('POST', `/items/${itemId}/movements`, { type: 'issue', quantity: 2_000 });
      return sold.status !== 503;
    });
    expect(sold?.status).toBe(201);
    expect(await figures(itemId)).toEqual([0, 0, 0]);
    const metrics = await (await fetch(`${rest.stack.opsUrls.inventory}/metrics`)).text();
    expect(metrics).toMatch(/stockwire_reservations_held\{[^}]*\} \d\n/);
    await sound();
  });
});

function operation(id = 'u1'): Operation {
  const actor = { kind: 'user', id, name: 'ana@example.com' } as const;
  return { id: randomBytes(16).toString('hex'), keyed: false, fingerprint: 'f', actor };
}

function clientOf(port: number): TcpClient {
  const token = rest.stack.env.INTERNAL_TOKEN ?? '';
  return new TcpClient({
    addresses: [`127.0.0.1:${port}`],
    token,
    log: createLog('test', 'silent'),
    maxInFlight: 2_000,
    deadlineMs: PATIENCE_MS,
  });
}

describe('two inventories', () => {
  let second: RunningApp;
  let other: TcpClient;
  let otherAddress: string;

  beforeAll(async () => {
    const port = await freePort();
    const env = { INVENTORY_PORT: String(port), INVENTORY_OPS_PORT: String(await freePort()) };
    second = await startApp('inventory', { ...rest.stack.env, ...env, RESERVATIONS_PER_CALLER: '3' });
    other = clientOf(port);
    otherAddress = `127.0.0.1:${port}`;
  });

  afterAll(async () => {
    other?.close();
    await second?.stop();
  });

  const call = (itemId: string, who: string, ttlSeconds = 600): Promise<unknown> =>
    other.call(
      reservations.reserve,
      { operation: operation(who), lines: [{ itemId, quantity: 1 }], ttlSeconds },
      { requestId: 'test' },
    );

  it('end a hold once, whoever made it', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 10 });
    const watch = new Stopwatch();
    // The first one is extended in time, also on a slow machine.
    const mine = await Promise.all([5, 1, 1, 1, 1].map((ttlSeconds) => held(itemId, 1, { ttlSeconds })));
    await Promise.all(Array.from({ length: 3 }, () => call(itemId, 'u2', 1)));
    // Extended by the other one than made it: then that one has to hear of it.
    await other.call(
      reservations.extend,
      { operation: operation(), id: mine[0]?.id ?? '', ttlSeconds: 600 },
      { requestId: 'test' },
    );
    await until(async () => (await figures(itemId))[1] === 1);
    await sleep(Math.max(0, Date.parse(mine[0]?.expiresAt ?? '') + 1_000 - Date.now()));
    const expired = (await eventsOf(itemId)).filter(({ type }) => type === 'stock.expired');
    for (const { at, links } of expired) {
      const { expiresAt } = await reservation(links.reservationId ?? '');
      expect(Date.parse(at) - Date.parse(expiresAt ?? '')).toBeLessThan(1_000 + watch.missed);
    }
    watch.stop();
    expect(new Set(expired.map(({ links }) => links.reservationId)).size).toBe(7);
    expect(expired).toHaveLength(7);
    expect((await reservation(mine[0]?.id ?? '')).status).toBe('held');
    await sound();
  });

  it('never promise a piece twice, and let one of two who want a hold have it', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 20 });
    const first = clientOf(rest.stack.ports.INVENTORY_PORT);
    const ask = (at: number): TcpClient => (at % 2 ? first : other);
    const command = (at: number): { operation: Operation } => ({ operation: operation(`racer-${at}`) });
    const lines = [{ itemId, quantity: 1 }];
    const asked = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) =>
        ask(at).call(reservations.reserve, { ...command(at), lines, ttlSeconds: 600 }, { requestId: 'test' }),
      ),
    );
    const made = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value.body.id] : []));
    expect([made.length, await figures(itemId)]).toEqual([20, [20, 20, 0]]);
    const wins = await Promise.all(
      made.map(async (id, at) => {
        const race = [
          ask(at).call(reservations.fulfil, { ...command(at), id }, { requestId: 'test' }),
          ask(at + 1).call(reservations.release, { ...command(at), id }, { requestId: 'test' }),
        ];
        const won = (await Promise.allSettled(race)).map(({ status }) => status === 'fulfilled');
        expect(won.filter(Boolean)).toHaveLength(1);
        return won[0];
      }),
    );
    const sold = wins.filter(Boolean).length;
    expect(await figures(itemId)).toEqual([20 - sold, 0, 20 - sold]);
    first.close();
    await sound();
  });

  it('count together what a caller holds', async () => {
    const { id: itemId } = await rest.newItem({ quantity: 10 });
    const first = clientOf(rest.stack.ports.INVENTORY_PORT);
    const command = { operation: operation('u3'), lines: [{ itemId, quantity: 1 }], ttlSeconds: 600 };
    const { body } = await first.call(reservations.reserve, command, { requestId: 'test' });
    // The other one decides itself, as it does when it can't reach the one that writes.
    const token = rest.stack.env.INTERNAL_TOKEN ?? '';
    const line = new Line(() => resolveAddresses([otherAddress]), createLog('test', 'silent'), 'inventory');
    const connection = await line.connect(1_000);
    const there = (who: string): Promise<unknown> => {
      const own = { operation: operation(who), lines: [{ itemId, quantity: 1 }], ttlSeconds: 600 };
      const packet: Packet = { token, requestId: 'test', body: own, relayed: true };
      return connection.request(reservations.reserve.pattern, packet, 5_000);
    };
    const done = { ok: { body: { status: 'held' } } };
    const tooMany = { fault: { code: 'too-many-reservations', extra: { held: 3, most: 3 } } };
    expect([await there('u3'), await there('u3')]).toMatchObject([done, done]);
    expect([await there('u3'), await there('u4')]).toMatchObject([tooMany, done]);
    await first.call(reservations.commit, { operation: operation('u3'), id: body.id }, { requestId: 'test' });
    expect([await there('u3'), await there('u3')]).toMatchObject([done, tooMany]);
    line.close();
    first.close();
  });
});

it('is checked by the verification, and made anew from the ledger', async () => {
  const { id: itemId } = await rest.newItem({ quantity: 5 });
  const one = await held(itemId, 2);
  const database = new mongo.MongoClient(rest.stack.mongoUri);
  try {
    const stored = database.db().collection<{ _id: string }>('reservations');
    await stored.updateOne({ _id: one.id }, { $set: { status: 'released' } });
    const { body } = await rest.call<Verification>('GET', '/ledger/verify');
    expect(body).toMatchObject({ ok: false, faults: [{ kind: 'reservation' }] });
    await stored.deleteOne({ _id: one.id });
    expect((await rest.call<Verification>('GET', '/ledger/verify')).body.ok).toBe(false);
  } finally {
    await database.close();
  }
  expect((await rest.call('POST', '/ledger/rebuild')).status).toBeLessThan(300);
  await sound();
  expect(await reservation(one.id)).toEqual(one);
  expect((await act(one.id, 'fulfil')).body.status).toBe('fulfilled');
});
