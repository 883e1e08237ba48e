import { request as ask } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { freePort } from './support/ports';
import { Rest } from './support/rest';
import { until } from './support/sockets';
import { startApp, type RunningApp } from './support/stack';

const UNKNOWN = 'f'.repeat(24);
/** Of each answer its own. */
const OWN = ['date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset'];

let rest: Rest;
let gateway: RunningApp;
let port: string;
let id: string;

beforeAll(async () => {
  rest = await Rest.start();
  port = String(await freePort());
  const ports = { GATEWAY_PORT: port, GATEWAY_OPS_PORT: String(await freePort()) };
  gateway = await startApp('gateway', { ...rest.stack.env, ...ports, RATE_LIMIT_READS: '1000' });
  ({ id } = await rest.newItem({ name: 'Käse', quantity: 3 }));
});

afterAll(async () => {
  await gateway?.stop();
  await rest?.stack.stop();
});

interface Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: string;
}

async function get(path: string, more: Record<string, string> = {}): Promise<Answer> {
  const headers = { ...rest.admin, ...more };
  const sent = ask({ host: '127.0.0.1', port, path: `/api/v1${path}`, headers, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: { ...answer.headers }, body: await text(answer) };
}

/** An answer as it is, but for what each has of its own. */
function shape({ status, headers, body }: Answer): unknown {
  const names = Object.keys(headers).sort();
  const common = names.filter((name) => !OWN.includes(name)).map((name) => [name, headers[name]]);
  return { status, names, common, body };
}

async function requestsOf(route: string, status: number): Promise<number> {
  const metrics = await (await fetch(`${gateway.opsUrl}/metrics`)).text();
  const labels = ['method="GET"', `route="/api/v1${route}"`, `status="${status}"`];
  const line = metrics
    .split('\n')
    .find(
      (one) => one.startsWith('http_request_duration_seconds_count') && labels.every((label) => one.includes(label)),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('an item is read the short way', () => {
  // Asks for nothing, but leads the long way.
  const LONG = { 'x-min-position': '0' };

  it('with the very answer of the long one, first and again, on both routes', async () => {
    for (const path of [`/items/${id}`, `/items/get/${id}`]) {
      const long = shape(await get(path, LONG));
      for (const time of ['first', 'again']) expect([time, shape(await get(path))]).toEqual([time, long]);
    }
  });

  it('also when there is no such item', async () => {
    const named = { 'x-request-id': 'short-1' };
    const long = await get(`/items/${UNKNOWN}`, { ...LONG, ...named });
    const short = await get(`/items/${UNKNOWN}`, named);
    expect(shape(short)).toEqual(shape(long));
    expect([short.headers['x-request-id'], short.body]).toEqual(['short-1', long.body]);
    // Counted once, and told of in the log with who asked.
    const [one, other] = [await get(`/items/${UNKNOWN}`), await get(`/items/${UNKNOWN}`)];
    expect(Number(one.headers['ratelimit-remaining']) - Number(other.headers['ratelimit-remaining'])).toBe(1);
    const told = (): string[] =>
      gateway
        .logs()
        .split('\n')
        .filter((line) => line.includes('"short-1"'));
    await until(() => told().length === 2);
    const lines = told().map((line) => JSON.parse(line) as { caller: string; status: number });
    expect(lines.map(({ caller, status }) => [caller, status])).toEqual([
      [expect.stringMatching(/./), 404],
      [lines[0]?.caller, 404],
    ]);
  });

  it('and is counted and timed with the others', async () => {
    const before = [await requestsOf('/items/:id', 200), await requestsOf('/items/get/:id', 200)];
    for (let time = 0; time < 3; time++) await get(`/items/${id}`);
    await get(`/items/get/${id}`);
    const after = [await requestsOf('/items/:id', 200), await requestsOf('/items/get/:id', 200)];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([3, 1]);
    const [one, other] = [await get(`/items/${id}`), await get(`/items/${id}`)];
    expect(Number(one.headers['ratelimit-remaining']) - Number(other.headers['ratelimit-remaining'])).toBe(1);
  });

  it('as it is after a change that was acknowledged', async () => {
    for (let quantity = 10; quantity < 20; quantity++) {
      await rest.call('PUT', `/items/${id}`, { quantity }, {}, `http://127.0.0.1:${port}`);
      expect(JSON.parse((await get(`/items/${id}`)).body)).toMatchObject({ quantity });
    }
  });

  it.each([
    ['without a credential', `/items/ID`, { authorization: '' }, 401],
    ['with a query', `/items/ID?x=1`, {}, 400],
    ['with an id in capitals', `/items/${'F'.repeat(24)}`, {}, 400],
    ['of a version that it has', `/items/ID`, { 'if-none-match': '*' }, 304],
    ['with a body that nobody reads', `/items/ID`, { 'content-encoding': 'gzip' }, 415],
    ['with more behind it', `/items/ID/`, {}, 404],
  ])('and not %s', async (_, path, headers, status) => {
    expect((await get(path.replace('ID', id), { ...headers })).status).toBe(status);
  });

  it('until its caller has no request left, and not from another origin', async () => {
    const ports = { GATEWAY_PORT: String(await freePort()), GATEWAY_OPS_PORT: String(await freePort()) };
    const [origin, reads] = ['https://shop.example', '4'];
    const settings = { REDIS_URL: '', RATE_LIMIT_READS: reads, CORS_ORIGINS: origin };
    const limited = await startApp('gateway', { ...rest.stack.env, ...ports, ...settings });
    const url = `http://127.0.0.1:${ports.GATEWAY_PORT}/api/v1/items/${id}`;
    const read = async (more: Record<string, string> = {}): Promise<(number | string | null)[]> => {
      const { status, headers } = await fetch(url, { headers: { ...rest.admin, ...more } });
      return [
        status,
        ...['ratelimit-remaining', 'vary', 'access-control-allow-origin'].map((name) => headers.get(name)),
      ];
    };
    try {
      expect(await read()).toEqual([200, '3', 'Origin', null]);
      expect(await read()).toEqual([200, '2', 'Origin', null]);
      expect(await read({ origin })).toEqual([200, '1', 'Origin', origin]);
      expect(await read()).toEqual([200, '0', 'Origin', null]);
      expect(await read()).toEqual([429, '0', 'Origin', null]);
    } finally {
      await limited.stop();
    }
  });
});
