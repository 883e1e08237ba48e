import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './support/ports';
import { Api } from './support/api';
import { Proxy } from './support/proxy';
import { until } from './support/sockets';
import { startApp, startStack, type RunningApp, type Stack } from './support/stack';
import { timed } from './support/stopwatch';

const LIMITS = { RATE_LIMIT_LOGINS: '3', RATE_LIMIT_WRITES: '0', RATE_LIMIT_READS: '20' };

let stack: Stack;
const gateways: RunningApp[] = [];
const proxies: Proxy[] = [];

beforeAll(async () => {
  stack = await startStack({ apps: ['inventory', 'gateway'] });
});

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await stack?.stop();
});

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

const ascending = (a: number, b: number): number => a - b;

/** Attempts that a gateway has counted for itself, since Redis did not answer in the time that it is given. */
function countedAlone(): number {
  return gateways.reduce((sum, one) => sum + one.logs().split('was counted in this process only').length - 1, 0);
}

/** Where Redis is too slow to answer, as on a machine that has much else to do, the count is not promised to be exact: then it is made anew. */
async function exactly(count: (time: number) => Promise<void>): Promise<void> {
  for (let time = 1; ; time++) {
    const before = countedAlone();
    try {
      return await count(time);
    } catch (error) {
      await sleep(1_000);
      if (time === 10 || countedAlone() === before) throw error;
    }
  }
}

describe('limits', () => {
  let one: Api;
  let other: Api;

  beforeAll(async () => {
    const proxied = { ...LIMITS, TRUST_PROXY: 'true', LOG_LEVEL: 'debug' };
    [one, other] = await Promise.all([gateway(proxied), gateway(proxied)]);
  });

  it('count a caller over all gateways, and say what is left', async () => {
    const key = await newKey();
    const first = await one.key(key).get('/auth/me');
    expect(first.headers.get('ratelimit-limit')).toBe('20');
    expect(first.headers.get('ratelimit-remaining')).toBe('19');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(50);
    for (let more = 0; more < 9; more++) await one.key(key).get('/auth/me');
    // After an exchange or two the other one knows of the ten, and of what it has counted itself.
    let left = 10;
    for (let remaining = ''; remaining !== String(left) && left > 3; await sleep(500)) {
      remaining = (await other.key(key).get('/auth/me')).headers.get('ratelimit-remaining') ?? '';
      left--;
      expect(Number(remaining)).toBeGreaterThanOrEqual(left);
    }
    for (; left > 0; left--) expect((await other.key(key).get('/auth/me')).status).toBe(200);
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
    await exactly(async (time) => {
      const guess = (n: number): Promise<number> =>
        from(n % 2 ? one : other, `10.0.${time}.${n}`, `ana${time}@example.com`);
      expect((await Promise.all([1, 2, 3, 4, 5].map(guess))).sort(ascending)).toEqual([401, 401, 401, 429, 429]);
    });
    let address = '';
    await exactly(async (time) => {
      address = `10.1.0.${time}`;
      const guess = (n: number): Promise<number> => from(n % 2 ? one : other, address, `user${n}-${time}@example.com`);
      expect((await Promise.all([1, 2, 3, 4, 5].map(guess))).sort(ascending)).toEqual([401, 401, 401, 429, 429]);
    });
    const refused = await new Api(one.url, { 'x-forwarded-for': address }).login('x@example.com', 'x');
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('count guesses of one password together, at the log in and where it is changed', async () => {
    const admin = new Api(stack.gatewayUrl);
    const { body } = await admin.login(stack.adminEmail, stack.adminPassword);
    await exactly(async (time) => {
      const [email, password] = [`turn${time}@example.com`, 'a good password'];
      await admin.bearer(body.accessToken).post('/users', { email, password, role: 'viewer' });
      const token = (await admin.login(email, password)).body.accessToken;
      const change = { current: 'not the password', next: 'another password' };
      const from = (n: number): Api =>
        new Api(one.url, { authorization: `Bearer ${token}`, 'x-forwarded-for': `10.2.${time}.${n}` });
      for (const n of [1, 2, 3]) expect((await from(n).post('/auth/password', change)).status).toBe(400);
      expect((await from(4).login(email, 'not the password')).status).toBe(429);
    });
  });

  it('hold in each gateway alone while Redis is away, without making anybody wait', async () => {
    if (!stack.redisUrl) return;
    const proxy = await proxyTo(stack.redisUrl);
    const alone = await gateway({ ...LIMITS, REDIS_URL: proxy.through(stack.redisUrl) });
    const key = await newKey();
    for (const fault of ['hang', 'cut'] as const) {
      proxy[fault]();
      const reads = [];
      for (let more = 0; more < 3; more++) reads.push(await timed(alone.key(key).get('/auth/me')));
      expect(reads.map(({ answer }) => answer.status)).toEqual([200, 200, 200]);
      // Each would wait for it, if one did; the fastest is the one that the machine has not kept waiting.
      expect(Math.min(...reads.map(({ ms }) => ms))).toBeLessThan(100);
      const login = await timed(alone.login(`${fault}@example.com`, 'not the password'));
      expect(login.ms).toBeLessThan(1_000);
      await sleep(300);
    }
    const statuses: number[] = [];
    for (let more = 0; more < 20; more++) statuses.push((await alone.key(key).get('/auth/me')).status);
    // Six were allowed above.
    expect(statuses.filter((status) => status === 200)).toHaveLength(14);
    const said = (words: string): number => (gateways.at(-1)?.logs().split(words).length ?? 0) - 1;
    // Once for each time that it is away.
    expect(said('Redis is away') - said('Redis is back')).toBe(1);
  });
});

describe('without MongoDB', () => {
  let proxy: Proxy;
  let one: Api;

  beforeAll(async () => {
    proxy = await proxyTo(stack.mongoUri);
    one = await gateway({ MONGODB_URI: proxy.through(stack.mongoUri) });
  });

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
    await until(async () => (await one.login(stack.adminEmail, stack.adminPassword)).status === 200, 10_000);
  });
});
