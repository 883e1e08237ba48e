import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tools/databases/ports';
import { Api } from './support/api';
import { Proxy } from './support/proxy';
import { startApp, startStack, type RunningApp, type Stack } from './support/stack';

const LIMITS = { RATE_LIMIT_LOGINS: '3', RATE_LIMIT_WRITES: '0', RATE_LIMIT_READS: '20' };

let stack: Stack;
const gateways: RunningApp[] = [];
const proxies: Proxy[] = [];

beforeAll(async () => {
  stack = await startStack({ apps: ['inventory', 'gateway'] });
}, 60_000);

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await stack?.stop();
}, 30_000);

async function gateway(env: Record<string, string>): Promise<Api> {
  const ports = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
  gateways.push(await startApp('gateway', { ...stack.env, ...ports, ...env }));
  return new Api(`http://127.0.0.1:${ports.GATEWAY_PORT}`);
}

async function proxyTo(uri: string): Promise<Proxy> {
  const proxy = await Proxy.to(uri);
  proxies.push(proxy);
  return proxy;
}

async function newKey(): Promise<string> {
  const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
  const admin = new Api(stack.gatewayUrl).bearer(body.accessToken);
  return (await admin.post<{ key: string }>('/api-keys', { name: 'till', role: 'viewer' })).body.key;
}

async function timed<Result>(ask: Promise<Result>): Promise<{ answer: Result; ms: number }> {
  const began = Date.now();
  return { answer: await ask, ms: Date.now() - began };
}

const ascending = (a: number, b: number): number => a - b;

describe('limits', () => {
  let one: Api;
  let other: Api;

  beforeAll(async () => {
    const proxied = { ...LIMITS, TRUST_PROXY: 'true' };
    [one, other] = await Promise.all([gateway(proxied), gateway(proxied)]);
  }, 60_000);

  it('count a caller over all gateways, and say what is left', async () => {
    const key = await newKey();
    const first = await one.key(key).get('/auth/me');
    expect(first.headers.get('ratelimit-limit')).toBe('20');
    expect(first.headers.get('ratelimit-remaining')).toBe('19');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(50);
    for (let more = 0; more < 9; more++) await one.key(key).get('/auth/me');
    await sleep(300);
    await other.key(key).get('/auth/me');
    // Long enough for an exchange: now the other one knows of the ten.
    await sleep(500);
    const shared = await other.key(key).get('/auth/me');
    expect(shared.headers.get('ratelimit-remaining')).toBe('8');
    for (let more = 0; more < 8; more++) expect((await other.key(key).get('/auth/me')).status).toBe(200);
    const refused = await other.key(key).get('/auth/me');
    expect(refused.status).toBe(429);
    expect(refused.body.code).toBe('rate-limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect((await other.key(await newKey()).get('/auth/me')).status).toBe(200);
  });

  it('count attempts to log in exactly, for the account wherever they come from', async () => {
    const from = (api: Api, address: string, email: string): Promise<number> =>
      new Api(api.url, { 'x-forwarded-for': address }).login(email, 'not the password').then(({ status }) => status);
    const guesses = [1, 2, 3, 4, 5].map((n) => from(n % 2 ? one : other, `10.0.0.${n}`, 'ana@example.com'));
    expect((await Promise.all(guesses)).sort(ascending)).toEqual([401, 401, 401, 429, 429]);
    const spread = [1, 2, 3, 4, 5].map((n) => from(n % 2 ? one : other, '10.0.1.1', `user${n}@example.com`));
    expect((await Promise.all(spread)).sort(ascending)).toEqual([401, 401, 401, 429, 429]);
    const refused = await new Api(one.url, { 'x-forwarded-for': '10.0.1.1' }).login('x@example.com', 'x');
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('hold in each gateway alone while Redis is away, without making anybody wait', async () => {
    if (!stack.redisUrl) return;
    const proxy = await proxyTo(stack.redisUrl);
    const alone = await gateway({ ...LIMITS, REDIS_URL: proxy.through(stack.redisUrl) });
    const key = await newKey();
    for (const fault of ['hang', 'cut'] as const) {
      proxy[fault]();
      const { answer, ms } = await timed(alone.key(key).get('/auth/me'));
      expect(answer.status).toBe(200);
      expect(ms).toBeLessThan(100);
      const login = await timed(alone.login(`${fault}@example.com`, 'not the password'));
      expect(login.ms).toBeLessThan(1_000);
      await sleep(300);
    }
    const statuses: number[] = [];
    for (let more = 0; more < 20; more++) statuses.push((await alone.key(key).get('/auth/me')).status);
    // Two were allowed above.
    expect(statuses.filter((status) => status === 200)).toHaveLength(18);
    expect(
      gateways
        .at(-1)
        ?.logs()
        .match(/Redis is away/g),
    ).toHaveLength(1);
  });
});

describe('without MongoDB', () => {
  let proxy: Proxy;
  let one: Api;

  beforeAll(async () => {
    proxy = await proxyTo(stack.mongoUri);
    one = await gateway({ MONGODB_URI: proxy.through(stack.mongoUri) });
  }, 60_000);

  it.each(['hang', 'cut'] as const)('a login is refused within 2 s, and known tokens go on (%s)', async (fault) => {
    const { body } = await one.login(stack.adminEmail, stack.adminPassword);
    const known = one.bearer(body.accessToken);
    const key = await newKey();
    proxy[fault]();
    const login = await timed(one.login(stack.adminEmail, stack.adminPassword));
    expect(login.answer.status).toBe(503);
    expect(login.answer.headers.get('retry-after')).toBe('1');
    expect(login.ms).toBeLessThan(2_000);
    expect((await known.get('/auth/me')).status).toBe(200);
    for (const asked of [known.post('/auth/logout'), one.key(key).get('/auth/me')]) {
      const { answer, ms } = await timed(asked);
      expect(answer.body.code).toBe('unavailable');
      expect(ms).toBeLessThan(2_500);
    }
    proxy.heal();
    const began = Date.now();
    while ((await one.login(stack.adminEmail, stack.adminPassword)).status !== 200) {
      if (Date.now() - began > 10_000) throw new Error('not back after 10 s');
      await sleep(50);
    }
  });
});
