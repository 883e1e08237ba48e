import type { EventPage, BatchResult, Item, LedgerEvent, MovementResult } from '@app/contracts';
import { freePort } from './support/ports';
import { problemIn, send } from './support/problems';
import { Rest } from './support/rest';
import { startApp } from './support/stack';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

describe('items', () => {
  it('live from creation to restoration, on the plain routes', async () => {
    const created = await rest.call('POST', '/items', {
      name: 'Heart',
      quantity: 10,
      sku: 'H1',
      barcodes: ['b1'],
      attributes: { colour: 'red' },
    });
    expect(created).toMatchObject({ status: 201, body: { name: 'Heart', quantity: 10, available: 10, seq: 1 } });
    const path = `/items/${created.body.id}`;
    expect((await rest.call('GET', path)).body).toEqual(created.body);
    expect((await rest.call('GET', '/items/by-sku/H1')).body).toEqual(created.body);
    expect((await rest.call('GET', '/items/by-barcode/b1')).body).toEqual(created.body);
    expect((await rest.call<{ data: Item[] }>('GET', '/items?attr.colour=red&q=heart')).body.data).toEqual([
      created.body,
    ]);
    const put = await rest.call('PUT', path, { quantity: 7, sku: 'H2' });
    expect(put).toMatchObject({ status: 200, body: { quantity: 7, sku: 'H2', seq: 3 } });
    problemIn(await send(`${rest.stack.gatewayUrl}/api/v1/items/by-sku/H1`, 'GET', rest.admin), 'not-found');
    expect((await rest.call('GET', '/items/by-sku/H2')).body).toEqual(put.body);
    expect((await rest.call('PATCH', path, { category: 'gifts' })).body).toMatchObject({ category: 'gifts', seq: 4 });
    expect((await rest.call<{ data: object[] }>('GET', `${path}/levels`)).body.data).toMatchObject([
      { location: 'main', onHand: 7 },
    ]);
    expect(await rest.call('DELETE', path)).toMatchObject({ status: 204, body: undefined });
    for (const gone of [path, '/items/by-sku/H2', '/items/by-barcode/b1'])
      expect((await rest.call('GET', gone)).status).toBe(404);
    expect((await rest.call<{ data: Item[] }>('GET', '/items?deleted=true')).body.data.map(({ id }) => id)).toContain(
      created.body.id,
    );
    expect(await rest.call('POST', `${path}/restore`)).toMatchObject({ status: 200, body: { quantity: 0, sku: 'H2' } });
    expect((await rest.call('GET', path)).body).toMatchObject({ quantity: 0 });
  });

  it('live on the aliases too', async () => {
    const { status, body } = await rest.call('POST', '/items/create', { name: 'Alias' });
    expect(status).toBe(201);
    expect((await rest.call('GET', `/items/get/${body.id}`)).body).toEqual(body);
    expect((await rest.call<{ data: Item[] }>('GET', '/items/getAll?q=alias')).body.data).toEqual([body]);
    expect((await rest.call('PUT', `/items/update/${body.id}`, { name: 'Other' })).body).toMatchObject({
      name: 'Other',
      seq: 2,
    });
    expect((await rest.call('DELETE', `/items/delete/${body.id}`)).status).toBe(204);
    expect((await rest.call('GET', `/items/get/${body.id}`)).status).toBe(404);
  });

  it('are not sent again to who has this version', async () => {
    const { id } = await rest.newItem();
    const first = await rest.call('GET', `/items/${id}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await rest.call('GET', `/items/${id}`, undefined, { 'if-none-match': `"x", W/${etag}` });
    expect(again).toMatchObject({ status: 304, body: undefined });
    expect([again.headers.get('etag'), again.headers.get('x-position')]).toEqual([
      etag,
      first.headers.get('x-position'),
    ]);
    const put = await rest.call('PUT', `/items/${id}`, { quantity: 1 }, { 'if-match': etag });
    expect(put.status).toBe(200);
    expect((await rest.call('GET', `/items/${id}`, undefined, { 'if-none-match': etag })).status).toBe(200);
    expect((await rest.call('GET', `/items/${id}`)).headers.get('etag')).toBe(put.headers.get('etag'));
  });

  it('are what a dry run says, and a dry run changes nothing', async () => {
    const { id } = await rest.newItem({ quantity: 5 });
    const head = (await rest.call<EventPage>('GET', '/events?limit=1')).body.head;
    const key = { 'idempotency-key': 'dry' };
    expect(await rest.call('POST', '/items?dryRun=true', { name: 'dry' }, key)).toMatchObject({
      status: 200,
      body: { name: 'dry', dryRun: true },
    });
    expect(await rest.call('PUT', `/items/${id}?dryRun=true`, { quantity: 9 }, key)).toMatchObject({
      status: 200,
      body: { quantity: 9, dryRun: true },
    });
    expect(await rest.call('DELETE', `/items/${id}?dryRun=true`, undefined, key)).toMatchObject({
      status: 200,
      body: { dryRun: true },
    });
    const moved = await rest.call<MovementResult>(
      'POST',
      `/items/${id}/movements?dryRun=true`,
      { type: 'issue', quantity: 2 },
      key,
    );
    expect(moved).toMatchObject({ status: 200, body: { dryRun: true, items: [{ quantity: 3 }] } });
    expect((await rest.call('POST', `/items/${id}/movements?dryRun=true`, { type: 'issue', quantity: 6 })).status).toBe(
      409,
    );
    const batch = await rest.call<BatchResult>('POST', '/movements/batch?dryRun=true', {
      rows: [{ itemId: id, type: 'issue', quantity: 1 }],
    });
    expect(batch).toMatchObject({ status: 200, body: { dryRun: true, results: [{ row: 0, status: 'applied' }] } });
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({ quantity: 5 });
    expect((await rest.call<EventPage>('GET', '/events?limit=1')).body.head).toBe(head);
    // No key was remembered.
    expect(
      (await rest.call('POST', '/items', { name: 'for real' }, key)).headers.get('idempotency-replayed'),
    ).toBeNull();
  });
});

describe('a caller reads its own writes', () => {
  it('at once, and nothing older later, under concurrent reading and writing', async () => {
    const shared = await rest.newItem({ quantity: 1_000_000 });
    const own = await Promise.all(Array.from({ length: 16 }, () => rest.newItem({ quantity: 1_000_000 })));
    let stale = 0;
    await Promise.all(
      own.map(async (item, worker) => {
        let last = 0;
        for (let round = 0; round < 25; round++) {
          const { id } = worker % 2 ? shared : item;
          const write = await rest.call<MovementResult>('POST', `/items/${id}/movements`, {
            type: 'issue',
            quantity: 1,
          });
          const seq = write.body.items[0]?.seq ?? Number.NaN;
          const reads = await Promise.all([
            rest.call('GET', `/items/${id}`),
            rest.call('GET', `/items/get/${id}`),
            rest.call('GET', `/items/${id}`),
          ]);
          for (const { body } of reads) if (!(body.seq >= seq && body.seq >= last)) stale++;
          last = Math.max(...reads.map(({ body }) => body.seq));
        }
      }),
    );
    expect(stale).toBe(0);
    expect((await rest.call('GET', `/items/${shared.id}`)).body.quantity).toBe(1_000_000 - 8 * 25);
  });

  it('also at another gateway, with X-Min-Position', async () => {
    const env = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
    const second = await startApp('gateway', { ...rest.stack.env, ...env });
    try {
      const there = `http://127.0.0.1:${env.GATEWAY_PORT}`;
      const { id } = await rest.newItem();
      for (let quantity = 1; quantity <= 40; quantity++) {
        const write = await rest.call('PUT', `/items/${id}`, { quantity });
        const headers = { 'x-min-position': write.headers.get('x-position') ?? '' };
        const [one, list, history] = await Promise.all([
          rest.call('GET', `/items/${id}`, undefined, headers, there),
          rest.call<{ data: Item[] }>(
            'GET',
            `/items?q=${encodeURIComponent(write.body.name)}`,
            undefined,
            headers,
            there,
          ),
          rest.call<{ data: LedgerEvent[] }>('GET', `/items/${id}/movements?limit=1`, undefined, headers, there),
        ]);
        expect(one.body.quantity).toBe(quantity);
        expect(list.body.data.find((item) => item.id === id)?.quantity).toBe(quantity);
        expect(history.body.data[0]?.after.quantity).toBe(quantity);
        expect(Number(one.headers.get('x-position'))).toBeGreaterThanOrEqual(Number(headers['x-min-position']));
      }
    } finally {
      await second.stop();
    }
  });
});
