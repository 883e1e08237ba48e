import {
  type ApprovedStocktake,
  type CountResult,
  type EventPage,
  type ImportCheck,
  type Item,
  type LedgerEvent,
  type LevelPage,
  type MovementPage,
  type Problem,
  type Stocktake,
  type StocktakeLine,
  type StocktakeLinePage,
  type StocktakePage,
  type Verification,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api';
import { Rest, type Got } from './support/rest';

let rest: Rest;
let places = 0;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

/** A place of its own for each test, so that a sheet has only what the test has put there. */
async function newPlace(): Promise<string> {
  const code = `shelf-${++places}`;
  expect((await rest.call('POST', '/locations', { code, name: code })).status).toBe(201);
  return code;
}

async function stocked(location: string, quantity: number, over: object = {}): Promise<Item> {
  const item = await rest.newItem(over);
  if (quantity > 0) await move(item.id, 'receive', quantity, location);
  return item;
}

async function move(
  itemId: string,
  type: string,
  quantity: number,
  location: string,
  more: object = {},
): Promise<void> {
  const { status, body } = await rest.call('POST', `/items/${itemId}/movements`, { type, quantity, location, ...more });
  expect([status, body]).toEqual([201, expect.anything()]);
}

async function openAt(location: string, more: object = {}): Promise<Stocktake> {
  const { status, body } = await rest.call<Stocktake>('POST', '/stocktakes', { location, ...more });
  expect([status, body]).toEqual([201, expect.objectContaining({ status: 'open', location })]);
  return body;
}

function enter(id: string, counts: object[], query = '', headers = {}): Promise<Got<CountResult>> {
  return rest.call<CountResult>('POST', `/stocktakes/${id}/counts${query}`, { counts }, headers);
}

function approve(id: string, body?: object, query = '', headers = {}): Promise<Got<ApprovedStocktake>> {
  return rest.call<ApprovedStocktake>('POST', `/stocktakes/${id}/approve${query}`, body, headers);
}

/** Who hears nothing in time repeats it with the same key, and it is done once. */
async function decided<Body>(name: string, ask: (key: object) => Promise<Got<Body>>): Promise<Got<Body>> {
  for (;;) {
    const answer = await ask({ 'idempotency-key': name });
    if (answer.status < 500) return answer;
    await sleep(100);
  }
}

async function linesOf(id: string, query = ''): Promise<StocktakeLine[]> {
  return (await rest.call<StocktakeLinePage>('GET', `/stocktakes/${id}/lines?limit=200${query}`)).body.data;
}

async function refused(answer: Promise<Got<unknown>>): Promise<Problem> {
  return (await answer).body as Problem;
}

async function onHand(itemId: string, location: string): Promise<number> {
  const { levels } = (await rest.call<Item>('GET', `/items/${itemId}`)).body;
  return levels.find((level) => level.location === location)?.onHand ?? 0;
}

async function sound(): Promise<void> {
  expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
}

describe('a stocktake', () => {
  it('is opened, counted and approved while stock moves', async () => {
    const shelf = await newPlace();
    const heart = await stocked(shelf, 10, { name: 'A heart', sku: 'ST-HEART', barcodes: ['4006381333931'] });
    const lamp = await stocked(shelf, 5, { name: 'B lamp' });
    const mug = await stocked(shelf, 3, { name: 'C mug' });
    const empty = await stocked('main', 1, { name: 'D elsewhere' });
    const take = await openAt(shelf, { note: 'aisle 3' });
    expect(take).toMatchObject({ lines: 3, counted: 0, variances: 0, filter: null, note: 'aisle 3', approval: null });
    expect((await linesOf(take.id)).map(({ name, expected, counted }) => [name, expected, counted])).toEqual([
      ['A heart', 10, null],
      ['B lamp', 5, null],
      ['C mug', 3, null],
    ]);
    // Sold before it is counted: the counter finds eight and the ledger has eight.
    await move(heart.id, 'issue', 2, shelf);
    const first = await enter(take.id, [
      { barcode: '4006381333931', quantity: 7 },
      { itemId: lamp.id, quantity: 6 },
    ]);
    expect([first.status, first.body.lines.map(({ onHand: had, variance }) => [had, variance])]).toEqual([
      200,
      [
        [8, -1],
        [5, 1],
      ],
    ]);
    expect(first.body.stocktake).toMatchObject({ lines: 3, counted: 2, variances: 2 });
    // Sold after it was counted: that stays sold.
    await move(heart.id, 'issue', 4, shelf);
    expect(await linesOf(take.id, '&state=uncounted')).toMatchObject([{ itemId: mug.id }]);
    expect(await linesOf(take.id, '&state=variance')).toHaveLength(2);
    // What nobody expected is found all the same.
    const found = await enter(take.id, [{ itemId: empty.id, quantity: 1 }]);
    expect(found.body.lines).toMatchObject([{ unexpected: true, expected: 0, variance: 1, name: 'D elsewhere' }]);
    const dry = await approve(take.id, {}, '?dryRun=true');
    expect([dry.status, dry.body.dryRun, dry.body.stocktake.status]).toEqual([200, true, 'approved']);
    expect((await rest.call<Stocktake>('GET', `/stocktakes/${take.id}`)).body).toMatchObject({
      status: 'open',
      counted: 3,
      variances: 3,
    });
    const done = await approve(take.id, { reason: 'spring' });
    expect(done.body.lines.map(({ itemId, counted, expected, change }) => [itemId, counted, expected, change])).toEqual(
      [
        [heart.id, 7, 8, -1],
        [lamp.id, 6, 5, 1],
        [empty.id, 1, 0, 1],
      ],
    );
    expect(dry.body.lines).toEqual(done.body.lines);
    expect(await Promise.all([heart, lamp, mug, empty].map(({ id }) => onHand(id, shelf)))).toEqual([3, 6, 3, 1]);
    const { approval, ...closed } = done.body.stocktake;
    expect(closed).toMatchObject({ status: 'approved', closedBy: { name: rest.stack.adminEmail } });
    expect(approval).toMatchObject({ booked: 3, gone: 0, uncounted: 'ignore' });
    const { data } = (await rest.call<MovementPage>('GET', `/movements?reference=${take.id}`)).body;
    expect(data).toHaveLength(3);
    for (const event of data)
      expect(event).toMatchObject({
        type: 'stock.counted',
        reason: 'spring',
        location: shelf,
        links: { stocktakeId: take.id },
        operationId: approval?.operationId,
      });
    // The time of the count, not of the approval.
    const counted = data.find(({ itemId }) => itemId === heart.id);
    expect(counted?.effectiveAt).toBe(first.body.lines[0]?.countedAt);
    const levels = (await rest.call<LevelPage>('GET', `/items/${heart.id}/levels`)).body.data;
    expect(levels).toMatchObject([{ location: shelf, lastCountedAt: counted?.effectiveAt }]);
    expect((await openAt(shelf)).lines).toBe(4);
    await sound();
  });

  it('is closed after that, and answers repeats as the first time', async () => {
    const shelf = await newPlace();
    const { id: itemId } = await stocked(shelf, 4);
    const key = (name: string) => ({ 'idempotency-key': `${shelf}-${name}` });
    const opened = await rest.call<Stocktake>('POST', '/stocktakes', { location: shelf }, key('open'));
    const { id } = opened.body;
    const counts = await enter(id, [{ itemId, quantity: 3, mode: 'add' }], '', key('count'));
    await enter(id, [{ itemId, quantity: 2, mode: 'add' }]);
    expect((await enter(id, [{ itemId, quantity: 9 }], '', key('count'))).status).toBe(422);
    const done = await approve(id, undefined, '', key('approve'));
    expect([done.status, await onHand(itemId, shelf)]).toEqual([200, 5]);
    const again = [
      await rest.call<Stocktake>('POST', '/stocktakes', { location: shelf }, key('open')),
      await enter(id, [{ itemId, quantity: 3, mode: 'add' }], '', key('count')),
      await approve(id, undefined, '', key('approve')),
    ];
    expect(again.map(({ status, body }) => [status, body])).toEqual([
      [201, opened.body],
      [200, counts.body],
      [200, done.body],
    ]);
    for (const { headers } of again) expect(headers.get('idempotency-replayed')).toBe('true');
    const over = { status: 409, code: 'stocktake-closed', stocktakeStatus: 'approved' };
    for (const answer of [
      approve(id),
      enter(id, [{ itemId, quantity: 1 }]),
      rest.call('POST', `/stocktakes/${id}/cancel`),
    ])
      expect(await refused(answer)).toMatchObject(over);
    const event = (await rest.call<MovementPage>('GET', `/movements?reference=${id}`)).body.data[0];
    expect(await refused(rest.call('POST', `/movements/${event?.position}/reverse`, { reason: 'r' }))).toMatchObject({
      code: 'not-reversible',
    });
    const other = await openAt(shelf);
    expect(await refused(approve(other.id))).toMatchObject({ status: 409, code: 'stocktake-empty' });
    const dry = await rest.call<Stocktake>('POST', `/stocktakes/${other.id}/cancel?dryRun=true`);
    expect([dry.status, dry.body.status, dry.body.dryRun]).toEqual([200, 'cancelled', true]);
    expect((await rest.call<Stocktake>('POST', `/stocktakes/${other.id}/cancel`)).body.status).toBe('cancelled');
    expect(await refused(approve(other.id))).toMatchObject({ stocktakeStatus: 'cancelled' });
    await sound();
  });

  it('leaves a later count of the place as it is, and knows what was entered late', async () => {
    const shelf = await newPlace();
    const [counted, late] = [await stocked(shelf, 10), await stocked(shelf, 10)];
    const before = new Date().toISOString();
    const take = await openAt(shelf);
    await enter(take.id, [
      { itemId: counted.id, quantity: 8 },
      { itemId: late.id, quantity: 8 },
    ]);
    await sleep(2);
    await move(counted.id, 'count', 8, shelf);
    // It had left the shelf before it was counted, and only now somebody types it in.
    await move(late.id, 'issue', 2, shelf, { effectiveAt: before });
    const { body } = await approve(take.id);
    expect(body.lines.map(({ expected, change, superseded }) => [expected, change, superseded])).toEqual([
      [10, 0, true],
      [8, 0, false],
    ]);
    expect(await Promise.all([counted, late].map(({ id }) => onHand(id, shelf)))).toEqual([8, 8]);
    await sound();
  });

  it('counts as none what nobody has found, if that is wanted, and leaves what came since', async () => {
    const shelf = await newPlace();
    const [gone, come, sold] = [await stocked(shelf, 5), await stocked(shelf, 5), await stocked(shelf, 5)];
    const take = await openAt(shelf);
    await move(come.id, 'receive', 7, shelf);
    await move(sold.id, 'issue', 3, shelf);
    const { body } = await approve(take.id, { uncounted: 'zero' });
    const changes = new Map(body.lines.map(({ itemId, change }) => [itemId, change]));
    expect([gone, come, sold].map(({ id }) => changes.get(id))).toEqual([-5, -5, -2]);
    expect(await Promise.all([gone, come, sold].map(({ id }) => onHand(id, shelf)))).toEqual([0, 7, 0]);
  });

  it('goes below what is reserved only by releasing it, and names every line that is in the way', async () => {
    const shelf = await newPlace();
    const [one, two, three] = [await stocked(shelf, 5), await stocked(shelf, 5), await stocked(shelf, 5)];
    const lines = [one, two].map(({ id }) => ({ itemId: id, quantity: 3, location: shelf }));
    const hold = (await rest.call<{ id: string }>('POST', '/reservations', { lines, ttlSeconds: 600 })).body;
    const take = await openAt(shelf);
    await enter(take.id, [
      { itemId: one.id, quantity: 2 },
      { itemId: two.id, quantity: 1 },
      { itemId: three.id, quantity: 4 },
    ]);
    const problem = await refused(approve(take.id));
    expect(problem).toMatchObject({
      status: 409,
      code: 'reserved-exceeds-stock',
      itemId: one.id,
      refused: 2,
      reservations: [{ id: hold.id }],
    });
    expect(problem.lines).toMatchObject([
      { itemId: one.id, reserved: 3 },
      { itemId: two.id, reserved: 3 },
    ]);
    expect(await Promise.all([one, two, three].map(({ id }) => onHand(id, shelf)))).toEqual([5, 5, 5]);
    const done = await approve(take.id, { releaseHolds: true });
    expect([done.status, done.body.lines.map(({ onHand: left }) => left)]).toEqual([200, [2, 1, 4]]);
    expect((await rest.call<{ status: string }>('GET', `/reservations/${hold.id}`)).body.status).toBe('released');
    await sound();
  });

  it('is filtered, paged and listed', async () => {
    const shelf = await newPlace();
    const category = `cat-${shelf}`;
    const own = await Promise.all(
      Array.from({ length: 5 }, (_, at) => stocked(shelf, at, { name: `${at} of ${shelf}`, category, tags: ['t'] })),
    );
    await stocked(shelf, 1);
    expect((await openAt(shelf, { filter: { category } })).lines).toBe(4);
    expect((await openAt(shelf, { filter: { category, tag: 't', q: shelf }, includeZero: true })).lines).toBe(5);
    const itemIds = own.map(({ id }) => id);
    const take = await openAt(shelf, { filter: { itemIds } });
    expect(take.lines).toBe(5);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: StocktakeLinePage = (
        await rest.call<StocktakeLinePage>(
          'GET',
          `/stocktakes/${take.id}/lines?limit=2${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
      seen.push(...page.data.map(({ itemId }) => itemId));
      cursor = page.page.nextCursor;
    }
    expect(seen).toEqual(itemIds);
    const list = async (query: string): Promise<StocktakePage> =>
      (await rest.call<StocktakePage>('GET', `/stocktakes?${query}`)).body;
    await rest.call('POST', `/stocktakes/${take.id}/cancel`);
    expect((await list(`location=${shelf}&status=open`)).data).toHaveLength(2);
    const newest = await list(`location=${shelf}&limit=1`);
    expect(newest.data.map(({ id }) => id)).toEqual([take.id]);
    expect((await list(`location=${shelf}&limit=2&cursor=${newest.page.nextCursor}`)).data).toHaveLength(2);
    expect(await refused(rest.call('GET', '/stocktakes?cursor=x'))).toMatchObject({ code: 'validation' });
    const missing = await refused(
      rest.call('POST', '/stocktakes', { location: shelf, filter: { itemIds: ['f'.repeat(24)] } }),
    );
    expect(missing).toMatchObject({ status: 404, errors: [{ field: 'filter.itemIds.0' }] });
  });
});

describe('what is wrong', () => {
  it.each([
    [{}, 'location'],
    [{ location: 'a b' }, 'location'],
    [{ location: 'main', filter: 'all' }, 'filter'],
    [{ location: 'main', filter: [] }, 'filter'],
    [{ location: 'main', filter: { colour: 'red' } }, 'filter.colour'],
    [{ location: 'main', filter: { itemIds: ['x'] } }, 'filter.itemIds'],
    [{ location: 'main', filter: { category: { $gt: '' } } }, 'filter.category'],
    [{ location: 'main', includeZero: 'yes' }, 'includeZero'],
    [{ location: 'main', note: 'a\u0000b' }, 'note'],
  ])('%j names %s', async (body, field) => {
    const problem = await refused(rest.call('POST', '/stocktakes', body));
    expect([problem.status, problem.code, problem.errors?.map((error) => error.field)]).toEqual([
      400,
      'validation',
      [field],
    ]);
  });

  it('is named in counts, of which then none is entered', async () => {
    const shelf = await newPlace();
    const { id: itemId } = await stocked(shelf, 1);
    const take = await openAt(shelf);
    const fields = async (counts: unknown): Promise<[number, (string | undefined)[]]> => {
      const { status, errors = [] } = await refused(rest.call('POST', `/stocktakes/${take.id}/counts`, { counts }));
      return [status, errors.map(({ field }) => field)];
    };
    const good = { itemId, quantity: 1 };
    expect(await fields([])).toEqual([400, ['counts']]);
    expect(await fields([{ itemId }])).toEqual([400, ['counts.0.quantity']]);
    expect(await fields([{ ...good, quantity: 1.5 }])).toEqual([400, ['counts.0.quantity']]);
    expect(await fields([{ ...good, sku: 'x' }])).toEqual([400, ['counts.0.sku']]);
    expect(await fields([{ ...good, mode: 'multiply' }])).toEqual([400, ['counts.0.mode']]);
    expect(await fields([{ ...good, quantity: -1 }])).toEqual([400, ['counts.0.quantity']]);
    expect(await fields([good, good])).toEqual([400, ['counts.1.quantity']]);
    expect(await fields([good, { sku: 'no-such', quantity: 1 }])).toEqual([404, ['counts.1.sku']]);
    expect(await fields(Array.from({ length: 1_001 }, () => good))).toEqual([400, ['counts']]);
    expect((await linesOf(take.id))[0]?.counted).toBeNull();
    for (const path of ['counts', 'approve', 'cancel'])
      expect(
        (
          await rest.call(
            'POST',
            `/stocktakes/${'f'.repeat(24)}/${path}`,
            path === 'counts' ? { counts: [good] } : undefined,
          )
        ).status,
      ).toBe(404);
    expect((await rest.call('GET', `/stocktakes/${'f'.repeat(24)}/lines`)).status).toBe(404);
    expect((await rest.call('GET', '/stocktakes/x')).status).toBe(400);
    expect((await refused(approve(take.id, { uncounted: 'lose' }))).errors).toMatchObject([{ field: 'uncounted' }]);
    const nowhere = await refused(rest.call('POST', '/stocktakes', { location: 'nowhere' }));
    expect(nowhere).toMatchObject({ status: 404, location: 'nowhere' });
    // Taken back, and cleared.
    await enter(take.id, [{ itemId, quantity: 5, mode: 'add' }]);
    await enter(take.id, [{ itemId, quantity: -2, mode: 'add' }]);
    expect((await linesOf(take.id))[0]?.counted).toBe(3);
    const cleared = await enter(take.id, [{ itemId, mode: 'clear' }]);
    expect(cleared.body.stocktake).toMatchObject({ lines: 1, counted: 0, variances: 0 });
  });

  it('is what the role does not allow', async () => {
    const api = new Api(rest.stack.gatewayUrl);
    const keys = await Promise.all(
      ['viewer', 'clerk'].map(async (role) => {
        const { body } = await rest.api.post<{ key: string }>('/api-keys', { name: role, role });
        return api.key(body.key);
      }),
    );
    const [viewer, clerk] = keys as [Api, Api];
    const shelf = await newPlace();
    const { id: itemId } = await stocked(shelf, 1);
    const { id } = await openAt(shelf);
    const counts = { counts: [{ itemId, quantity: 1 }] };
    expect((await viewer.get(`/stocktakes/${id}/lines`)).status).toBe(200);
    expect((await viewer.post(`/stocktakes/${id}/counts`, counts)).status).toBe(403);
    const counted = await clerk.post<CountResult>(`/stocktakes/${id}/counts`, counts);
    expect([counted.status, counted.body.lines[0]?.countedBy?.name]).toEqual([200, 'clerk']);
    for (const [path, body] of [['', { location: shelf }], [`/${id}/approve`], [`/${id}/cancel`]] as const)
      expect((await clerk.post(`/stocktakes${path}`, body)).status).toBe(403);
  });
});

describe('a file of counts', () => {
  const upload = async <Body>(id: string, csv: string, query = '', headers = {}): Promise<Got<Body>> => {
    const response = await fetch(`${rest.stack.gatewayUrl}/api/v1/stocktakes/${id}/counts.csv${query}`, {
      method: 'POST',
      headers: { ...rest.admin, 'content-type': 'text/csv', ...headers },
      body: csv,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  };

  it('is counted as a whole, once', async () => {
    const shelf = await newPlace();
    const [one, two] = [await stocked(shelf, 2, { sku: `${shelf}-1` }), await stocked(shelf, 2, { sku: `${shelf}-2` })];
    const { id } = await openAt(shelf);
    const csv = `sku;name;counted\n${one.sku};x;1\n${two.sku};y;\n${one.sku};x;4\n`;
    const key = { 'idempotency-key': `file-${shelf}` };
    for (let time = 0; time < 2; time++) {
      const { status, body, headers } = await upload<CountResult>(id, csv, '?mode=add', key);
      expect([status, headers.get('idempotency-replayed')]).toEqual([200, time === 0 ? null : 'true']);
      expect(body).toMatchObject({ stocktake: { counted: 1 }, lines: [{ itemId: one.id, counted: 5 }] });
    }
    const form = new FormData();
    form.set('map', 'Artikel:sku,Menge:quantity');
    form.set('file', new Blob([`Artikel,Menge\n${two.sku},2\n`]), 'c.csv');
    const sent = await fetch(`${rest.stack.gatewayUrl}/api/v1/stocktakes/${id}/counts.csv`, {
      method: 'POST',
      headers: rest.admin,
      body: form,
    });
    expect([sent.status, (await linesOf(id)).map(({ counted }) => counted)]).toEqual([200, [5, 2]]);
  });

  it('says by line and column what is wrong, and is not counted then', async () => {
    const shelf = await newPlace();
    const { sku } = await stocked(shelf, 2, { sku: `${shelf}-1` });
    const { id } = await openAt(shelf);
    const bad = `sku,qty\n${sku},1\nnope,2\n${sku},3\n`;
    const expected = [
      { line: 3, column: 'sku', message: 'no item has it' },
      { line: 4, column: 'qty', message: expect.stringContaining('counted in this request already') as string },
    ];
    const dry = await upload<ImportCheck>(id, bad, '?dryRun=true');
    expect([dry.status, dry.body]).toEqual([200, { rows: 3, valid: 1, errors: expected, truncated: false }]);
    const real = await upload<Problem>(id, bad);
    expect([real.status, real.body.code, real.body.errors]).toMatchObject([400, 'validation', expected]);
    const form = await upload<Problem>(id, `sku,qty\n${sku},1.5\n`);
    expect(form.body.errors).toMatchObject([{ field: 'line 2, qty', line: 2, column: 'qty' }]);
    expect((await upload<ImportCheck>(id, `sku,qty\n${sku},7\n`, '?dryRun=true')).body).toMatchObject({
      valid: 1,
      errors: [],
    });
    expect((await upload<Problem>(id, 'sku,colour\n1,2\n')).status).toBe(400);
    expect((await upload<Problem>(id, '')).status).toBe(400);
    expect((await upload<Problem>(id, `sku,qty\n${'x,1\n'.repeat(10_001)}`)).body.errors).toMatchObject([
      { field: 'file' },
    ]);
    expect((await upload<Problem>(id, '{}', '', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await linesOf(id))[0]?.counted).toBeNull();
  });
});

describe('many at once', () => {
  it('lose no count that they add', async () => {
    const shelf = await newPlace();
    const [one, two] = [await stocked(shelf, 100), await stocked(shelf, 100)];
    const { id } = await openAt(shelf);
    const scans = Array.from({ length: 30 }, (_, at) => ({
      itemId: (at % 3 ? one : two).id,
      quantity: 1,
      mode: 'add',
    }));
    await Promise.all(scans.map((scan, at) => decided(`${shelf}-scan-${at}`, (key) => enter(id, [scan], '', key))));
    expect((await linesOf(id)).map(({ itemId, counted }) => [itemId, counted])).toEqual(
      expect.arrayContaining([
        [one.id, 20],
        [two.id, 10],
      ]),
    );
  });

  it('approve once, and no count is lost between being counted and being approved', async () => {
    for (let round = 0; round < 2; round++) {
      const shelf = await newPlace();
      const { id: itemId } = await stocked(shelf, 100);
      const { id } = await openAt(shelf);
      await enter(id, [{ itemId, quantity: 1, mode: 'add' }]);
      const scan = [{ itemId, quantity: 1, mode: 'add' }];
      const scans = Array.from({ length: 12 }, (_, at) =>
        decided(`${shelf}-scan-${at}`, (key) => enter(id, scan, '', key)),
      );
      const approvals = Array.from({ length: 4 }, (_, at) =>
        decided(`${shelf}-approve-${at}`, (key) => approve(id, undefined, '', key)),
      );
      const counted = (await Promise.all(scans)).filter(({ status }) => status === 200).length;
      const answers = await Promise.all(approvals);
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409, 409, 409]);
      expect(await onHand(itemId, shelf)).toBe(counted + 1);
    }
    await sound();
  });

  it('see expected figures that are those of the position, while stock moves', async () => {
    const shelf = await newPlace();
    const items = await Promise.all(Array.from({ length: 8 }, () => stocked(shelf, 50)));
    let moving = true;
    const movers = items.map(async ({ id }, at) => {
      for (let step = 0; moving; step++)
        await move(id, (step + at) % 2 ? 'issue' : 'receive', 1 + ((step * 7 + at) % 5), shelf);
    });
    const takes: Stocktake[] = [];
    for (let round = 0; round < 6; round++) takes.push(await openAt(shelf));
    moving = false;
    await Promise.all(movers);
    for (const take of takes) {
      for (const { itemId, expected } of await linesOf(take.id)) {
        // As many as a slow machine lets happen meanwhile, too.
        const { events } = (await rest.call<EventPage>('GET', `/events?itemId=${itemId}&limit=1000`)).body;
        const upTo = events.filter(({ position }) => position <= take.position);
        expect(upTo.at(-1)?.level?.onHand).toBe(expected);
      }
    }
    expect(new Set(takes.map(({ position }) => position)).size).toBeGreaterThan(1);
  });
});

it('is approved once, whatever is killed while it is approved', async () => {
  const shelf = await newPlace();
  const items = await Promise.all(Array.from({ length: 20 }, () => stocked(shelf, 10)));
  const approved: [id: string, key: Record<string, string>, body: ApprovedStocktake][] = [];
  for (const [round, ms] of [2, 15].entries()) {
    const { id } = await openAt(shelf);
    const counts = items.map((item) => ({ itemId: item.id, quantity: 10 + round }));
    await enter(id, counts);
    const key = { 'idempotency-key': `killed-${round}` };
    const first = approve(id, {}, '', key).catch(() => undefined);
    await sleep(ms);
    await rest.stack.kill('inventory');
    await first;
    await rest.stack.restart('inventory');
    const done = await approve(id, {}, '', key);
    expect([done.status, done.body.lines?.length]).toEqual([200, 20]);
    expect((await rest.call<MovementPage>('GET', `/movements?reference=${id}&limit=200`)).body.data).toHaveLength(20);
    expect(await Promise.all(items.map((item) => onHand(item.id, shelf)))).toEqual(items.map(() => 10 + round));
    // Those before it are known from the ledger alone by now.
    for (const [earlier, its, body] of approved) expect((await approve(earlier, {}, '', its)).body).toEqual(body);
    approved.push([id, key, done.body]);
  }
  await sound();
});

it('is checked by the verification, and set right from the ledger', async () => {
  const shelf = await newPlace();
  const { id: itemId } = await stocked(shelf, 5);
  const { id } = await openAt(shelf);
  await enter(id, [{ itemId, quantity: 4 }]);
  const { body: approved } = await approve(id);
  const database = new mongo.MongoClient(rest.stack.mongoUri);
  try {
    const stored = database.db().collection<{ _id: string }>('stocktakes');
    await stored.updateOne({ _id: id }, { $set: { status: 'open', approval: null, closedAt: null, closedBy: null } });
    expect((await rest.call<Verification>('GET', '/ledger/verify')).body).toMatchObject({
      ok: false,
      faults: [{ kind: 'stocktake' }],
    });
  } finally {
    await database.close();
  }
  const counted = async (): Promise<LevelPage['data']> =>
    (await rest.call<LevelPage>('GET', `/items/${itemId}/levels`)).body.data;
  const before = await counted();
  expect((await rest.call('POST', '/ledger/rebuild')).status).toBeLessThan(300);
  await sound();
  expect((await rest.call<Stocktake>('GET', `/stocktakes/${id}`)).body).toEqual(approved.stocktake);
  expect(await counted()).toEqual(before);
  const event: LedgerEvent | undefined = (await rest.call<MovementPage>('GET', `/movements?reference=${id}`)).body
    .data[0];
  expect(before).toMatchObject([{ lastCountedAt: event?.effectiveAt }]);
});
