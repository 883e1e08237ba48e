import { createLog, TcpClient } from '@app/common';
import {
  locations,
  movements,
  type Item,
  type LedgerEvent,
  type LevelPage,
  type Location,
  type LocationPage,
  type MovementPage,
  type MovementResult,
  type Operation,
  type Problem,
  type Verification,
} from '@app/contracts';
import { randomBytes } from 'node:crypto';
import { freePort } from './support/ports';
import { Rest, type Got } from './support/rest';
import { startApp, type RunningApp } from './support/stack';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

let made = 0;
async function newLocation(): Promise<string> {
  const code = `place-${++made}`;
  expect((await rest.call('POST', '/locations', { code, name: code })).status).toBe(201);
  return code;
}

function move(lines: object[], more: object = {}): Promise<Got<MovementResult>> {
  return rest.call('POST', '/movements', { lines, ...more });
}

async function refused(answer: Promise<Got<unknown>>): Promise<Problem> {
  return (await answer).body as Problem;
}

/** The figures of an item as [on hand, unavailable] of each location. */
async function levels(id: string): Promise<Record<string, [number, number]>> {
  const { body } = await rest.call<LevelPage>('GET', `/items/${id}/levels`);
  return Object.fromEntries(body.data.map((level) => [level.location, [level.onHand, level.unavailable]]));
}

async function sound(): Promise<void> {
  expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
}

describe('locations', () => {
  it('begin with main, which stays', async () => {
    const { body } = await rest.call<LocationPage>('GET', '/locations');
    expect(body.data).toContainEqual({ code: 'main', name: 'Main', address: null, closed: false });
    expect(await refused(rest.call('DELETE', '/locations/main'))).toMatchObject({ code: 'location-not-empty' });
  });

  it('are added, changed, closed and opened again', async () => {
    const shop = { code: 'shop-1', name: 'Shop', address: 'Torstraße 1\n10119 Berlin' };
    expect(await rest.call('POST', '/locations', shop)).toMatchObject({
      status: 201,
      body: { ...shop, closed: false },
    });
    expect(await refused(rest.call('POST', '/locations', shop))).toMatchObject({ code: 'duplicate', field: 'code' });
    const changed = { ...shop, name: 'The shop', address: null, closed: false };
    const patch = await rest.call<Location>('PATCH', '/locations/shop-1', { name: 'The shop', address: null });
    expect(patch).toMatchObject({ status: 200, body: changed });
    expect((await rest.call('GET', '/locations/shop-1')).body).toEqual(changed);
    for (let again = 0; again < 2; again++) expect((await rest.call('DELETE', '/locations/shop-1')).status).toBe(204);
    const codes = async (query: string): Promise<string[]> =>
      (await rest.call<LocationPage>('GET', `/locations${query}`)).body.data.map(({ code }) => code);
    expect(await codes('')).not.toContain('shop-1');
    expect(await codes('?closed=true')).toEqual(['shop-1']);
    expect((await rest.call('GET', '/locations/shop-1')).body).toEqual({ ...changed, closed: true });
    expect(await rest.call('POST', '/locations', { code: 'shop-1', name: 'New shop' })).toMatchObject({
      status: 201,
      body: { name: 'New shop', address: null, closed: false },
    });
    expect(await codes('')).toContain('shop-1');
    for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const)
      expect(await refused(rest.call(method, '/locations/nowhere', body))).toMatchObject({ code: 'not-found' });
  });

  it.each(['a b', 'a.b', '$x', '__proto__', 'constructor', 'prototype', 'ü', 'x'.repeat(65), ''])(
    'are not called %j',
    async (code) => {
      const problem = await refused(rest.call('POST', '/locations', { code, name: 'x' }));
      expect([problem.code, problem.errors?.map(({ field }) => field)]).toEqual(['validation', ['code']]);
      if (code === '') return;
      const inPath = await refused(rest.call('GET', `/locations/${encodeURIComponent(code)}`));
      expect([inPath.code, inPath.errors?.[0]?.field]).toEqual(['validation', 'code']);
    },
  );

  it('are changed once under a key, and by no dry run', async () => {
    const location = { code: 'keyed', name: 'Keyed' };
    expect(await rest.call('POST', '/locations?dryRun=true', location)).toMatchObject({
      status: 200,
      body: { code: 'keyed', dryRun: true },
    });
    expect((await rest.call('GET', '/locations/keyed')).status).toBe(404);
    const key = { 'idempotency-key': 'open-keyed' };
    const first = await rest.call('POST', '/locations', location, key);
    await rest.call('DELETE', '/locations/keyed', undefined, { 'idempotency-key': 'close-keyed' });
    const { id } = await rest.newItem();
    const used = { 'idempotency-key': 'used-to-receive' };
    await rest.call('POST', `/items/${id}/movements`, { type: 'receive', quantity: 1 }, used);
    // What it remembers of late is gone then, and has to be looked up.
    await rest.stack.restart('inventory');
    const again = await rest.call('POST', '/locations', location, key);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, first.body, 'true']);
    expect((await rest.call<Location>('GET', '/locations/keyed')).body.closed).toBe(true);
    expect((await rest.call('POST', '/locations', { ...location, name: 'Other' }, key)).status).toBe(422);
    expect((await rest.call('POST', '/locations', { code: 'never', name: 'Never' }, used)).status).toBe(422);
    expect((await rest.call('GET', '/locations/never')).status).toBe(404);
  });

  it('are not closed while anything is there, and closed ones take nothing', async () => {
    const code = await newLocation();
    const { id } = await rest.newItem({ quantity: 5 });
    await move([{ itemId: id, type: 'transfer', quantity: 2, toLocation: code }]);
    await move([{ itemId: id, type: 'set_aside', quantity: 2, location: code }], { reason: 'damaged' });
    expect(await refused(rest.call('DELETE', `/locations/${code}`))).toMatchObject({
      status: 409,
      code: 'location-not-empty',
      location: code,
      itemId: id,
      onHand: 2,
      unavailable: 2,
    });
    await move([{ itemId: id, type: 'put_back', quantity: 2, location: code }], { reason: 'repaired' });
    const back = await move([{ itemId: id, type: 'transfer', quantity: 2, location: code, toLocation: 'main' }]);
    expect((await rest.call('DELETE', `/locations/${code}?dryRun=true`)).status).toBe(200);
    expect((await rest.call('DELETE', `/locations/${code}`)).status).toBe(204);
    for (const line of [
      { type: 'receive', quantity: 1, location: code },
      { type: 'transfer', quantity: 1, toLocation: code },
      { type: 'count', quantity: 0, location: code },
      { type: 'receive', quantity: 1, location: 'nowhere' },
    ]) {
      const problem = await refused(move([{ itemId: id, ...line }]));
      expect(problem).toMatchObject({ status: 404, code: 'not-found', location: line.location ?? code });
      expect((await rest.call('POST', `/movements?dryRun=true`, { lines: [{ itemId: id, ...line }] })).status).toBe(
        404,
      );
    }
    expect(
      await refused(rest.call('POST', `/movements/${back.body.position}/reverse`, { reason: 'wrong' })),
    ).toMatchObject({ code: 'not-found', location: code });
  });
});

describe('stock at several locations', () => {
  it('moves in all ways, and the totals are the sum of the levels', async () => {
    const code = await newLocation();
    const { id } = await rest.newItem({ quantity: 20 });
    const line = (type: string, quantity: number, more: object = {}): object => ({
      itemId: id,
      type,
      quantity,
      ...more,
    });
    const there = { location: code };
    const { status, body } = await move(
      [
        line('transfer', 8, { toLocation: code }),
        line('receive', 4, there),
        line('return', 1, there),
        line('issue', 2, there),
        line('write_off', 1, there),
        line('adjust', -1, there),
        line('set_aside', 3, there),
        line('put_back', 1, there),
      ],
      { reason: 'everything' },
    );
    expect(status).toBe(201);
    expect(body.events.map(({ type }) => type)).toEqual([
      'stock.transferred_out',
      'stock.transferred_in',
      'stock.received',
      'stock.returned',
      'stock.issued',
      'stock.written_off',
      'stock.adjusted',
      'stock.set_aside',
      'stock.put_back',
    ]);
    expect(body.events.at(-2)).toMatchObject({ change: { onHand: 0, unavailable: 3 }, level: { unavailable: 3 } });
    expect(await levels(id)).toEqual({ main: [12, 0], [code]: [9, 2] });
    expect(body.items).toMatchObject([{ id, quantity: 21, unavailable: 2, available: 19 }]);
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({
      quantity: 21,
      unavailable: 2,
      available: 19,
    });
    const counted = await move([line('count', 7, { ...there, changeFrom: 9 })]);
    expect(counted.body.items).toMatchObject([{ quantity: 19 }]);
    expect(await refused(move([line('count', 7, { ...there, changeFrom: 9 })]))).toMatchObject({
      code: 'stale-quantity',
      location: code,
      onHand: 7,
    });
    expect(await refused(move([line('count', 1, there)]))).toMatchObject({
      code: 'insufficient-stock',
      unavailable: 2,
    });
    const history = await rest.call<MovementPage>('GET', `/movements?itemId=${id}&type=transfer&order=asc`);
    expect(history.body.data.map(({ type }) => type)).toEqual(['stock.transferred_out', 'stock.transferred_in']);
    const set = await rest.call<MovementPage>('GET', `/items/${id}/movements?type=set_aside&location=${code}`);
    expect(set.body.data).toHaveLength(1);
  });

  it.each([
    [{ type: 'transfer', quantity: 1 }, 'lines.0.toLocation'],
    [{ type: 'transfer', quantity: 1, toLocation: 'main' }, 'lines.0.toLocation'],
    [{ type: 'transfer', quantity: 1, location: 'a', toLocation: 'a' }, 'lines.0.toLocation'],
    [{ type: 'transfer', quantity: 0, toLocation: 'a' }, 'lines.0.quantity'],
    [{ type: 'receive', quantity: 1, toLocation: 'a' }, 'lines.0.toLocation'],
    [{ type: 'receive', quantity: 1, location: '__proto__' }, 'lines.0.location'],
    [{ type: 'set_aside', quantity: 1 }, 'reason'],
    [{ type: 'put_back', quantity: 1 }, 'reason'],
  ])('%j names %s', async (line, field) => {
    const problem = await refused(move([{ itemId: 'a'.repeat(24), ...line }]));
    expect([problem.code, problem.errors?.map((error) => error.field)]).toEqual(['validation', [field]]);
  });

  it('is transferred by one flat line and by rows, too', async () => {
    const code = await newLocation();
    const { id } = await rest.newItem({ quantity: 5 });
    const line = { type: 'transfer', quantity: 2, toLocation: code };
    expect((await rest.call('POST', `/items/${id}/movements`, line)).status).toBe(201);
    const rows = [
      { itemId: id, ...line },
      { itemId: id, ...line, quantity: 9 },
    ];
    expect((await rest.call('POST', '/movements/batch', { rows })).body).toMatchObject({
      results: [{ status: 'applied' }, { status: 'rejected', problem: { code: 'insufficient-stock' } }],
    });
    expect(await levels(id)).toEqual({ main: [1, 0], [code]: [4, 0] });
  });

  it('is told of rows that were applied before as a replay, with the same body', async () => {
    const { id } = await rest.newItem({ quantity: 5 });
    const rows = [{ itemId: id, type: 'issue', quantity: 1 }, { itemId: id, type: 'issue', quantity: 9 }, { no: 1 }];
    const send = () => rest.call('POST', '/movements/batch', { rows }, { 'idempotency-key': `rows-${id}` });
    const [first, again] = [await send(), await send()];
    const replayed = [first, again].map(({ headers }) => headers.get('idempotency-replayed'));
    expect([again.body, replayed]).toEqual([first.body, [null, 'true']]);
    expect(await levels(id)).toEqual({ main: [4, 0] });
  });

  it('is at 500 locations if need be; an item shows the first 50 of them', async () => {
    const codes = Array.from({ length: 499 }, (_, at) => `many-${String(at).padStart(3, '0')}`);
    const created = await Promise.all(codes.map((code) => rest.call('POST', '/locations', { code, name: code })));
    expect(new Set(created.map(({ status }) => status))).toEqual(new Set([201]));
    const { id } = await rest.newItem({ quantity: 1 });
    for (let from = 0; from < codes.length; from += 100) {
      const lines = codes
        .slice(from, from + 100)
        .map((location) => ({ itemId: id, type: 'receive', quantity: 1, location }));
      expect((await move(lines)).status).toBe(201);
    }
    const { body } = await rest.call<Item>('GET', `/items/${id}`);
    expect([body.quantity, body.levels.length, body.levels[0]?.location]).toEqual([500, 50, 'main']);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Got<LevelPage> = await rest.call('GET', `/items/${id}/levels?limit=200${query}`);
      seen.push(...page.body.data.map(({ location }) => location));
      cursor = page.body.page.nextCursor;
    }
    expect(seen).toEqual(['main', ...codes].sort());
    const { nextCursor } = (await rest.call<LevelPage>('GET', `/items/${id}/levels?limit=1`)).body.page;
    const other = await rest.newItem({ quantity: 1 });
    expect((await rest.call('GET', `/items/${other.id}/levels?cursor=${nextCursor}`)).body).toMatchObject({
      code: 'validation',
      errors: [{ field: 'cursor' }],
    });
  });
});

describe('the history', () => {
  it('is turned in both directions', async () => {
    const { id } = await rest.newItem({ quantity: 1 });
    for (let quantity = 2; quantity <= 7; quantity++)
      await rest.call('POST', `/items/${id}/movements`, { type: 'receive', quantity });
    const path = `/items/${id}/movements?limit=3&type=receive`;
    const page = async (cursor: string | null): Promise<MovementPage & { shown: number[] }> => {
      const { body } = await rest.call<MovementPage>('GET', `${path}${cursor ? `&cursor=${cursor}` : ''}`);
      return { ...body, shown: body.data.map(({ change }) => change.onHand) };
    };
    const first = await page(null);
    expect([first.shown, first.page.prevCursor]).toEqual([[7, 6, 5], null]);
    const second = await page(first.page.nextCursor);
    expect([second.shown, second.page.nextCursor]).toEqual([[4, 3, 2], null]);
    await rest.call('POST', `/items/${id}/movements`, { type: 'receive', quantity: 8 });
    const back = await page(second.page.prevCursor);
    expect(back.shown).toEqual([7, 6, 5]);
    expect((await page(back.page.nextCursor)).shown).toEqual([4, 3, 2]);
    const newer = await page(back.page.prevCursor);
    expect([newer.shown, newer.page.prevCursor]).toEqual([[8], null]);
  });

  it('names what is wrong with a question', async () => {
    const { id } = await rest.newItem({ quantity: 1 });
    await rest.call('POST', `/items/${id}/movements`, { type: 'receive', quantity: 1 });
    const { body } = await rest.call<MovementPage>('GET', `/movements?itemId=${id}&limit=1`);
    const cursor = `cursor=${body.page.nextCursor}`;
    const own = `/items/${id}/movements`;
    expect((await rest.call('GET', `${own}?${cursor}`)).status).toBe(200);
    for (const [path, field] of [
      [`/movements?${cursor}`, 'cursor'],
      [`/movements?itemId=${id}&order=asc&${cursor}`, 'cursor'],
      [`${own}?reason=sale&${cursor}`, 'cursor'],
      [`${own}?cursor=MTIz`, 'cursor'],
      [`${own}?cursor=`, 'cursor'],
      [`${own}?itemId=${id}`, 'itemId'],
      [`${own}?type=buy`, 'type'],
      [`${own}?type=issue&type=receive`, 'type'],
      ['/movements?location=a%20b', 'location'],
      ['/movements?from=yesterday', 'from'],
      ['/movements?order=up', 'order'],
      ['/movements?actor=', 'actor'],
      ['/movements?itemId=7', 'itemId'],
      ['/movements?limit=0', 'limit'],
    ] as const)
      expect([path, await refused(rest.call('GET', path))]).toMatchObject([path, { errors: [{ field }] }]);
  });
});

describe('a reversal', () => {
  const reverse = (position: number, headers: Record<string, string> = {}): Promise<Got<MovementResult>> =>
    rest.call('POST', `/movements/${position}/reverse`, { reason: 'wrong item' }, headers);

  it('takes back a movement once, for ever, and its repeat is answered', async () => {
    const { id } = await rest.newItem({ quantity: 5 });
    const issued = await move([{ itemId: id, type: 'issue', quantity: 3 }], { reference: 'R-1' });
    const { position } = issued.body;
    const dry = await rest.call<MovementResult>('POST', `/movements/${position}/reverse?dryRun=true`, {
      reason: 'try',
    });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true, items: [{ quantity: 5 }] } });
    const key = { 'idempotency-key': 'reverse-1' };
    const done = await reverse(position, key);
    expect(done).toMatchObject({ status: 201, body: { items: [{ id, quantity: 5 }] } });
    expect(done.body.events).toMatchObject([
      {
        type: 'stock.reversed',
        reason: 'wrong item',
        reference: 'R-1',
        change: { onHand: 3 },
        links: { reverses: position },
      },
    ]);
    const again = await reverse(position, key);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([201, done.body, 'true']);
    const facts = { status: 409, code: 'already-reversed', position, reversedBy: done.body.position };
    expect(await refused(reverse(position))).toMatchObject(facts);
    await rest.stack.restart('inventory');
    expect(await refused(reverse(position))).toMatchObject(facts);
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({ quantity: 5 });
    const history = await rest.call<MovementPage>('GET', `/movements?itemId=${id}&type=stock.reversed`);
    expect(history.body.data).toEqual(done.body.events);
  });

  it('takes back both halves of a transfer, by either position', async () => {
    const code = await newLocation();
    const { id } = await rest.newItem({ quantity: 5 });
    for (const half of [0, 1]) {
      const { body } = await move([{ itemId: id, type: 'transfer', quantity: 2, toLocation: code }]);
      const positions = body.events.map(({ position }) => position);
      const done = await reverse(positions[half] ?? 0);
      expect(done.body.events.map(({ links }) => links.reverses)).toEqual(positions.toReversed());
      for (const position of positions) expect((await refused(reverse(position))).code).toBe('already-reversed');
    }
    expect(await levels(id)).toEqual({ main: [5, 0], [code]: [0, 0] });
  });

  it('is refused for what can not be taken back', async () => {
    const { id, position } = await rest.newItem({ quantity: 5 });
    expect(await refused(reverse(position))).toMatchObject({
      status: 409,
      code: 'not-reversible',
      type: '/problems/not-reversible',
      eventType: 'item.created',
    });
    const counted = await move([{ itemId: id, type: 'count', quantity: 4 }]);
    expect((await refused(reverse(counted.body.position))).code).toBe('not-reversible');
    const received = await move([{ itemId: id, type: 'receive', quantity: 3 }]);
    await move([{ itemId: id, type: 'issue', quantity: 6 }]);
    expect(await refused(reverse(received.body.position))).toMatchObject({
      code: 'insufficient-stock',
      requested: 3,
      available: 1,
    });
    const issued = await move([{ itemId: id, type: 'issue', quantity: 1 }]);
    const done = await reverse(issued.body.position);
    expect((await refused(reverse(done.body.position))).code).toBe('not-reversible');
    expect((await refused(reverse(999_999_999))).code).toBe('not-found');
    for (const nonsense of ['0', '-1', 'x', '1.5', '1e3'])
      expect(
        (await refused(rest.call('POST', `/movements/${nonsense}/reverse`, { reason: 'r' }))).errors,
      ).toMatchObject([{ field: 'position' }]);
    expect((await refused(rest.call('POST', `/movements/${position}/reverse`, {}))).errors).toMatchObject([
      { field: 'reason' },
    ]);
  });
});

describe('two inventories on one database', () => {
  let second: RunningApp;
  let both: TcpClient[];

  beforeAll(async () => {
    const port = await freePort();
    const env = { INVENTORY_PORT: String(port), INVENTORY_OPS_PORT: String(await freePort()) };
    second = await startApp('inventory', { ...rest.stack.env, ...env });
    both = [rest.stack.ports.INVENTORY_PORT, port].map((one) => {
      const token = rest.stack.env.INTERNAL_TOKEN ?? '';
      return new TcpClient({
        addresses: [`127.0.0.1:${one}`],
        token,
        log: createLog('test', 'silent'),
        maxInFlight: 500,
      });
    });
  });

  afterAll(async () => {
    both?.forEach((client) => client.close());
    await second?.stop();
  });

  const requestId = 'test';
  const operation = (): Operation => {
    const actor = { kind: 'user', id: 'u1', name: 'ana@example.com' } as const;
    return { id: randomBytes(16).toString('hex'), keyed: false, fingerprint: 'f', actor };
  };
  const [one, other] = [(): TcpClient => both[0] as TcpClient, (): TcpClient => both[1] as TcpClient];

  /** What became of calls: `done`, or the code of the refusal. */
  async function outcomes(calls: Promise<unknown>[]): Promise<string[]> {
    const settled = await Promise.allSettled(calls);
    return settled.map((result) => (result.status === 'fulfilled' ? 'done' : (result.reason as Problem).code));
  }

  it('reverse a movement once, whoever is asked', async () => {
    const { id } = await rest.newItem({ quantity: 100 });
    for (let round = 0; round < 5; round++) {
      const { body } = await move([{ itemId: id, type: 'issue', quantity: 1 }]);
      const reversals = Array.from({ length: 10 }, (_, at) =>
        (at % 2 ? one() : other()).call(
          movements.reverse,
          { operation: operation(), position: body.position, reason: 'race' },
          { requestId },
        ),
      );
      expect((await outcomes(reversals)).sort()).toEqual([
        ...Array.from({ length: 9 }, () => 'already-reversed'),
        'done',
      ]);
    }
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({ quantity: 100 });
  });

  it('never leave stock at a closed location, however closing and moving race', async () => {
    const { id } = await rest.newItem({ quantity: 10_000 });
    for (let round = 0; round < 12; round++) {
      const code = await newLocation();
      const into = (client: TcpClient): Promise<unknown> => {
        const lines = [{ itemId: id, type: 'transfer' as const, quantity: 1, toLocation: code }];
        return client.call(movements.apply, { operation: operation(), lines }, { requestId });
      };
      // The other one has learned of it, and has no other reason to ask again.
      await into(other());
      await other().call(
        movements.apply,
        {
          operation: operation(),
          lines: [{ itemId: id, type: 'transfer', quantity: 1, location: code, toLocation: 'main' }],
        },
        { requestId },
      );
      const close = one().call(locations.close, { operation: operation(), code }, { requestId });
      const moved = await outcomes([close, ...[0, 1, 2, 3].map((at) => into(at % 2 ? one() : other()))]);
      const arrived = moved.slice(1).filter((outcome) => outcome === 'done').length;
      const location = (await rest.call<Location>('GET', `/locations/${code}`)).body;
      expect([moved[0], (await levels(id))[code]?.[0]]).toEqual([
        location.closed ? 'done' : 'location-not-empty',
        arrived,
      ]);
      if (location.closed) expect([arrived, new Set(moved.slice(1))]).toEqual([0, new Set(['not-found'])]);
    }
    await sound();
    const closed = await newLocation();
    await other().call(movements.apply, { operation: operation(), lines: line(id, closed, 1) }, { requestId });
    await other().call(movements.apply, { operation: operation(), lines: line(id, closed, -1) }, { requestId });
    await one().call(locations.close, { operation: operation(), code: closed }, { requestId });
    const late = [false, true].map((dryRun) =>
      other().call(
        movements.apply,
        { operation: { ...operation(), dryRun }, lines: line(id, closed, 1) },
        { requestId },
      ),
    );
    expect(await outcomes(late)).toEqual(['not-found', 'not-found']);
  });

  function line(
    itemId: string,
    location: string,
    quantity: number,
  ): { itemId: string; type: 'adjust'; location: string; quantity: number }[] {
    return [{ itemId, type: 'adjust', location, quantity }];
  }
});

it('leaves a ledger that is sound, and whose events say where they belong', async () => {
  await sound();
  const { body } = await rest.call<{ events: LedgerEvent[] }>('GET', '/events?types=stock.reversed&limit=1000');
  expect(body.events.length).toBeGreaterThan(0);
  for (const { links } of body.events) expect(links.reverses).toBeGreaterThan(0);
});
