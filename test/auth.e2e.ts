import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mongo } from 'mongoose';
import { freePort } from './support/ports';
import { Api, type Answer, type Tokens } from './support/api';
import { startApp, startStack, type RunningApp, type Stack } from './support/stack';
import { Stopwatch } from './support/stopwatch';

const PASSWORD = 'a long enough one';

let stack: Stack;
let second: RunningApp;
let one: Api;
let other: Api;
let admin: Api;
let client: mongo.MongoClient;

beforeAll(async () => {
  stack = await startStack({ apps: ['inventory', 'gateway'] });
  const env = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
  second = await startApp('gateway', { ...stack.env, ...env });
  client = new mongo.MongoClient(stack.mongoUri);
  one = new Api(stack.gatewayUrl);
  other = new Api(`http://127.0.0.1:${env.GATEWAY_PORT}`);
  const first = one.bearer((await one.login(stack.adminEmail, stack.adminPassword)).body.accessToken);
  // A key stays when the admin itself is changed.
  admin = one.key((await first.post<{ key: string }>('/api-keys', { name: 'spec', role: 'admin' })).body.key);
});

afterAll(async () => {
  await client?.close();
  await second?.stop();
  await stack?.stop();
});

let made = 0;

async function newUser(role = 'clerk'): Promise<{ id: string; email: string }> {
  const email = `user${++made}@example.com`;
  const { status, body } = await admin.post<{ id: string }>('/users', { email, password: PASSWORD, role });
  expect(status).toBe(201);
  return { id: body.id, email };
}

async function loggedIn(role?: string): Promise<{ id: string; email: string; tokens: Tokens }> {
  const user = await newUser(role);
  const { status, body } = await one.login(user.email, PASSWORD);
  expect(status).toBe(200);
  return { ...user, tokens: body };
}

/** Milliseconds until the caller is refused. */
async function untilRefused(api: Api): Promise<number> {
  const watch = new Stopwatch();
  try {
    while ((await api.get('/auth/me')).status !== 401) {
      if (watch.ms > 3_000) throw new Error('still let in after 3 s');
      await sleep(20);
    }
    return watch.ms;
  } finally {
    watch.stop();
  }
}

const ascending = (a: number, b: number): number => a - b;

function expectProblem({ status, body }: Answer, expected: { status: number; code: string }): void {
  expect({ status, code: body.code }).toEqual(expected);
  expect(body.requestId).toEqual(expect.any(String));
}

const UNAUTHENTICATED = { status: 401, code: 'unauthenticated' };
const FORBIDDEN = { status: 403, code: 'forbidden' };
const VALIDATION = { status: 400, code: 'validation' };

describe('logging in', () => {
  it('gives tokens that every gateway accepts', async () => {
    const { email, tokens } = await loggedIn('manager');
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { email, role: 'manager' } });
    const { status, body } = await other.bearer(tokens.accessToken).get('/auth/me');
    expect({ status, body }).toEqual({ status: 200, body: tokens.user });
  });

  it('knows the e-mail address however it is written, and the first admin', async () => {
    expect((await other.login(stack.adminEmail.toUpperCase(), stack.adminPassword)).body.user.role).toBe('admin');
    expect(await client.db().collection('users').countDocuments({ email: stack.adminEmail })).toBe(1);
  });

  it('says the same about an unknown address, a wrong password and a disabled user', async () => {
    const { id, email } = await newUser();
    const wrong = (await one.login(email, 'not the password')) as unknown as Answer;
    const unknown = (await one.login('nobody@example.com', PASSWORD)) as unknown as Answer;
    await admin.call('PATCH', `/users/${id}`, { disabled: true });
    const disabled = (await one.login(email, PASSWORD)) as unknown as Answer;
    for (const answer of [wrong, unknown, disabled]) {
      expectProblem(answer, UNAUTHENTICATED);
      expect(answer.body.detail).toBe(wrong.body.detail);
    }
  });

  it('refuses what is no credential', async () => {
    expectProblem(await one.post('/auth/login', { email: { $gt: '' }, password: { $gt: '' } }), VALIDATION);
    for (const token of ['', 'nonsense', 'a.b.c', `sw_${'0'.repeat(24)}_${'x'.repeat(43)}`, 'x'.repeat(5_000)]) {
      expectProblem(await one.bearer(token).get('/auth/me'), UNAUTHENTICATED);
    }
    const refused = await one.get('/auth/me');
    expectProblem(refused, UNAUTHENTICATED);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('refuses a token that was signed by nobody, or by another algorithm', async () => {
    const { tokens } = await loggedIn();
    const [, payload = '', signature = ''] = tokens.accessToken.split('.');
    const header = (alg: string): string => Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url');
    expectProblem(await one.bearer(`${header('none')}.${payload}.`).get('/auth/me'), UNAUTHENTICATED);
    expectProblem(await one.bearer(`${header('HS512')}.${payload}.${signature}`).get('/auth/me'), UNAUTHENTICATED);
  });
});

/** Routes that need no credential: whoever adds one says so here. */
const OPEN = ['POST /api/v1/auth/login', 'POST /api/v1/auth/refresh'];

describe('every route', () => {
  it('asks who is calling, but for those that are meant to be open', async () => {
    const { paths } = (await (await fetch(`${stack.gatewayUrl}/docs-json`)).json()) as OpenApi;
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.length).toBeGreaterThan(20);
    expect(routes).toEqual(expect.arrayContaining(OPEN));
    for (const route of routes.filter((one) => !OPEN.includes(one))) {
      const [method = '', path = ''] = route.split(' ');
      const { status } = await fetch(stack.gatewayUrl + path.replaceAll(/{\w+}/g, '0'.repeat(24)), { method });
      expect({ route, status }).toEqual({ route, status: 401 });
    }
  });
});

interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

describe('a refresh', () => {
  it('gives new tokens of the same session', async () => {
    const { tokens } = await loggedIn();
    const next = await other.post<Tokens>('/auth/refresh', { refreshToken: tokens.refreshToken });
    expect(next.status).toBe(200);
    expect((await one.bearer(next.body.accessToken).get('/auth/me')).status).toBe(200);
    expect((await one.post('/auth/refresh', { refreshToken: next.body.refreshToken })).status).toBe(200);
  });

  it('with a token that was used before ends the session on every gateway within a second', async () => {
    const { tokens } = await loggedIn();
    const next = await one.post<Tokens>('/auth/refresh', { refreshToken: tokens.refreshToken });
    expect((await other.bearer(next.body.accessToken).get('/auth/me')).status).toBe(200);
    expectProblem(await one.post('/auth/refresh', { refreshToken: tokens.refreshToken }), UNAUTHENTICATED);
    expectProblem(await one.bearer(next.body.accessToken).get('/auth/me'), UNAUTHENTICATED);
    expect(await untilRefused(other.bearer(next.body.accessToken))).toBeLessThan(1_000);
    expectProblem(await one.post('/auth/refresh', { refreshToken: next.body.refreshToken }), UNAUTHENTICATED);
  });

  it('succeeds once when several show the same token at the same time', async () => {
    const { tokens } = await loggedIn();
    const { refreshToken } = tokens;
    const gateways = [one, other, one, other, one, other];
    const answers = await Promise.all(gateways.map((api) => api.post('/auth/refresh', { refreshToken })));
    expect(answers.map(({ status }) => status).sort(ascending)).toEqual([200, 401, 401, 401, 401, 401]);
  });

  it('cannot be provoked into ending a session by who only knows its id', async () => {
    const { tokens } = await loggedIn();
    const [, session = ''] = tokens.refreshToken.split('_');
    const guess = `sr_${session}_${'0'.repeat(32)}_${'0'.repeat(32)}`;
    expectProblem(await one.post('/auth/refresh', { refreshToken: guess }), UNAUTHENTICATED);
    expect((await one.bearer(tokens.accessToken).get('/auth/me')).status).toBe(200);
  });
});

describe('a session ends', () => {
  it('with logout, for its refresh token too, and for no other session', async () => {
    const { email, tokens } = await loggedIn();
    const kept = (await one.login(email, PASSWORD)).body;
    expect((await other.bearer(tokens.accessToken).get('/auth/me')).status).toBe(200);
    expect((await one.bearer(tokens.accessToken).post('/auth/logout')).status).toBe(204);
    expectProblem(await one.bearer(tokens.accessToken).get('/auth/me'), UNAUTHENTICATED);
    expect(await untilRefused(other.bearer(tokens.accessToken))).toBeLessThan(1_000);
    expectProblem(await one.post('/auth/refresh', { refreshToken: tokens.refreshToken }), UNAUTHENTICATED);
    expect((await one.bearer(kept.accessToken).get('/auth/me')).status).toBe(200);
  });

  it('with a password change, all of them; the new password works at once', async () => {
    const { email, tokens } = await loggedIn();
    const elsewhere = (await other.login(email, PASSWORD)).body;
    const mine = one.bearer(tokens.accessToken);
    const wrong = await mine.post('/auth/password', { current: 'not the password', next: 'another long one' });
    expectProblem(wrong, VALIDATION);
    expect(wrong.body.errors).toEqual([{ field: 'current', message: expect.any(String) }]);
    expectProblem(await mine.post('/auth/password', { current: PASSWORD, next: 'short' }), VALIDATION);
    expect((await mine.post('/auth/password', { current: PASSWORD, next: 'another long one' })).status).toBe(204);
    expectProblem(await mine.get('/auth/me'), UNAUTHENTICATED);
    expect(await untilRefused(other.bearer(elsewhere.accessToken))).toBeLessThan(1_000);
    expect((await one.login(email, PASSWORD)).status).toBe(401);
    const fresh = await one.login(email, 'another long one');
    expect((await one.bearer(fresh.body.accessToken).get('/auth/me')).status).toBe(200);
  });

  it.each([
    ['a change of role', 'PATCH', { role: 'viewer' }],
    ['disabling', 'PATCH', { disabled: true }],
    ['removal', 'DELETE', undefined],
  ])('with %s', async (_what, method, body) => {
    const { id, tokens } = await loggedIn();
    expect((await other.bearer(tokens.accessToken).get('/auth/me')).status).toBe(200);
    expect((await admin.call(method, `/users/${id}`, body)).status).toBeLessThan(300);
    expect(await untilRefused(other.bearer(tokens.accessToken))).toBeLessThan(1_000);
    expectProblem(await other.post('/auth/refresh', { refreshToken: tokens.refreshToken }), UNAUTHENTICATED);
  });

  it('not with a change that changes nothing', async () => {
    const { id, tokens } = await loggedIn('clerk');
    expect((await admin.call('PATCH', `/users/${id}`, { role: 'clerk', disabled: false })).status).toBe(200);
    expect((await one.bearer(tokens.accessToken).get('/auth/me')).status).toBe(200);
  });

  it('also for a gateway that starts afterwards', async () => {
    const { tokens } = await loggedIn();
    await one.bearer(tokens.accessToken).post('/auth/logout');
    const env = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
    const third = await startApp('gateway', { ...stack.env, ...env });
    try {
      const api = new Api(`http://127.0.0.1:${env.GATEWAY_PORT}`);
      expectProblem(await api.bearer(tokens.accessToken).get('/auth/me'), UNAUTHENTICATED);
    } finally {
      await third.stop();
    }
  });

  it('by the operator, without a login', async () => {
    const { email, tokens } = await loggedIn();
    const tool = resolve(__dirname, '../dist/tools/admin/main.js');
    const env = { ...process.env, MONGODB_URI: stack.mongoUri };
    const { stdout } = await promisify(execFile)(process.execPath, [tool, 'reset-password', '--email', email], { env });
    expect(await untilRefused(one.bearer(tokens.accessToken))).toBeLessThan(1_000);
    const password = /^Password: (.+)$/m.exec(stdout)?.[1] ?? '';
    expect((await one.login(email, password)).status).toBe(200);
  });

  it('in a feed whose numbers have no gap', async () => {
    const feed = await client.db().collection<{ _id: number }>('revocations').find().sort({ _id: 1 }).toArray();
    expect(feed.length).toBeGreaterThan(5);
    expect(feed.map(({ _id }) => _id)).toEqual(feed.map((_, index) => index + 1));
  });
});

describe('users', () => {
  it('are for admins', async () => {
    const { tokens } = await loggedIn('manager');
    const manager = one.bearer(tokens.accessToken);
    const body = { email: 'x@example.com', password: PASSWORD, role: 'viewer' };
    for (const answer of [await manager.get('/users'), await manager.post('/users', body)]) {
      expectProblem(answer, FORBIDDEN);
    }
  });

  it('have different e-mail addresses', async () => {
    const { email } = await newUser();
    const answer = await admin.post('/users', { email: email.toUpperCase(), password: PASSWORD, role: 'viewer' });
    expectProblem(answer, { status: 409, code: 'duplicate' });
    expect(answer.body.field).toBe('email');
    const racing = { email: 'racing@example.com', password: PASSWORD, role: 'viewer' };
    const answers = await Promise.all([admin.post('/users', racing), admin.post('/users', racing)]);
    expect(answers.map(({ status }) => status).sort(ascending)).toEqual([201, 409]);
  });

  it('are listed page by page, without anything secret', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/users?limit=3${cursor && `&cursor=${cursor}`}`;
      const { body }: Answer<UserPage> = await admin.get<UserPage>(path);
      expect(body.data.length).toBeLessThanOrEqual(3);
      for (const user of body.data) {
        expect(Object.keys(user).sort()).toEqual(['createdAt', 'disabled', 'email', 'id', 'role']);
        seen.push(user.id);
      }
      cursor = body.page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(await client.db().collection('users').countDocuments());
  });

  it('refuse what is not valid', async () => {
    expectProblem(await admin.get('/users?limit=0'), VALIDATION);
    expectProblem(await admin.get('/users?nonsense=1'), VALIDATION);
    expectProblem(await admin.get('/users?cursor=x'), VALIDATION);
    expectProblem(await admin.call('PATCH', '/users/x', { role: 'viewer' }), VALIDATION);
    expectProblem(await admin.call('PATCH', `/users/${'0'.repeat(24)}`, { role: 'viewer' }), {
      status: 404,
      code: 'not-found',
    });
    expectProblem(await admin.call('DELETE', `/users/${'0'.repeat(24)}`), { status: 404, code: 'not-found' });
    const { id } = await newUser();
    expectProblem(await admin.call('PATCH', `/users/${id}`, { role: 'god' }), VALIDATION);
    expectProblem(await admin.call('PATCH', `/users/${id}`, { email: 'other@example.com' }), VALIDATION);
    expectProblem(await admin.post('/users', { email: 'no', password: 'short', role: 'x' }), VALIDATION);
  });

  it('always keep an admin who can log in, however many are demoted at the same time', async () => {
    const users = client.db().collection<{ _id: string; role: string; disabled: boolean }>('users');
    const elsewhere = other.key(await newKey('admin'));
    const first = await users.findOne({ role: 'admin' });
    for (let round = 0; round < 5; round++) {
      const { id } = await newUser('admin');
      const answers = await Promise.all([
        admin.call('PATCH', `/users/${id}`, { role: 'viewer' }),
        elsewhere.call('PATCH', `/users/${first?._id}`, { disabled: true }),
        admin.call('DELETE', `/users/${first?._id}`),
      ]);
      expect(await users.countDocuments({ role: 'admin', disabled: false })).toBeGreaterThanOrEqual(1);
      const refused = answers.filter(({ status }) => status >= 400 && status !== 404);
      for (const answer of refused) expectProblem(answer, { status: 409, code: 'last-admin' });
      // As it was, for the next round and the tests after it.
      if (first) await users.replaceOne({ _id: first._id }, first, { upsert: true });
      await admin.call('DELETE', `/users/${id}`);
    }
  });
});

interface UserPage {
  data: { id: string }[];
  page: { nextCursor: string | null };
}

async function newKey(role: string, expiresAt?: string): Promise<string> {
  const { status, body } = await admin.post<{ key: string }>('/api-keys', { name: 'till 3', role, expiresAt });
  expect(status).toBe(201);
  return body.key;
}

describe('API keys', () => {
  it('work in their own header and as a bearer', async () => {
    const key = await newKey('manager');
    const [, id] = key.split('_');
    const me = { id, email: 'till 3', role: 'manager' };
    expect((await other.key(key).get('/auth/me')).body).toEqual(me);
    expect((await other.bearer(key).get('/auth/me')).body).toEqual(me);
    expectProblem(await other.key(key).get('/users'), FORBIDDEN);
  });

  it('have neither session nor password', async () => {
    const key = await newKey('admin');
    expectProblem(await one.key(key).post('/auth/logout'), FORBIDDEN);
    const change = { current: PASSWORD, next: 'another long one' };
    expectProblem(await one.key(key).post('/auth/password', change), FORBIDDEN);
  });

  it('are shown once, and never listed', async () => {
    const key = await newKey('viewer');
    const { body } = await admin.get('/api-keys?limit=200');
    const secret = key.slice(`sw_${'0'.repeat(24)}_`.length);
    expect(JSON.stringify(body)).toContain('till 3');
    expect(JSON.stringify(body)).not.toContain(secret);
    expect(JSON.stringify(await client.db().collection('api_keys').find().toArray())).not.toContain(secret);
  });

  it('end to the second, also where they were used before', async () => {
    const ends = Date.now() + 3_000;
    const key = await newKey('viewer', new Date(ends).toISOString());
    let uses = 0;
    for (; ; uses++) {
      const asked = Date.now();
      const answer = await other.key(key).get('/auth/me');
      if (answer.status === 401) {
        expectProblem(answer, UNAUTHENTICATED);
        break;
      }
      expect(answer.status).toBe(200);
      expect(asked).toBeLessThanOrEqual(ends + 20);
      await sleep(20);
    }
    expect(Date.now()).toBeGreaterThanOrEqual(ends);
    expect(uses).toBeGreaterThan(0);
    const past = new Date(Date.now() - 1_000).toISOString();
    expectProblem(await admin.post('/api-keys', { name: 'x', role: 'viewer', expiresAt: past }), VALIDATION);
  });

  it('are refused by every gateway within a second of their removal', async () => {
    const key = await newKey('viewer');
    const [, id] = key.split('_');
    expect((await other.key(key).get('/auth/me')).status).toBe(200);
    expect((await admin.call('DELETE', `/api-keys/${id}`)).status).toBe(204);
    expect(await untilRefused(other.key(key))).toBeLessThan(1_000);
    expectProblem(await admin.call('DELETE', `/api-keys/${id}`), { status: 404, code: 'not-found' });
  });
});
