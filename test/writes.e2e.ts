import type { BatchResult, EventPage, MovementResult } from '@app/contracts';
import { freePort } from './support/ports';
import { problemIn, send } from './support/problems';
import { Rest, type Got } from './support/rest';
import { startApp } from './support/stack';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

describe('an Idempotency-Key', () => {
  it('makes repeats harmless, also on the alias, at the same time and from others', async () => {
    const key = { 'idempotency-key': 'create-1' };
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        rest.call('POST', at % 2 ? '/items' : '/items/create', { name: 'Once', quantity: 3 }, key),
      ),
    );
    expect(new Set(all.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(all.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(11);
    const other = await rest.api.post<{ key: string }>('/api-keys', {
      name: 'other',
      role: 'manager',
    });
    const theirs = await send(
      `${rest.stack.gatewayUrl}/api/v1/items`,
      'POST',
      { 'x-api-key': other.body.key, 'content-type': 'application/json', ...key },
      '{"name":"Theirs"}',
    );
    expect([theirs.status, theirs.headers.get('idempotency-replayed')]).toEqual([201, null]);
  });

  it('gives the same status and body again for every kind of write', async () => {
    const { id } = await rest.newItem({ quantity: 5 });
    const writes: [string, string, unknown][] = [
      ['POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 }],
      ['POST', '/movements', { lines: [{ itemId: id, type: 'receive', quantity: 2 }] }],
      ['PUT', `/items/${id}`, { name: 'Renamed' }],
      ['PATCH', `/items/${id}`, { name: 'Renamed' }],
      ['DELETE', `/items/${id}`, undefined],
      ['POST', `/items/${id}/restore`, undefined],
    ];
    for (const [method, path, body] of writes) {
      const key = { 'idempotency-key': `every-${method}-${path}` };
      const first = await rest.call<unknown>(method, path, body, key);
      const again = await rest.call<unknown>(method, path, body, key);
      expect([method, path, again.status, again.body]).toEqual([method, path, first.status, first.body]);
      expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    }
    expect((await rest.call<EventPage>('GET', `/events?itemId=${id}`)).body.events).toHaveLength(7);
  });

  it('does not remember a refusal', async () => {
    const { id } = await rest.newItem();
    const key = { 'idempotency-key': 'refused-first' };
    const issue = (): Promise<Got<MovementResult>> =>
      rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 }, key);
    expect((await issue()).status).toBe(409);
    await rest.call('PUT', `/items/${id}`, { quantity: 1 });
    expect(await issue()).toMatchObject({ status: 201, body: { items: [{ quantity: 0 }] } });
  });

  it('stands for what changed nothing as well, also after a restart, when it would change something', async () => {
    const { id } = await rest.newItem({ quantity: 5 });
    const key = { 'idempotency-key': 'nothing-1' };
    const put = (): Promise<Got<unknown>> => rest.call('PUT', `/items/${id}`, { quantity: 5 }, key);
    const first = await put();
    await rest.stack.restart('inventory');
    await rest.call('POST', `/items/${id}/movements`, { type: 'receive', quantity: 2 });
    // Beside another one, which the group of both is for.
    const [again, other] = await Promise.all([put(), rest.call('PUT', `/items/${id}`, { name: 'Renamed' })]);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(other.body).toMatchObject({ name: 'Renamed', quantity: 7 });
    await rest.stack.restart('inventory');
    const reused = await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 }, key);
    expect([reused.status, reused.body]).toMatchObject([422, { code: 'idempotency-key-reused' }]);
    expect((await rest.call('GET', `/items/${id}`)).body).toMatchObject({ quantity: 7 });
  });

  it('can be required', async () => {
    const env = {
      GATEWAY_PORT: String(await freePort()),
      GATEWAY_OPS_PORT: String(await freePort()),
      REQUIRE_IDEMPOTENCY_KEY: 'true',
    };
    const strict = await startApp('gateway', { ...rest.stack.env, ...env });
    try {
      const url = `http://127.0.0.1:${env.GATEWAY_PORT}/api/v1/items`;
      const headers = { ...rest.admin, 'content-type': 'application/json' };
      const refused = problemIn(await send(url, 'POST', headers, '{"name":"a"}'), 'idempotency-key-invalid');
      expect(refused.detail).toContain('REQUIRE_IDEMPOTENCY_KEY');
      expect((await send(`${url}?dryRun=true`, 'POST', headers, '{"name":"a"}')).status).toBe(200);
      expect((await send(url, 'POST', { ...headers, 'idempotency-key': 'k' }, '{"name":"a"}')).status).toBe(201);
    } finally {
      await strict.stop();
    }
  });
});

describe('a batch', () => {
  it('answers each row on its own, in order, and completes under its key', async () => {
    const { id } = await rest.newItem({ quantity: 150 });
    const rows: unknown[] = Array.from({ length: 300 }, (_, row) => ({
      itemId: id,
      type: 'issue',
      quantity: 1,
      reference: `r${row}`,
    }));
    rows[7] = null;
    rows[8] = [{ itemId: id }];
    rows[9] = { itemId: id, type: 'issue', quantity: 1, constructor: 1 };
    rows[10] = { itemId: id, type: 'issue', quantity: { constructor: 1 } };
    rows[11] = { itemId: 'nobody', type: 'issue', quantity: 0 };
    const key = { 'idempotency-key': 'batch-1' };
    const { status, body } = await rest.call<BatchResult>('POST', '/movements/batch', { rows }, key);
    expect(status).toBe(200);
    expect(body.results.map(({ row }) => row)).toEqual(rows.map((_, row) => row));
    const applied = body.results.filter((result) => result.status === 'applied');
    expect(applied).toHaveLength(150);
    const positions = applied.map(({ position = 0 }) => position);
    expect(positions).toEqual(positions.toSorted((one, other) => one - other));
    for (const row of [7, 8, 9, 10, 11])
      expect(body.results[row]).toMatchObject({ status: 'rejected', problem: { code: 'validation' } });
    expect(body.results[11]?.problem?.errors?.map(({ field }) => field)).toEqual(['itemId', 'quantity']);
    expect(body.results[299]).toMatchObject({
      status: 'rejected',
      problem: { code: 'insufficient-stock', available: 0 },
    });
    await rest.call('PUT', `/items/${id}`, { quantity: 1 });
    const again = await rest.call<BatchResult>('POST', '/movements/batch', { rows }, key);
    expect(again.body.results.filter((result) => result.status === 'applied')).toHaveLength(151);
    expect(again.body.results.slice(12, 155)).toEqual(body.results.slice(12, 155));
    const single = { 'idempotency-key': 'batch-1:0' };
    expect((await rest.call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 }, single)).status).toBe(
      422,
    );
  });

  it.each([
    [{}],
    [{ rows: [] }],
    [{ rows: {} }],
    [{ rows: 'x' }],
    [{ rows: [1], more: 1 }],
    [{ rows: Array.from({ length: 1_001 }, () => ({})) }],
  ])('of another form is refused as a whole (%#)', async (body) => {
    expect(await rest.call('POST', '/movements/batch', body)).toMatchObject({
      status: 400,
      body: { code: 'validation' },
    });
  });
});
