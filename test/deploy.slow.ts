import { LIMITS, type Item } from '@app/contracts';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { resolve } from 'node:path';
import { Api } from './support/api';
import { metricsIn, namesIn, queriesOf, runbookTitles, alertsOf } from './support/monitoring';
import { hasNginx, startNginx, type Nginx } from './support/nginx';
import { problemIn, send, type Sent } from './support/problems';
import { Subscriber, until } from './support/sockets';
import { replicaEnv, startApp, startStack, type AppName, type RunningApp, type Stack } from './support/stack';

const ROOT = resolve(__dirname, '..');
let stack: Stack;
let credential: Record<string, string>;
let token: string;

beforeAll(async () => {
  stack = await startStack({ env: { TRUST_PROXY: 'loopback' } });
  token = (await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword)).body.accessToken;
  credential = { authorization: `Bearer ${token}` };
}, 60_000);

afterAll(() => stack?.stop(), 30_000);

/** What is skipped where its program is missing says so, instead of being silently green. */
function where(there: boolean, program: string): jest.Describe {
  if (!there) console.log(`skipped, since there is no ${program}: apt install ${program}`);
  return there ? describe : describe.skip;
}

function call(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Sent> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return send(
    `${url}/api/v1${path}`,
    method,
    { ...credential, ...type, ...headers },
    body === undefined ? undefined : JSON.stringify(body),
  );
}

async function newItem(url: string, over: object = {}): Promise<Item> {
  const { status, text } = await call(url, 'POST', '/items', { name: 'Through nginx', ...over });
  expect([status, text]).toEqual([201, expect.any(String)]);
  return JSON.parse(text) as Item;
}

where(hasNginx(), 'nginx')('behind nginx', () => {
  let nginx: Nginx;
  let second: Record<'gateway' | 'notification', RunningApp>;

  beforeAll(async () => {
    const env = await replicaEnv(stack, 'gateway', 'notification');
    second = { gateway: await startApp('gateway', env), notification: await startApp('notification', env) };
    nginx = await startNginx(
      [stack.ports.GATEWAY_PORT, Number(env.GATEWAY_PORT)],
      [stack.ports.NOTIFICATION_PORT, Number(env.NOTIFICATION_PORT)],
    );
  }, 60_000);

  afterAll(async () => {
    await nginx?.stop();
    await Promise.all([second?.gateway.kill(), second?.notification.kill()]);
  }, 30_000);

  it('has a configuration that nginx takes', () => {
    expect(nginx.checked).toMatchObject({ status: 0, said: expect.stringContaining('test is successful') });
  });

  it('sends everybody to TLS, where HTTP/2 is spoken and each security header stands once', async () => {
    const plain = await fetch(`${nginx.redirectUrl}/docs?x=1`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([308, 'https://127.0.0.1/docs?x=1']);
    const headers = await overHttp2(nginx.httpsUrl, '/api/v1/items?limit=1');
    expect(headers).toMatchObject({
      ':status': 200,
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(String(headers.server)).toBe('nginx');
  });

  it('keeps an ETag that If-Match takes, also for a client that takes compressed answers', async () => {
    const item = await newItem(nginx.gatewayUrl, { description: 'long '.repeat(500) });
    const read = await call(nginx.gatewayUrl, 'GET', `/items/${item.id}`, undefined, { 'accept-encoding': 'gzip' });
    const changed = await call(
      nginx.gatewayUrl,
      'PATCH',
      `/items/${item.id}`,
      { name: 'Other' },
      { 'if-match': read.headers.get('etag') ?? '' },
    );
    expect([changed.status, read.headers.get('etag')]).toEqual([200, expect.stringMatching(/^"/)]);
  });

  it('tells the gateway where a request really comes from', async () => {
    await call(
      nginx.gatewayUrl,
      'POST',
      '/items',
      {},
      { 'x-forwarded-for': '203.0.113.9', 'x-request-id': 'spoofed-1' },
    );
    const line = (): string | undefined =>
      `${stack.logs('gateway')}\n${second.gateway.logs()}`
        .split('\n')
        .find((one) => one.includes('"requestId":"spoofed-1"'));
    await until(() => line() !== undefined);
    expect(JSON.parse(line() ?? '{}')).toMatchObject({ ip: '127.0.0.1' });
  });

  it('lets an import in that is larger than any other body', async () => {
    const large = 'x'.repeat(LIMITS.bodyBytes + 1);
    problemIn(await call(nginx.gatewayUrl, 'POST', '/items', { name: large }), 'too-large');
    const rows = Array.from({ length: 40_000 }, (_, index) => `Item ${index},SKU-${index},${'d'.repeat(20)}`);
    const file = ['name,sku,description', ...rows].join('\n');
    expect(file.length).toBeGreaterThan(LIMITS.bodyBytes);
    const path = `${nginx.gatewayUrl}/api/v1/imports/items?dryRun=true`;
    const sent = await send(path, 'POST', { ...credential, 'content-type': 'text/csv' }, file);
    expect([sent.status, JSON.parse(sent.text)]).toEqual([
      200,
      expect.objectContaining({ rows: 40_000, valid: 40_000 }),
    ]);
  }, 30_000);

  it('passes events on when they come', async () => {
    const stopping = new AbortController();
    const stream = await fetch(`${nginx.gatewayUrl}/api/v1/events/stream`, {
      headers: credential,
      signal: stopping.signal,
    });
    const reader = stream.body!.getReader();
    const { id } = await newItem(nginx.gatewayUrl);
    let text = '';
    while (!text.includes(id)) text += Buffer.from((await reader.read()).value ?? []).toString();
    expect(text).toContain('"type":"item.created"');
    stopping.abort();
  }, 5_000);

  it('goes on when a gateway and a notification app are killed', async () => {
    const item = await newItem(nginx.gatewayUrl, { quantity: 100 });
    // The last: where a page looks for them that was not asked for at 6100 itself, since that is published elsewhere.
    const urls = [nginx.httpsUrl.replace('https', 'wss'), nginx.notificationUrl, nginx.gatewayUrl];
    const sockets = urls.map((url) => new Subscriber(url, token, { rejectUnauthorized: false }));
    for (const subscriber of sockets) {
      await subscriber.connected();
      const subscribe = async (): Promise<void> => {
        const last = subscriber.events.at(-1);
        const since = last && { epoch: last.epoch, position: last.position };
        await subscriber.ask('subscribe', { room: `item:${item.id}`, ...(since && { since }) });
      };
      await subscribe();
      subscriber.socket.on('connect', () => void subscribe());
    }
    const sell = (): Promise<Sent> =>
      call(nginx.gatewayUrl, 'POST', `/items/${item.id}/movements`, { type: 'issue', quantity: 1 });
    await sell();
    await until(() => sockets.every(({ events }) => events.length === 1));
    await Promise.all([stack.kill('gateway'), stack.kill('notification')]);
    const sales = [];
    for (let count = 0; count < 20; count++) sales.push((await sell()).status);
    expect(sales).toEqual(Array(20).fill(201));
    await until(() => sockets.every(({ events }) => events.length === 21));
    for (const { events, socket } of sockets) {
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, index) => index + 2));
      socket.disconnect();
    }
    await Promise.all([stack.restart('gateway'), stack.restart('notification')]);
  }, 30_000);
});

function overHttp2(url: string, path: string): Promise<Record<string, unknown>> {
  return new Promise((settle, reject) => {
    const session = connect(url, { rejectUnauthorized: false }).once('error', reject);
    const request = session.request({ ':path': path, ...credential });
    request
      .once('response', (headers) => settle(headers))
      .once('error', reject)
      .resume();
    request.once('close', () => session.close());
  });
}

describe('what is monitored', () => {
  let served: Map<string, Set<string>>;

  beforeAll(async () => {
    const item = await newItem(stack.gatewayUrl, { quantity: 5 });
    await call(stack.gatewayUrl, 'GET', `/items/${item.id}`);
    await call(stack.gatewayUrl, 'GET', `/items/${item.id}`);
    await call(stack.gatewayUrl, 'POST', `/items/${item.id}/movements`, { type: 'issue', quantity: 9 });
    const urls = Object.values(stack.opsUrls).map((url) => `${url}/metrics`);
    served = metricsIn(await Promise.all(urls.map(async (url) => (await fetch(url)).text())));
  });

  it('is what the apps serve: every name in rules and dashboards, with its labels', () => {
    for (const { where: place, query } of queriesOf(ROOT)) {
      for (const { name, labels } of namesIn(query)) {
        expect([place, name, served.has(name)]).toEqual([place, name, true]);
        const known = served.get(name) ?? new Set();
        // Without an observation there is no label to be seen.
        if (known.size > 0)
          expect([place, name, labels.filter((label) => !known.has(label))]).toEqual([place, name, []]);
      }
    }
  });

  it('is counted', async () => {
    const scrape = async (app: AppName): Promise<string> => (await fetch(`${stack.opsUrls[app]}/metrics`)).text();
    const inventory = await scrape('inventory');
    expect(inventory).toMatch(
      /tcp_call_seconds_count\{[^}]*message="movements.apply",outcome="insufficient-stock"[^}]*\} 1/,
    );
    expect(inventory).toMatch(/stockwire_mongodb_wait_seconds_count\{.*\} [1-9]/);
    const item = await newItem(stack.gatewayUrl);
    // From memory once the feed has told of its creation.
    await until(async () => {
      await call(stack.gatewayUrl, 'GET', `/items/${item.id}`);
      return /stockwire_item_lookups_total\{[^}]*outcome="hit"[^}]*\} [1-9]/.test(await scrape('gateway'));
    }, 15_000);
    const gateway = await scrape('gateway');
    expect(gateway).toMatch(/stockwire_redis_up\{.*\} 1/);
    expect(gateway).toMatch(/stockwire_ready\{.*\} 1/);
  });

  it('has a page in the runbook for every alert, and none for others', () => {
    expect(runbookTitles(ROOT).sort()).toEqual(alertsOf(ROOT).sort());
  });

  it('is described where operators look', () => {
    const page = readFileSync(resolve(ROOT, 'docs/guides/operate/operating.md'), 'utf8');
    const described = [...page.matchAll(/^\| `([a-z0-9_]+)`/gm)].map(([, name]) => name ?? '');
    expect(described.length).toBeGreaterThan(10);
    expect(described.filter((name) => !served.has(name) && !served.has(`${name}_count`))).toEqual([]);
  });

  it('is told of by rules that Prometheus takes', () => {
    const promtool = process.env.PROMTOOL ?? 'promtool';
    if (spawnSync(promtool, ['--version']).status !== 0) {
      console.log('skipped, since there is no promtool (PROMTOOL): the rules are only parsed');
      return;
    }
    const run = (...args: string[]): string =>
      execFileSync(promtool, args, { cwd: resolve(ROOT, 'deploy/prometheus'), encoding: 'utf8' });
    expect(run('check', 'rules', 'rules.yml')).toContain('SUCCESS');
    expect(run('check', 'config', '--syntax-only', 'prometheus.yml')).toContain('SUCCESS');
    expect(run('test', 'rules', 'rules.test.yml')).toContain('SUCCESS');
  });
});

describe('the health check of the image', () => {
  it.each(['gateway', 'inventory', 'notification'] as const)('knows whether the %s can work', (app) => {
    const check = (port: number): number | null =>
      spawnSync(process.execPath, [resolve(ROOT, 'deploy/docker/health.cjs')], {
        env: { APP: app, [`${app.toUpperCase()}_OPS_PORT`]: String(port) },
      }).status;
    expect(check(Number(new URL(stack.opsUrls[app]).port))).toBe(0);
    expect(check(1)).toBe(1);
  });
});
