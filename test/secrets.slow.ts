import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreatedWebhook, RotatedSecret } from '@app/contracts';
import { freePort } from './support/ports';
import { launch, stop } from '../tools/databases/process';
import { appSpec } from '../tools/start/apps';
import { Api, type Tokens } from './support/api';
import { Receiver } from './support/receiver';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { startStack, type AppName, type Stack } from './support/stack';
import { resolve } from 'node:path';

const APPS: AppName[] = ['gateway', 'inventory', 'notification'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** A stream would not end, and a rebuild is not what this is about. */
const LEFT_OUT = /\/events\/stream$|\/ledger\/rebuild$/;
const HASH = /^[0-9a-f]{64}$/;

/** Whatever the level, no log may hold what gives access: not of requests that succeed, and not of those that fail. */
describe('the logs at their most talkative', () => {
  let stack: Stack;
  let receiver: Receiver;
  const secrets = new Map<string, string>();

  beforeAll(async () => {
    receiver = await Receiver.start();
    stack = await startStack({ env: { LOG_LEVEL: 'trace' } });
    const { env } = stack;
    for (const name of ['JWT_SECRET', 'INTERNAL_TOKEN', 'ADMIN_PASSWORD']) secret(name, env[name]!);
    const password = env.REDIS_URL && new URL(env.REDIS_URL).password;
    if (password) secret('password of Redis', password);
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    await receiver?.close();
  }, 30_000);

  function secret(name: string, value: string): string {
    secrets.set(name, value);
    return value;
  }

  function invented(name: string): string {
    return secret(name, randomBytes(12).toString('hex'));
  }

  function remember(name: string, { accessToken, refreshToken }: Tokens): Tokens['accessToken'] {
    secret(`refresh token ${name}`, refreshToken);
    return secret(`access token ${name}`, accessToken);
  }

  /** Who logs in, out, again, wrongly, with old tokens and with keys. */
  async function people(admin: Api): Promise<void> {
    const { gatewayUrl } = stack;
    const [email, first, second] = ['ana@example.com', invented('first password'), invented('second password')];
    const user = await admin.post<{ id: string }>('/users', { email, password: first, role: 'clerk' });
    await admin.post('/users', { email, password: invented('password of a refused user'), role: 'king' });
    const open = new Api(gatewayUrl);
    await open.login(email, invented('wrong password'));
    await open.login(invented('password in the wrong field'), first);
    const session = (await open.login(email, first)).body;
    const token = remember('of a user', session);
    await open.bearer(token).post('/auth/password', { current: invented('wrong current password'), next: second });
    const refreshed = (await open.post<Tokens>('/auth/refresh', { refreshToken: session.refreshToken })).body;
    remember('after a refresh', refreshed);
    await open.post('/auth/refresh', { refreshToken: session.refreshToken });
    await open.post('/auth/refresh', { refreshToken: invented('refresh token that is none') });
    const again = remember('after all', (await open.login(email, first)).body);
    await open.bearer(again).post('/auth/password', { current: first, next: second });
    await open.bearer(invented('access token that is none')).get('/items');
    await open.bearer(`${again}x`).get('/auth/me');
    const { body } = await admin.post<{ id: string; key: string }>('/api-keys', { name: 'till', role: 'clerk' });
    await open.key(secret('API key', body.key)).get('/items');
    await open.key(`${body.key.slice(0, -1)}_`).get('/items');
    await admin.call('DELETE', `/api-keys/${body.id}`);
    await open.key(body.key).get('/items');
    await admin.call('PATCH', `/users/${user.body.id}`, {
      disabled: true,
      password: invented('password that is refused'),
    });
    await open.bearer(again).post('/auth/logout');
  }

  async function webhooks(admin: Api): Promise<void> {
    const url = `${receiver.url}/${invented('path of a webhook')}?token=${invented('query of a webhook')}`;
    const { body } = await admin.post<CreatedWebhook>('/webhooks', { url });
    secret('webhook secret', body.secret);
    await admin.post(`/webhooks/${body.id}/test`);
    const rotated = await admin.post<RotatedSecret>(`/webhooks/${body.id}/rotate-secret`);
    secret('rotated webhook secret', rotated.body.secret);
    await admin.post('/items', { name: 'told to the webhook' });
    await admin.post('/webhooks', { url: `http://ana:${invented('password in a URL')}@127.0.0.1:1/hook` });
    // Nobody listens there: every delivery fails.
    await admin.post('/webhooks', {
      url: `http://127.0.0.1:${await freePort()}/${invented('path of a dead webhook')}`,
    });
    await admin.post('/items', { name: 'told to nobody' });
  }

  async function sockets(token: string): Promise<void> {
    const subscriber = await new Subscriber(stack.notificationUrl, token).connected();
    await subscriber.ask('authenticate', { token });
    await subscriber.ask('authenticate', { token: invented('socket token that is none') });
    await subscriber.ask('subscribe', { room: 'items', token: invented('token in the wrong message') });
    subscriber.close();
    const refused = new Subscriber(stack.notificationUrl, invented('handshake token that is none'), {
      reconnection: false,
    });
    await refused.connected().catch(() => undefined);
    refused.close();
  }

  /** Every route there is, with secrets wherever a request has room for one. */
  async function everyRoute(admin: Api, token: string): Promise<number> {
    const { paths } = (await (await fetch(`${stack.gatewayUrl}/docs-json`)).json()) as {
      paths: Record<string, object>;
    };
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => METHODS.includes(method) && !LEFT_OUT.test(path))
        .map((method) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, 'a'.repeat(24)) })),
    );
    const stray = invented('secret on every route');
    const query = `?token=${stray}&password=${stray}`;
    const names = ['password', 'token', 'refreshToken', 'secret', 'key', 'current', 'next', 'name', 'url', 'email'];
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, stray])));
    const json = { 'content-type': 'application/json' };
    const credentials: Record<string, string>[] = [
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${stray}` },
      { 'x-api-key': stray },
    ];
    for (const { method, path } of routes) {
      for (const headers of credentials) {
        const sent = { ...headers, ...json, cookie: stray, 'idempotency-key': randomBytes(8).toString('hex') };
        const init = { method, headers: sent, ...(method !== 'GET' && { body }) };
        await (await fetch(`${stack.gatewayUrl}${path}${query}`, init)).text();
      }
      await (
        await fetch(`${stack.gatewayUrl}${path}`, {
          method,
          headers: { ...json, authorization: `Bearer ${token}` },
          ...(method !== 'GET' && { body }),
        })
      ).text();
    }
    await admin.get('/items');
    return routes.length;
  }

  it('hold none of what was sent or answered', async () => {
    const session = (await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword)).body;
    const token = remember('of the admin', session);
    const admin = new Api(stack.gatewayUrl).bearer(token);
    await people(admin);
    await webhooks(admin);
    await sockets(token);
    expect(await everyRoute(admin, token)).toBeGreaterThan(60);
    await sleep(300);
    expect(leaks(APPS.map((app) => stack.logs(app)).join('\n'))).toEqual([]);
    // The logs were there to leak: each app has told of what it did, and of whom.
    const lines = (app: AppName): Record<string, unknown>[] =>
      stack
        .logs(app)
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = {
      msg: 'request',
      status: 201,
      caller: stack.adminEmail,
      requestId: expect.any(String),
      operation: expect.any(String),
      position: expect.any(Number),
    };
    expect(lines('gateway')).toContainEqual(expect.objectContaining(told));
    expect(lines('inventory')).toContainEqual(
      expect.objectContaining({
        msg: 'call',
        call: 'items.create',
        caller: stack.adminEmail,
        operation: expect.any(String),
        position: expect.any(Number),
      }),
    );
    expect(lines('notification')).toContainEqual(expect.objectContaining({ call: 'webhooks.create' }));
  }, 60_000);

  it.each(APPS)(
    'hold none of the addresses that the %s can not reach',
    async (app) => {
      const nobody = await freePort();
      const env = {
        ...stack.env,
        ...Object.fromEntries(
          await Promise.all(Object.keys(stack.ports).map(async (name) => [name, String(await freePort())] as const)),
        ),
        MONGODB_URI: `mongodb://stockwire:${invented(`password of MongoDB, ${app}`)}@127.0.0.1:${nobody}/stockwire`,
        // There, but with another password: Redis' own errors carry the command.
        REDIS_URL: (stack.env.REDIS_URL ?? `redis://127.0.0.1:${nobody}`).replace(
          /\/\/.*@|\/\//,
          `//:${invented(`wrong password of Redis, ${app}`)}@`,
        ),
      };
      const said: string[] = [];
      const running = await launch(appSpec(app, env, resolve(__dirname, '..')), (line) => said.push(line));
      await until(() => said.some((line) => /"level":"(warn|error)"/.test(line)), PATIENCE_MS, 'a complaint');
      await sleep(1_500);
      await stop(running, 100);
      expect(leaks(said.join('\n'))).toEqual([]);
    },
    30_000,
  );

  /** Names of the secrets that are in a text, as they are or as what is made of them most often. */
  function leaks(text: string): string[] {
    expect(text.length).toBeGreaterThan(0);
    return [...secrets].flatMap(([name, value]) => {
      const shapes = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
      if (!HASH.test(value)) shapes.push(createHash('sha256').update(value).digest('hex'));
      return shapes.some((shape) => text.includes(shape)) ? [name] : [];
    });
  }
});
