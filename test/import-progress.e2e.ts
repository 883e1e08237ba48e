import type { ImportJob, ImportProgress } from '@app/contracts';
import { Api } from './support/api';
import { send } from './support/problems';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { replicaEnv, startApp, startStack, type RunningApp, type Stack } from './support/stack';

const ROWS = 3_000;

let stack: Stack;
let peer: RunningApp;
let headers: Record<string, string>;
let urls: string[];
const subscribers: Subscriber[] = [];

beforeAll(async () => {
  stack = await startStack();
  const env = await replicaEnv(stack, 'notification');
  peer = await startApp('notification', env);
  urls = [stack.notificationUrl, `http://127.0.0.1:${env.NOTIFICATION_PORT}`];
  const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
  headers = { authorization: `Bearer ${body.accessToken}` };
});

afterAll(async () => {
  subscribers.forEach((subscriber) => subscriber.close());
  await peer?.stop();
  await stack?.stop();
});

async function connect(url: string, token = headers.authorization?.slice('Bearer '.length)) {
  const subscriber = new Subscriber(url, token);
  subscribers.push(subscriber);
  const told: ImportProgress[] = [];
  subscriber.socket.on('import', (progress) => told.push(progress));
  await subscriber.connected();
  return { subscriber, told };
}

async function upload(file: string): Promise<ImportJob> {
  const url = `${stack.gatewayUrl}/api/v1/imports/items`;
  const { status, text } = await send(url, 'POST', { ...headers, 'content-type': 'text/csv' }, file);
  expect(status).toBe(202);
  return JSON.parse(text) as ImportJob;
}

async function keyOf(role: string): Promise<string> {
  const made = await send(
    `${stack.gatewayUrl}/api/v1/api-keys`,
    'POST',
    { ...headers, 'content-type': 'application/json' },
    JSON.stringify({ name: role, role }),
  );
  return (JSON.parse(made.text) as { key: string }).key;
}

describe('an import that is watched', () => {
  it('is told of on every notification app, never backwards, up to its end', async () => {
    const watchers = await Promise.all(urls.map((url) => connect(url)));
    const rows = Array.from({ length: ROWS }, (_, row) => `Watched ${row},W-${row % (ROWS - 1)}`);
    const { id } = await upload(`name,sku\n${rows.join('\n')}\n`);
    const answers = await Promise.all(watchers.map(({ subscriber }) => subscriber.ask('watchImport', { id })));
    for (const answer of answers) expect(answer).toMatchObject({ ok: true, import: { id, rows: ROWS } });
    await until(() => watchers.every(({ told }) => told.at(-1)?.status === 'done'), PATIENCE_MS, 'the end');
    for (const { told } of watchers) {
      expect(told.at(-1)).toEqual({ id, kind: 'items', status: 'done', rows: ROWS, applied: ROWS - 1, rejected: 1 });
      expect(told.length).toBeGreaterThan(2);
      const applied = told.map((progress) => progress.applied);
      expect(applied).toEqual(applied.toSorted((one, other) => one - other));
    }
    const [late] = watchers;
    expect(await late?.subscriber.ask('watchImport', { id })).toMatchObject({ ok: true, import: { status: 'done' } });
  });

  it('is not told of any more when it is let go', async () => {
    const { subscriber, told } = await connect(urls[0] ?? '');
    const { id } = await upload(`name\n${'Let go\n'.repeat(600)}`);
    await subscriber.ask('watchImport', { id });
    expect(await subscriber.ask('unwatchImport', { id })).toEqual({ ok: true });
    const { length } = told;
    // The last word counts, also when the first one is still to be answered.
    const { subscriber: hasty, told: none } = await connect(urls[0] ?? '');
    await Promise.all([hasty.ask('watchImport', { id }), hasty.ask('unwatchImport', { id })]);
    const { told: others, subscriber: other } = await connect(urls[0] ?? '');
    const { import: now } = await other.ask('watchImport', { id });
    await until(() => [now as ImportProgress, ...others].at(-1)?.status === 'done', PATIENCE_MS, 'the end');
    expect(told).toHaveLength(length);
    expect(none).toEqual([]);
  });

  it('is shown to managers only, and wrong requests are told what is wrong', async () => {
    const clerk = await connect(urls[0] ?? '', await keyOf('clerk'));
    const manager = await connect(urls[0] ?? '', await keyOf('manager'));
    const id = 'a'.repeat(24);
    const codeOf = async (of: typeof clerk, request: unknown) =>
      ((await of.subscriber.ask('watchImport', request)).error as { code: string } | undefined)?.code;
    expect(await codeOf(clerk, { id })).toBe('forbidden');
    expect(await codeOf(manager, { id })).toBe('not-found');
    for (const wrong of [undefined, null, 'x', [], {}, { id: 'x' }, { id, more: 1 }, { id: { $gt: '' } }])
      expect(await codeOf(manager, wrong)).toBe('validation');
  });
});
