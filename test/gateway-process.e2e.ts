import type { EventPage, MovementResult } from '@app/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { freePort } from './support/ports';
import { problemIn, send, type Sent } from './support/problems';
import { Proxy } from './support/proxy';
import { Rest } from './support/rest';
import { until } from './support/sockets';
import { startApp, type RunningApp } from './support/stack';
import { Stopwatch } from './support/stopwatch';

let rest: Rest;

beforeAll(async () => {
  rest = await Rest.start();
});

afterAll(() => rest?.stack.stop());

describe('the process', () => {
  const settings = async (more: Record<string, string> = {}): Promise<Record<string, string>> => ({
    GATEWAY_PORT: String(await freePort()),
    GATEWAY_OPS_PORT: String(await freePort()),
    ...more,
  });

  it('starts without the inventory, and works once that is there', async () => {
    const env = await settings({ INVENTORY_ADDRESSES: `127.0.0.1:${await freePort()}` });
    const child = spawn(process.execPath, [resolve(__dirname, '../dist/gateway.js')], {
      env: { ...rest.stack.env, ...env },
      stdio: 'ignore',
    });
    try {
      const ready = (): Promise<Response | undefined> =>
        fetch(`http://127.0.0.1:${env.GATEWAY_OPS_PORT}/health/ready`).catch(() => undefined);
      await until(async () => ((await (await ready())?.text()) ?? '').includes('"gateway":"ok"'));
      expect((await ready())?.status).toBe(503);
      const url = `http://127.0.0.1:${env.GATEWAY_PORT}`;
      for (const path of ['/items', '/events', '/events/stream', '/items/65a1b2c3d4e5f60718293a4b']) {
        const sent = await send(`${url}/api/v1${path}`, 'GET', rest.admin);
        problemIn(sent, 'unavailable');
        expect(sent.ms).toBeLessThan(2_000);
      }
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('ends in order: who waits is answered, what runs is finished, streams end', async () => {
    const app: RunningApp = await startApp('gateway', { ...rest.stack.env, ...(await settings()) });
    const base = (await portOf(app)) ?? '';
    const { id } = await rest.newItem({ quantity: 1_000 });
    const waiting = rest.call<EventPage>(
      'GET',
      '/events?after=0&types=item.restored&limit=1&wait=30&itemId=' + id,
      undefined,
      {},
      base,
    );
    const stream = fetch(`${base}/api/v1/events/stream`, { headers: rest.admin }).then((response) => response.text());
    await until(async () => {
      const metrics = await (await fetch(`${app.opsUrl}/metrics`)).text();
      return /^stockwire_event_waits\{.*\} 1$/m.test(metrics) && /^stockwire_streams_open\{.*\} 1$/m.test(metrics);
    });
    const writes = Array.from({ length: 50 }, () =>
      rest.call<MovementResult>('POST', `/items/${id}/movements`, { type: 'issue', quantity: 1 }, {}, base),
    );
    const watch = new Stopwatch();
    const exit = once(app.child, 'exit');
    app.child.kill('SIGTERM');
    expect((await waiting).body.events).toEqual([]);
    expect(await stream).toContain('retry: 2000');
    const done = await Promise.allSettled(writes);
    const applied = done.filter((result) => result.status === 'fulfilled' && result.value.status === 201).length;
    expect((await rest.call('GET', `/items/${id}`)).body.quantity).toBe(1_000 - applied);
    expect(await exit).toEqual([0, null]);
    expect(watch.stop()).toBeLessThan(6_000);
  });

  it('is killed inside a change of a user, and holds up others only for moments', async () => {
    const { body: user } = await rest.call<{ id: string }>('POST', '/users', {
      email: 'ana@example.com',
      password: 'correct-horse-battery',
      role: 'clerk',
    });
    const proxy = await Proxy.to(rest.stack.mongoUri);
    const uri = { MONGODB_URI: proxy.through(rest.stack.mongoUri) };
    const env = await settings(uri);
    const app = await startApp('gateway', { ...rest.stack.env, ...env });
    const promote = (base?: string): Promise<number> =>
      rest.call('PATCH', `/users/${user.id}`, { role: 'manager' }, {}, base).then(({ status }) => status);
    const committing = proxy.hangBefore('commitTransaction');
    const lost = promote(`http://127.0.0.1:${env.GATEWAY_PORT}`).catch(() => 0);
    await committing;
    await app.kill('SIGKILL');
    await lost;
    await proxy.close();
    // MongoDB itself would end the transaction after a minute.
    await until(async () => (await promote()) === 200);
    expect((await rest.api.login('ana@example.com', 'correct-horse-battery')).body.user.role).toBe('manager');
  });

  it('says that imports are not to be had while MongoDB is away or silent, and takes them when it is back', async () => {
    const proxy = await Proxy.to(rest.stack.mongoUri);
    const env = await settings({ MONGODB_URI: proxy.through(rest.stack.mongoUri) });
    const app = await startApp('gateway', { ...rest.stack.env, ...env });
    const url = `http://127.0.0.1:${env.GATEWAY_PORT}/api/v1/imports`;
    const csv = { ...rest.admin, 'content-type': 'text/csv' };
    const begin = (): Promise<Sent> => send(`${url}/items`, 'POST', csv, 'name,quantity\nBell,3\n');
    try {
      const { id } = JSON.parse((await begin()).text) as { id: string };
      for (const lose of ['cut', 'hang'] as const) {
        proxy[lose]();
        for (const sent of [begin(), send(url, 'GET', rest.admin), send(`${url}/${id}`, 'GET', rest.admin)]) {
          problemIn(await sent, 'unavailable');
          expect((await sent).ms).toBeLessThan(2_000);
        }
        proxy.heal();
        await until(async () => (await begin()).status === 202);
      }
    } finally {
      await app.stop();
      await proxy.close();
    }
  });

  it('lets the pages of the named origins call, and read its headers', async () => {
    const env = await settings({ CORS_ORIGINS: 'https://shop.example, https://till.example' });
    const app = await startApp('gateway', { ...rest.stack.env, ...env });
    try {
      const url = `http://127.0.0.1:${env.GATEWAY_PORT}/api/v1/items`;
      const ask = { origin: 'https://till.example', 'access-control-request-method': 'POST' };
      const preflight = await send(url, 'OPTIONS', { ...ask, 'access-control-request-headers': 'idempotency-key' });
      expect(preflight.headers.get('access-control-allow-origin')).toBe('https://till.example');
      expect(preflight.headers.get('access-control-allow-headers')).toContain('idempotency-key');
      expect(preflight.headers.get('x-request-id')).toBeTruthy();
      for (const origin of [undefined, ask.origin]) {
        const bare = await send(url, 'OPTIONS', { 'x-request-id': 'bare', ...(origin && { origin }) });
        expect([bare.status, bare.headers.get('x-request-id')]).toEqual([204, 'bare']);
      }
      const refused = await send(url, 'GET', { origin: 'https://till.example' });
      problemIn(refused, 'unauthenticated');
      expect(refused.headers.get('access-control-expose-headers')).toMatch(
        /ETag.*X-Position.*X-Request-Id.*Retry-After/,
      );
      const stranger = await send(url, 'GET', { origin: 'https://evil.example', ...rest.admin });
      expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      await app.stop();
    }
  });

  it('names a port that is in use', async () => {
    for (const name of ['GATEWAY_PORT', 'GATEWAY_OPS_PORT']) {
      const env = await settings({ [name]: new URL(rest.stack.gatewayUrl).port });
      const child = spawn(process.execPath, [resolve(__dirname, '../dist/gateway.js')], {
        env: { ...rest.stack.env, ...env },
      });
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      // Not its end alone: by then what it wrote has been read too.
      expect((await once(child, 'close'))[0]).toBe(1);
      expect(output).toContain(`${name} ${env[name]} is in use`);
    }
  });
});

async function portOf(app: RunningApp): Promise<string | undefined> {
  await until(() => app.logs().includes('gateway is listening'));
  return /"url":"(http:[^"]+)"/.exec(app.logs())?.[1];
}

describe('the OpenAPI document', () => {
  let document: OpenAPIObject;

  beforeAll(async () => {
    document = (await (await fetch(`${rest.stack.gatewayUrl}/docs-json`)).json()) as OpenAPIObject;
  });

  it('names every operation once, and shows what each may answer', () => {
    const names: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(
        operations as Record<
          string,
          {
            operationId: string;
            summary?: string;
            tags?: string[];
            security?: object[];
            responses: Record<string, object>;
            description?: string;
            parameters?: object[];
          }
        >,
      )) {
        const route = `${method.toUpperCase()} ${path}`;
        names.push(operation.operationId);
        const statuses = Object.keys(operation.responses);
        const expected = ['400', '429', '500', '503', '504'];
        if (operation.security?.length !== 0) expected.push('401', '403');
        if (method !== 'get') expected.push('413', '415');
        if (JSON.stringify(operation.parameters ?? []).includes('X-Min-Position')) expected.push('409');
        if (path.includes('{')) expected.push('404');
        expect([route, expected.filter((status) => !statuses.includes(status))]).toEqual([route, []]);
        expect([route, statuses.some((status) => status.startsWith('2'))]).toEqual([route, true]);
        expect([route, Boolean(operation.summary && operation.description)]).toEqual([route, true]);
        expect([route, operation.tags?.length]).toEqual([route, 1]);
        expect([route, operation.responses['200'] ?? { content: {} }]).toEqual([
          route,
          expect.objectContaining({ content: expect.anything() as object }),
        ]);
      }
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it('says of everything in a path what it has to look like', () => {
    interface Parameter {
      in: string;
      name: string;
      schema: { type: string; pattern?: string };
    }
    const vague = Object.entries(document.paths).flatMap(([path, operations]) =>
      (Object.values(operations) as { parameters?: Parameter[] }[])
        .flatMap(({ parameters = [] }) => parameters)
        .filter(({ in: where, schema }) => where === 'path' && schema.type === 'string' && !schema.pattern)
        .map(({ name }) => `${path}: ${name}`),
    );
    expect(vague).toEqual([]);
  });

  it('has every public name of the items', () => {
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'POST /items',
        'POST /items/create',
        'GET /items',
        'GET /items/getAll',
        'GET /items/{id}',
        'GET /items/get/{id}',
        'GET /items/by-sku/{sku}',
        'GET /items/by-barcode/{code}',
        'PUT /items/{id}',
        'PATCH /items/{id}',
        'PUT /items/update/{id}',
        'DELETE /items/{id}',
        'DELETE /items/delete/{id}',
        'POST /items/{id}/restore',
        'GET /items/{id}/levels',
        'POST /movements',
        'POST /movements/batch',
        'GET /movements',
        'POST /items/{id}/movements',
        'GET /items/{id}/movements',
        'POST /movements/{position}/reverse',
        'POST /reservations',
        'GET /reservations',
        'GET /reservations/{id}',
        'POST /reservations/{id}/extend',
        'POST /reservations/{id}/commit',
        'POST /reservations/{id}/release',
        'POST /reservations/{id}/fulfil',
        'POST /transfers',
        'GET /transfers',
        'GET /transfers/{id}',
        'POST /transfers/{id}/receive',
        'POST /transfers/{id}/close',
        'POST /transfers/{id}/cancel',
        'POST /expectations',
        'GET /expectations',
        'GET /expectations/{id}',
        'POST /expectations/{id}/receive',
        'POST /expectations/{id}/cancel',
        'GET /locations',
        'POST /locations',
        'GET /locations/{code}',
        'PATCH /locations/{code}',
        'DELETE /locations/{code}',
        'GET /events',
        'GET /events/stream',
      ]),
    );
  });

  it('describes the totals of an item the same way wherever they stand', () => {
    const schemas = document.components?.schemas as Record<string, { properties: Record<string, object> }>;
    const [totals, figures, item] = ['Totals', 'Figures', 'Item'].map((name) => schemas[name]?.properties ?? {});
    const names = ['quantity', 'reserved', 'unavailable', 'available', 'incoming'];
    expect(Object.keys(totals ?? {})).toEqual(names);
    expect(Object.keys(figures ?? {})).toEqual(['id', 'sku', ...names, 'seq']);
    for (const name of names) expect([figures?.[name], item?.[name]]).toEqual([totals?.[name], totals?.[name]]);
  });

  it('refers to nothing that is not there', () => {
    const schemas = new Set(Object.keys(document.components?.schemas ?? {}));
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => !schemas.has(name))).toEqual([]);
  });
});
