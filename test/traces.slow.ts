import { type Item } from '@app/contracts';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Api } from './support/api';
import { Collector, type CollectedSpan } from './support/collector';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { startStack, type Stack } from './support/stack';

const ROOT = resolve(__dirname, '..');
const GATEWAY = 'stockwire-gateway';
const INVENTORY = 'stockwire-inventory';

describe('with a collector', () => {
  let collector: Collector;
  let stack: Stack;
  let token: string;

  beforeAll(async () => {
    collector = await Collector.start();
    stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    token = (await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword)).body.accessToken;
  }, 60_000);

  afterAll(async () => {
    await stack?.stop();
    await collector?.close();
  }, 30_000);

  function request(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> {
    return fetch(`${stack.gatewayUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** The span of that name, once it is here, and all it hangs on up to the request. */
  async function chain(traceId: string, service: string, name: string): Promise<string[]> {
    const find = (): CollectedSpan | undefined =>
      collector.of(traceId).find((span) => span.service === service && span.name === name);
    await until(() => find() !== undefined, PATIENCE_MS, `${name} of ${service}`);
    const names: string[] = [];
    const above = (span: CollectedSpan | undefined): void => {
      if (!span) return;
      names.push(`${span.service.replace('stockwire-', '')} ${span.name}`);
      above(collector.of(traceId).find(({ spanId }) => spanId === span.parentSpanId));
    };
    // The outer ones end later, and may come with the next delivery.
    await until(
      () => collector.of(traceId).some((span) => span.service === GATEWAY && span.name.startsWith('POST ')),
      10_000,
    );
    above(find());
    return names;
  }

  it('one trace goes from the request to the database and to the sockets', async () => {
    const subscriber = await new Subscriber(stack.notificationUrl, token).connected();
    await subscriber.subscribe('items');
    const traceId = randomBytes(16).toString('hex');
    const parent = randomBytes(8).toString('hex');
    const traceparent = `00-${traceId}-${parent}-01`;
    const response = await request('POST', '/items', { traceparent }, { name: 'heart', quantity: 3 });
    expect(response.status).toBe(201);
    const item = (await response.json()) as Item;
    await until(() => subscriber.events.length > 0);
    subscriber.close();

    const root = 'gateway POST /api/v1/items';
    const call = ['inventory items.create', 'gateway items.create', root];
    expect(await chain(traceId, 'stockwire-notification', 'sockets.push')).toEqual([
      'notification sockets.push',
      'inventory ledger.commit',
      ...call,
    ]);
    expect(await chain(traceId, INVENTORY, 'insert ledger')).toEqual([
      'inventory insert ledger',
      'inventory ledger.write',
      ...call,
    ]);
    const spans = collector.of(traceId);
    expect(spans.find(({ name }) => name === 'POST /api/v1/items')).toMatchObject({
      parentSpanId: parent,
      attributes: { 'http.response.status_code': 201, 'stockwire.request_id': response.headers.get('x-request-id') },
    });
    expect(spans.find(({ name }) => name === 'sockets.push')?.attributes).toMatchObject({ 'stockwire.item': item.id });
    const answered = response.headers.get('traceparent');
    expect(answered).toMatch(new RegExp(`^00-${traceId}-(?!${parent})[0-9a-f]{16}-01$`));
    await until(() => stack.logs('gateway').includes(`"traceId":"${traceId}"`));
  }, 30_000);

  it('what is no traceparent begins a trace, and one that is not sampled stays so', async () => {
    for (const traceparent of ['nonsense', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`]) {
      const { status, headers } = await request('GET', '/items', { traceparent });
      expect([status, headers.get('traceparent')]).toEqual([
        200,
        expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      ]);
      expect(headers.get('traceparent')).not.toContain('0'.repeat(32));
    }
    const traceId = randomBytes(16).toString('hex');
    const { headers } = await request(
      'POST',
      '/items',
      { traceparent: `00-${traceId}-${'1'.repeat(16)}-00` },
      { name: 'x' },
    );
    expect(headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    // What comes later has been delivered, and nothing of this.
    const [, later = ''] = (
      (await request('POST', '/items', {}, { name: 'y' })).headers.get('traceparent') ?? ''
    ).split('-');
    await until(() => collector.of(later).length > 0);
    expect(collector.of(traceId)).toEqual([]);
  }, 30_000);

  it('followers and what else runs by itself make no traces', () => {
    const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === '').map(({ name }) => name);
    expect(roots.filter((name) => !/^(GET|POST) \/api/.test(name))).toEqual([]);
  });
});

describe('without a collector', () => {
  it('nothing of it is loaded', async () => {
    const script = `require('reflect-metadata');
      for (const app of ['gateway', 'inventory', 'notification']) require('./dist/apps/' + app + '/src/app.module.js');
      const found = Object.keys(require.cache).filter((file) => /@opentelemetry.(?!api)/.test(file));
      process.stdout.write(JSON.stringify(found)); process.exit(0);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
    expect(JSON.parse(stdout)).toEqual([]);
  }, 30_000);
});
