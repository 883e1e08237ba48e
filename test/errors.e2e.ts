import { LIMITS } from '@app/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api';
import { problemIn, send, type Sent } from './support/problems';
import { until } from './support/sockets';
import { startStack, type Stack } from './support/stack';

const JSON_TYPE = { 'content-type': 'application/json' };
const SOME_ID = '65a1b2c3d4e5f60718293a4b';

interface Route {
  method: string;
  path: string;
  /** Takes JSON: a file has its own spec, of imports. */
  hasBody: boolean;
  /** Undefined where it takes none at all. */
  body: { required?: boolean } | undefined;
  parameters: string[];
  isPublic: boolean;
}

let stack: Stack;
let admin: Record<string, string>;
let viewer: Record<string, string>;
let routes: Route[];

const url = (path: string): string => `${stack.gatewayUrl}${path.startsWith('/api') ? path : `/api/v1${path}`}`;
const call = (method: string, path: string, body?: unknown, headers = admin): Promise<Sent> =>
  body === undefined
    ? send(url(path), method, headers)
    : send(url(path), method, { ...headers, ...JSON_TYPE }, JSON.stringify(body));
const raw = (
  route: Route,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = JSON_TYPE,
): Promise<Sent> => send(url(filled(route.path)), route.method, { ...admin, ...headers }, body);
const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, SOME_ID);
const named = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

const LINE = { itemId: SOME_ID, quantity: 1 };
/** By the end of a path; `{name: 'x'}` is for all others. */
const BODIES: [string, object][] = [
  ['/users/{id}', { disabled: false }],
  ['/locations', { code: 'x', name: 'x' }],
  ['/items/{id}/movements', { type: 'receive', quantity: 1 }],
  ['/movements', { lines: [{ ...LINE, type: 'receive' }] }],
  ['/reverse', { reason: 'r' }],
  ['/reservations', { lines: [LINE], ttlSeconds: 1 }],
  ['/extend', { ttlSeconds: 1 }],
  ['/fulfil', {}],
  ['/transfers', { from: 'main', to: 'x', lines: [LINE] }],
  ['/expectations', { lines: [LINE] }],
  ['/receive', {}],
  ['/close', { reason: 'r' }],
  ['/cancel', {}],
  ['/stocktakes', { location: 'main' }],
  ['/counts', { counts: [LINE] }],
  ['/approve', {}],
  ['/replay', { after: 0 }],
  ['/webhooks/{id}', { disabled: false }],
  ['/webhooks', { url: 'https://example.com/hook' }],
];

const BODILESS = /\/(restore|commit|release|test|resume|rotate-secret|logout|rebuild)$/;

/** A body that a route takes, so that what is refused is something else. */
function goodBody(method: string, path: string): object | undefined {
  if (method === 'GET' || method === 'DELETE' || BODILESS.test(path)) return undefined;
  const [, body] = BODIES.find(([end]) => path.endsWith(end)) ?? [];
  return body ?? { name: 'x' };
}

async function head(): Promise<number> {
  const { text } = await call('GET', '/events?limit=1');
  return (JSON.parse(text) as { head: number }).head;
}

async function createItem(item: object): Promise<{ id: string; seq: number }> {
  const { status, text } = await call('POST', '/items', item);
  expect(status).toBe(201);
  return JSON.parse(text) as { id: string; seq: number };
}

beforeAll(async () => {
  stack = await startStack({ apps: ['inventory', 'gateway'] });
  const api = new Api(stack.gatewayUrl);
  const { body } = await api.login(stack.adminEmail, stack.adminPassword);
  admin = { authorization: `Bearer ${body.accessToken}` };
  const key = await api.bearer(body.accessToken).post<{ key: string }>('/api-keys', { name: 'viewer', role: 'viewer' });
  viewer = { 'x-api-key': key.body.key };
  const document = (await (await fetch(`${stack.gatewayUrl}/docs-json`)).json()) as OpenAPIObject;
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = operations[method];
      if (!operation) return [];
      const body = operation.requestBody;
      const hasBody = body !== undefined && 'content' in body && 'application/json' in body.content;
      const parameters = (operation.parameters ?? []).map((one) => ('name' in one ? one.name : ''));
      const isPublic = operation.security?.length === 0;
      return [
        {
          method: method.toUpperCase(),
          path,
          body: body && 'content' in body ? body : undefined,
          hasBody,
          parameters,
          isPublic,
        },
      ];
    }),
  );
});

afterAll(() => stack?.stop());

describe('on every route', () => {
  it('there are routes', () => {
    expect(routes.length).toBeGreaterThan(25);
    expect(routes.filter(({ isPublic }) => isPublic).map(({ path }) => path)).toEqual([
      '/api/v1/auth/login',
      '/api/v1/auth/refresh',
    ]);
  });

  it('who shows nothing, or nonsense, is not let in', async () => {
    for (const route of routes.filter(({ isPublic }) => !isPublic)) {
      for (const headers of [
        {},
        { authorization: 'Bearer nonsense' },
        { 'x-api-key': 'sw_nonsense' },
        { authorization: 'Basic x' },
      ]) {
        const sent = await send(url(filled(route.path)), route.method, headers as Record<string, string>);
        problemIn(sent, 'unauthenticated');
        expect(sent.headers.get('www-authenticate')).toBe('Bearer');
      }
    }
  });

  it('a viewer changes nothing', async () => {
    const own = ['/api/v1/auth/logout', '/api/v1/auth/password'];
    const writing = routes.filter(({ method, isPublic, path }) => method !== 'GET' && !isPublic && !own.includes(path));
    expect(writing.length).toBeGreaterThan(12);
    for (const { method, path } of writing) problemIn(await call(method, filled(path), {}, viewer), 'forbidden');
  });

  it('unknown and doubled query keys are refused', async () => {
    for (const { method, path } of routes) {
      const body = method === 'GET' ? undefined : {};
      for (const query of [
        'nonsense=1',
        '__proto__=1',
        'constructor=x',
        'limit=1&limit=2',
        'dryRun=true&dryRun=true',
      ]) {
        problemIn(await call(method, `${filled(path)}?${query}`, body), 'validation');
      }
    }
  });

  it('what is sent to a route without a body is refused by name', async () => {
    const bodiless = routes.filter(({ method, body }) => method === 'POST' && body === undefined);
    expect(bodiless.length).toBeGreaterThan(6);
    for (const route of bodiless) {
      const problem = problemIn(await call(route.method, filled(route.path), { surprise: 1 }), 'validation');
      expect([named(route), problem.errors?.[0]?.field]).toEqual([named(route), 'surprise']);
    }
  });

  it('cursors that no page has given are refused by name', async () => {
    const paged = routes.filter(({ parameters }) => parameters.includes('cursor'));
    expect(paged.length).toBeGreaterThan(15);
    for (const route of paged) {
      const problem = problemIn(await call(route.method, `${filled(route.path)}?cursor=zzz`), 'validation');
      expect([named(route), problem.errors?.[0]?.field]).toEqual([named(route), 'cursor']);
    }
  });

  it('positions that are none are refused by name, wherever one may be asked for', async () => {
    const placed = routes.filter(({ parameters }) => parameters.includes('X-Min-Position'));
    expect(placed.length).toBeGreaterThan(25);
    for (const { method, path } of placed) {
      const sent = await call(method, filled(path), undefined, { ...admin, 'x-min-position': 'abc' });
      const problem = problemIn(sent, 'validation');
      expect([named({ method, path }), problem.errors?.[0]?.field]).toEqual([
        named({ method, path }),
        'X-Min-Position',
      ]);
    }
  });

  it('malformed ids are refused by name', async () => {
    for (const { method, path } of routes.filter(
      (route) => route.path.includes('{id}') && !route.path.endsWith('.csv'),
    )) {
      for (const id of ['x', SOME_ID.toUpperCase(), `${SOME_ID}0`, '%24gt', '%00', 'a%2Fb', '..%2F..']) {
        const problem = problemIn(await call(method, path.replace('{id}', id), goodBody(method, path)), 'validation');
        expect([named({ method, path }), problem.errors?.[0]?.field]).toEqual([named({ method, path }), 'id']);
      }
    }
  });

  it('bodies that are no JSON, or hostile, are refused', async () => {
    const before = await head();
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const hostile = [
      '',
      '{',
      'nonsense',
      'null',
      '[]',
      '"text"',
      '5',
      '[{}]',
      '{"a":}',
      '{"nonsense":1}',
      '{"__proto__":{"role":"admin"}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"constructor":1}',
      '{"\\u005f_proto__":1}',
      '{"toString":1}',
      '{"$where":"1"}',
      deep,
      `{"name":${deep}}`,
      `{"lines":${deep}}`,
      `{"rows":[${deep}]}`.slice(0, 0) || '{"rows":{}}',
      '{"name":"a","name":}',
    ];
    for (const route of routes.filter(({ hasBody }) => hasBody)) {
      // Nothing at all is a body only where one is required.
      for (const body of route.body?.required === false ? hostile.slice(1) : hostile) {
        const problem = problemIn(await raw(route, body), 'validation');
        expect([named(route), body.slice(0, 40), problem.errors?.length ?? 0]).not.toContain(0);
      }
      // Not UTF-8: taken as it is, every such byte would become the same replacement character.
      problemIn(await raw(route, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'validation');
    }
    expect(await head()).toBe(before);
  });

  it('bodies of another media type, or too large, are refused', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(LIMITS.bodyBytes) });
    for (const route of routes.filter(({ hasBody }) => hasBody)) {
      for (const coding of ['gzip', 'br', 'x']) {
        const refused = await raw(route, '{}', { ...JSON_TYPE, 'content-encoding': coding });
        problemIn(refused, 'unsupported-media-type');
        expect(refused.headers.get('accept-encoding')).toBe('identity');
      }
      for (const type of [
        'text/plain',
        'application/xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'nonsense',
      ]) {
        problemIn(await raw(route, '{}', { 'content-type': type }), 'unsupported-media-type');
      }
      problemIn(await raw(route, large), 'too-large');
    }
  });

  it('query values that are no percent-encoded UTF-8 are refused by name', async () => {
    for (const route of routes)
      for (const [query, field] of [
        ['q=%zz', 'q'],
        ['limit=1&q=a%C3%28b', 'q'],
        ['q=100%', 'q'],
        ['attr.%C3%BC=%ff', 'attr.ü'],
        ['%zz=1', '%zz'],
      ] as const) {
        const problem = problemIn(await call(route.method, `${filled(route.path)}?${query}`), 'validation');
        expect([named(route), problem.errors?.map((error) => error.field)]).toEqual([named(route), [field]]);
      }
    expect((await call('GET', '/items?q=100%25%20%C3%BC')).status).toBe(200);
  });

  it('answers carry the request id of the caller if it is sane, else one of their own', async () => {
    for (const path of ['/items', `/items/${SOME_ID}`, '/nowhere', '/items/%zz', '/auth/me']) {
      const given = await send(url(path), 'GET', { 'x-request-id': 'mine:1.2_3-4' });
      expect(given.headers.get('x-request-id')).toBe('mine:1.2_3-4');
      for (const id of ['a b', 'x'.repeat(129), '<script>', 'ü']) {
        const own = (await send(url(path), 'GET', { 'x-request-id': id })).headers.get('x-request-id');
        expect(own).toMatch(/^[0-9a-f-]{36}$/);
      }
    }
  });
});

describe('addresses', () => {
  it('that lead nowhere are 404', async () => {
    for (const path of ['/nowhere', '/items/x/y/z', '/api/v2/items', '/api', '/']) {
      problemIn(await send(`${stack.gatewayUrl}${path}`, 'GET'), 'not-found');
    }
    problemIn(await call('PUT', '/items'), 'not-found');
  });

  it('that cannot be read are 400', async () => {
    for (const path of ['/items/%zz', '/items/%', '/items/%C3%28', `/items/by-sku/${'x'.repeat(1_000)}`])
      expect(problemIn(await call('GET', path), 'validation').errors?.[0]?.field).toBe('path');
    problemIn(await call('GET', '/items/by-sku/a%20b'), 'validation');
  });

  it('of things that do not exist are 404', async () => {
    problemIn(await call('GET', `/items/${SOME_ID}`), 'not-found');
    problemIn(await call('GET', '/items/by-sku/nothing'), 'not-found');
    problemIn(await call('GET', '/items/by-barcode/nothing'), 'not-found');
    problemIn(await call('GET', `/items/${SOME_ID}/levels`), 'not-found');
    problemIn(await call('PUT', `/items/${SOME_ID}`, { name: 'x' }), 'not-found');
    problemIn(await call('DELETE', `/items/${SOME_ID}`), 'not-found');
    problemIn(await call('POST', `/items/${SOME_ID}/restore`), 'not-found');
    problemIn(await call('POST', `/items/${SOME_ID}/movements`, { type: 'receive', quantity: 1 }), 'not-found');
    problemIn(await call('GET', `/items/${SOME_ID}/movements`), 'not-found');
  });
});

/** Sends bytes and reads what comes back until the connection ends. */
function bytes(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(stack.ports.GATEWAY_PORT, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

describe('what is no request at all', () => {
  it('gets a problem too, and the connection ends', async () => {
    for (const text of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`]) {
      const answer = await bytes(text);
      expect(answer).toMatch(/^HTTP\/1.1 4(00|31) /);
      expect(answer).toContain('application/problem+json');
      const problem = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as Record<string, unknown>;
      expect(problem).toMatchObject({ code: 'validation', type: '/problems/validation' });
      expect(answer).toContain(`X-Request-Id: ${String(problem.requestId)}\r\n`);
    }
  });
});

describe('what HTTP itself would refuse without a word', () => {
  it.each([
    ['no host', 'GET /api/v1/items HTTP/1.1\r\n', 'Host'],
    ['an unknown expectation', 'GET /api/v1/items HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n', 'Expect'],
  ])('gets a problem: %s', async (_, lines, field) => {
    const answer = await bytes(`${lines}Connection: close\r\n\r\n`);
    for (const part of [
      /^HTTP\/1.1 400 /,
      /^content-type: application\/problem\+json/m,
      /^x-content-type-options: nosniff/m,
    ])
      expect(answer).toMatch(part);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'validation', errors: [{ field }] });
  });

  it('is no reason to refuse HTTP/1.0, or a 100-continue', async () => {
    expect(await bytes('GET /api/v1/auth/me HTTP/1.0\r\n\r\n')).toContain('401 Unauthorized');
    expect(
      await bytes(
        'POST /api/v1/auth/logout HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n' +
          'Content-Type: application/json\r\nConnection: close\r\n\r\n{}',
      ),
    ).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 401 /);
  });
});

describe('values', () => {
  it('that call for a constructor are refused where they stand', async () => {
    for (const [body, field] of [
      [{ name: 'a', attributes: { constructor: 1 } }, 'attributes.constructor'],
      [{ name: { constructor: 1 } }, 'name.constructor'],
      [{ name: 'a', tags: [{ constructor: { name: 'x' } }] }, 'tags.0.constructor'],
    ] as const) {
      expect(problemIn(await call('POST', '/items', body), 'validation').errors?.[0]?.field).toBe(field);
    }
  });

  it.each([
    ['quantity', '{"$gt":""}'],
    ['quantity', '1e309'],
    ['quantity', '9007199254740992'],
    ['quantity', '0.5'],
    ['quantity', '-1'],
    ['quantity', '"3"'],
    ['quantity', 'null'],
    ['quantity', '1000000001'],
    ['unitPrice', '0.12345'],
    ['unitPrice', '-1'],
    ['name', '{"$ne":null}'],
    ['name', '["a"]'],
    ['name', '"a\\u0000b"'],
    ['name', '"a\\nb"'],
    ['name', '"   "'],
    ['name', '"\\ud800"'],
    ['sku', '"a b"'],
    ['sku', '{"$regex":".*"}'],
    ['tags', '["a","a"]'],
    ['tags', '[{"$gt":""}]'],
    ['barcodes', '"x"'],
    ['attributes', '{"a":{"b":1}}'],
    ['attributes', '{"$set":1}'],
    ['attributes', '[]'],
    ['category', '5'],
    ['reorderLevel', '-1'],
  ])('%s: %s is refused by its name', async (field, value) => {
    const members = field === 'name' ? `"name":${value}` : `"name":"a","${field}":${value}`;
    const sent = await send(url('/items'), 'POST', { ...admin, ...JSON_TYPE }, `{${members}}`);
    expect(problemIn(sent, 'validation').errors?.map((error) => error.field)).toEqual([field]);
  });

  it.each([
    [{ lines: [] }, 'lines'],
    [{ lines: [[{ itemId: SOME_ID, type: 'receive', quantity: 1 }]] }, 'lines.0'],
    [{ lines: [{ itemId: SOME_ID, type: 'receive', quantity: 0 }] }, 'lines.0.quantity'],
    [{ lines: [{ itemId: SOME_ID, type: 'steal', quantity: 1 }] }, 'lines.0.type'],
    [{ lines: [{ type: 'receive', quantity: 1 }] }, 'lines.0.itemId'],
    [{ lines: [{ itemId: SOME_ID, sku: 'a', type: 'receive', quantity: 1 }] }, 'lines.0.sku'],
    [{ lines: [{ itemId: SOME_ID, type: 'adjust', quantity: 1 }] }, 'reason'],
    [
      { lines: [{ itemId: SOME_ID, type: 'receive', quantity: 1 }], effectiveAt: '2025-02-30T00:00:00Z' },
      'effectiveAt',
    ],
  ])('of a movement: %j names %s', async (movement, field) => {
    const problem = problemIn(await call('POST', '/movements', movement), 'validation');
    expect(problem.errors?.map((error) => error.field)).toContain(field);
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=',
    'limit=1e1',
    'sort=price',
    'lowStock=yes',
    'cursor=nonsense',
    'attr.a.b=1',
    'attr.$x=1',
  ])('of a list: %s is refused', async (query) => {
    problemIn(await call('GET', `/items?${query}`), 'validation');
  });

  it.each([
    ['/items?limit=1&limit=2', 'limit'],
    ['/items?attr.colour=red&attr.colour=blue', 'attr.colour'],
    ['/movements?type=stock.issued&type=stock.received', 'type'],
    ['/events?after=0&after=0', 'after'],
  ])('that are two, where one is asked for: %s', async (path, field) => {
    const { errors } = problemIn(await call('GET', path), 'validation');
    expect(errors).toEqual([{ field, message: 'must be given once' }]);
  });

  it('of headers are refused by name', async () => {
    const item = { name: 'header' };
    for (const key of ['a b', 'x'.repeat(256), '']) {
      problemIn(await call('POST', '/items', item, { ...admin, 'idempotency-key': key }), 'idempotency-key-invalid');
    }
    for (const [name, value, method] of [
      ['x-min-position', '-1', 'GET'],
      ['if-match', 'abc', 'PUT'],
    ] as const) {
      const sent = await call(method, `/items/${SOME_ID}`, method === 'PUT' ? item : undefined, {
        ...admin,
        [name]: value,
      });
      expect(problemIn(sent, 'validation').errors?.[0]?.field.toLowerCase()).toBe(name);
    }
  });

  it('that a sent twice key is refused', async () => {
    const answer = await bytes(
      `POST /api/v1/items HTTP/1.1\r\nHost: x\r\nAuthorization: ${admin.authorization}\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n` +
        `Content-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"name":"a"}`,
    );
    expect(answer).toContain('"idempotency-key-invalid"');
  });
});

describe('conflicts carry what the client needs to go on', () => {
  it('a sku or barcode that is taken', async () => {
    await createItem({ name: 'one', sku: 'TAKEN', barcodes: ['4006381333931'] });
    const sku = problemIn(await call('POST', '/items', { name: 'two', sku: 'TAKEN' }), 'duplicate');
    expect(JSON.stringify(sku)).toContain('sku');
    const barcode = problemIn(await call('POST', '/items', { name: 'two', barcodes: ['4006381333931'] }), 'duplicate');
    expect(JSON.stringify(barcode)).toContain('barcode');
  });

  it('stock that is not there, a quantity that has changed, a sum out of range', async () => {
    const { id } = await createItem({ name: 'stock', quantity: 5 });
    const move = (body: object): Promise<Sent> => call('POST', `/items/${id}/movements`, body);
    const short = problemIn(await move({ type: 'issue', quantity: 6 }), 'insufficient-stock');
    expect(short).toMatchObject({ itemId: id, location: 'main', requested: 6, available: 5 });
    const stale = problemIn(await move({ type: 'issue', quantity: 1, changeFrom: 4 }), 'stale-quantity');
    expect(JSON.stringify(stale)).toContain('"quantity":5');
    problemIn(await move({ type: 'receive', quantity: 1_000_000_000 }), 'quantity-out-of-range');
  });

  it('a version that is stale, with the current item', async () => {
    const { id } = await createItem({ name: 'version' });
    const etag = (await call('GET', `/items/${id}`)).headers.get('etag') ?? '';
    expect((await call('PUT', `/items/${id}`, { name: 'changed' }, { ...admin, 'if-match': etag })).status).toBe(200);
    for (const header of [etag, `W/${etag}`, '"nonsense"']) {
      const sent = await call('PATCH', `/items/${id}`, { name: 'again' }, { ...admin, 'if-match': header });
      expect(JSON.stringify(problemIn(sent, 'stale-version'))).toContain('"name":"changed"');
    }
    problemIn(await call('DELETE', `/items/${id}`, undefined, { ...admin, 'if-match': etag }), 'stale-version');
  });

  it('a key that was used for another request', async () => {
    const headers = { ...admin, 'idempotency-key': 'reused' };
    expect((await call('POST', '/items', { name: 'first' }, headers)).status).toBe(201);
    problemIn(await call('POST', '/items', { name: 'other' }, headers), 'idempotency-key-reused');
  });

  it('a place of another ledger', async () => {
    const epoch = problemIn(await call('GET', '/events?after=0&epoch=other'), 'epoch-changed');
    expect(epoch).toMatchObject({ epoch: expect.any(String), head: await head() });
    problemIn(await call('GET', '/events?after=1000000'), 'epoch-changed');
    problemIn(await call('GET', '/items', undefined, { ...admin, 'x-min-position': '1000000' }), 'epoch-changed');
  });
});

/** Routes that nothing but the inventory can answer. */
const NEEDING = /items|movements|reservations|transfers|expectations|stocktakes|locations|events$/;

describe('while the inventory', () => {
  it('does not answer, an outcome is unknown; repeated with the key it happens once', async () => {
    const { id } = await createItem({ name: 'slow', quantity: 5 });
    const headers = { ...admin, 'idempotency-key': 'slow' };
    const issue = (): Promise<Sent> => call('POST', `/items/${id}/movements`, { type: 'issue', quantity: 2 }, headers);
    process.kill(stack.processes.inventory?.pid ?? 0, 'SIGSTOP');
    try {
      problemIn(await issue(), 'timeout');
      // Beyond the calls that may be under way the refusal comes at once.
      const many = await Promise.all(Array.from({ length: 700 }, () => call('GET', '/movements')));
      // How many are beyond them is a matter of how fast they were sent: of some it is known by then that nobody answers.
      const first = many.find(({ status }) => status === 503);
      if (!first) throw new Error('nothing was refused');
      problemIn(first, 'overloaded');
      expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
    } finally {
      process.kill(stack.processes.inventory?.pid ?? 0, 'SIGCONT');
    }
    // The reads that nobody waits for any more are done first; until then one is told to come again, or not answered in time.
    const patiently = async (ask: () => Promise<Sent>): Promise<Sent> => {
      let sent = await ask();
      await until(async () => sent.status < 500 || (sent = await ask()).status < 500);
      return sent;
    };
    expect((await patiently(issue)).status).toBe(201);
    expect((await patiently(issue)).headers.get('idempotency-replayed')).toBe('true');
    const item = await patiently(() => call('GET', `/items/${id}`));
    expect(JSON.parse(item.text)).toMatchObject({ quantity: 3 });
  });

  it('is down, every route that needs it says so within 2 s, and works again afterwards', async () => {
    const { id } = await createItem({ name: 'down', quantity: 5 });
    await stack.kill('inventory');
    const needed = routes.filter(({ path }) => NEEDING.test(path) && !/batch|imports|counts\.csv/.test(path));
    await sleep(2_100);
    await Promise.all(
      needed.map(async ({ method, path }) => {
        const filledIn = path
          .replace('{id}', id)
          .replace('{position}', '1')
          .replaceAll(/\{\w+\}/g, 'x');
        const sent = await call(method, filledIn, goodBody(method, path));
        problemIn(sent, 'unavailable');
        expect(sent.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(sent.ms).toBeLessThan(2_000);
      }),
    );
    problemIn(
      await call('POST', '/movements/batch', { rows: [{ itemId: id, type: 'receive', quantity: 1 }] }),
      'unavailable',
    );
    await stack.restart('inventory');
    expect((await call('GET', `/items/${id}`)).status).toBe(200);
    expect((await call('POST', `/items/${id}/movements`, { type: 'receive', quantity: 1 })).status).toBe(201);
  });
});
