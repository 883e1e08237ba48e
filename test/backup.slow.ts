import type { EventPage, Item, MovementResult } from '@app/contracts';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, cp, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { mongo } from 'mongoose';
import { freePort } from './support/ports';
import { Api } from './support/api';
import { check, load } from '../tools/backup/restore';
import { temporaryFolder, withDatabase } from './support/databases';
import { Rest, type Got } from './support/rest';
import { startApp, type RunningApp } from './support/stack';

const MAIN = resolve(__dirname, '../dist/tools/backup/main.js');
/** A collection that is new here is kept by itself: say in tools/backup/contents.ts if it should not be. */
const KEPT = [
  'api_keys',
  'importErrors',
  'imports',
  'ledger',
  'locations',
  'meta',
  'outcomes',
  'stocktake_lines',
  'stocktakes',
  'users',
];
const run = promisify(execFile);

interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

async function tool(uri: string, ...args: string[]): Promise<Said> {
  const env = { ...process.env, MONGODB_URI: uri };
  try {
    return { code: 0, ...(await run(process.execPath, [MAIN, ...args], { env })) };
  } catch (error) {
    return error as Said;
  }
}

describe('a backup', () => {
  let rest: Rest;
  let folder: string;
  let backup: string;
  let position: number;
  const items: Item[] = [];
  const databases: string[] = [];
  let sale: Got<MovementResult>;
  let nothing: Got<Item>;
  let key: string;

  const emptyDatabase = (): string => {
    const name = `sw_${randomBytes(6).toString('hex')}`;
    databases.push(name);
    return withDatabase(rest.stack.mongoUri, name);
  };
  const issue = (of: Item, key: string, to?: string): Promise<Got<MovementResult>> =>
    rest.call('POST', `/items/${of.id}/movements`, { type: 'issue', quantity: 2 }, { 'idempotency-key': key }, to);
  const rename = (of: Item, key: string, to?: string): Promise<Got<Item>> =>
    rest.call('PATCH', `/items/${of.id}`, { name: of.name }, { 'idempotency-key': key }, to);

  beforeAll(async () => {
    rest = await Rest.start();
    await rest.call('POST', '/locations', { code: 'shop', name: 'Shop' });
    for (const quantity of [100_000, 20, 30]) items.push(await rest.newItem({ quantity, attributes: { big: 2.5 } }));
    const [, second, third] = items as [Item, Item, Item];
    const take = await rest.call<{ id: string }>('POST', '/stocktakes', { location: 'main' });
    sale = await issue(second, 'sale-1');
    const lines = [{ itemId: third.id, quantity: 3 }];
    await rest.call('POST', `/stocktakes/${take.body.id}/counts`, { counts: lines });
    await rest.call('POST', '/stocktakes', { location: 'shop' });
    await rest.call('POST', '/transfers', { from: 'main', to: 'shop', lines });
    await rest.call('POST', '/expectations', { lines });
    nothing = await rename(second, 'same-name');
    await rest.call('POST', '/reservations', { lines: [{ itemId: third.id, quantity: 4 }], ttlSeconds: 3_600 });
    await rest.call('POST', '/users', { email: 'ana@example.com', password: 'ana-has-a-long-one', role: 'clerk' });
    key = (await rest.call<{ key: string }>('POST', '/api-keys', { name: 'till', role: 'clerk' })).body.key;
    folder = await temporaryFolder();
    await whileWriting(items[0]!, async () => {
      const { code, stderr } = await tool(rest.stack.mongoUri, 'backup', '--to', folder);
      if (code !== 0) throw new Error(stderr);
    });
    const [name] = await readdir(folder);
    backup = join(folder, name ?? '');
    position = Number(name?.split('-').at(-1));
  }, 60_000);

  afterAll(async () => {
    const client = new mongo.MongoClient(rest.stack.mongoUri);
    for (const name of databases) await client.db(name).dropDatabase();
    await client.close();
    await rest.stack.stop();
  }, 30_000);

  /** Sells one piece after the other for as long as something goes on. */
  async function whileWriting(item: Item, act: () => Promise<void>): Promise<void> {
    let over = false;
    const acting = act().finally(() => (over = true));
    while (!over)
      await Promise.all(
        [1, 2].map(() => rest.call('POST', `/items/${item.id}/movements`, { type: 'issue', quantity: 1 })),
      );
    await acting;
  }

  async function eventsOf(item: Item, base?: string): Promise<EventPage> {
    return (await rest.call<EventPage>('GET', `/events?itemId=${item.id}&limit=1000`, undefined, {}, base)).body;
  }

  it('is taken as of one position while writing goes on', async () => {
    const { head } = await eventsOf(items[0]!);
    expect(head).toBeGreaterThan(position);
    expect((await check(backup)).position).toBe(position);
    await run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: backup });
  });

  it('is restored: stock, logins and keys as they were, in another epoch', async () => {
    const uri = emptyDatabase();
    const restored = await tool(uri, 'restore', backup);
    expect(restored).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('and sound: 3 items, 1 res'),
    });
    const running: RunningApp[] = [];
    try {
      const url = await startOn(uri, running);
      await expectSame(url);
      const api = new Api(url);
      expect((await api.login('ana@example.com', 'ana-has-a-long-one')).status).toBe(200);
      expect((await api.login(rest.stack.adminEmail, rest.stack.adminPassword)).status).toBe(200);
      expect((await api.key(key).get('/items')).status).toBe(200);
      const [again, same] = [await issue(items[1]!, 'sale-1', url), await rename(items[1]!, 'same-name', url)];
      expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
      expect(withoutEpoch(again.body)).toEqual(withoutEpoch(sale.body));
      expect([same.status, same.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
      expect(same.body).toEqual(nothing.body);
      await expectReset(url);
      const refused = await tool(uri, 'restore', backup, '--replace', databases[0]!);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Stop the apps first') });
    } finally {
      for (const app of running.reverse()) await app.stop();
    }
    const full = await tool(uri, 'restore', backup);
    expect(full).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
  }, 60_000);

  async function startOn(uri: string, running: RunningApp[]): Promise<string> {
    const env: NodeJS.ProcessEnv = { ...rest.stack.env, MONGODB_URI: uri, ...(await otherPorts()) };
    running.push(await startApp('inventory', env), await startApp('gateway', env));
    return `http://127.0.0.1:${env.GATEWAY_PORT}`;
  }

  async function expectSame(url: string): Promise<void> {
    for (const item of items.slice(1)) {
      const [was, is] = [
        await rest.call('GET', `/items/${item.id}`),
        await rest.call('GET', `/items/${item.id}`, undefined, {}, url),
      ];
      expect(is.body).toEqual(was.body);
    }
    const { events } = await eventsOf(items[0]!);
    const last = events.filter((event) => event.position <= position).at(-1)!;
    const busy = await rest.call('GET', `/items/${items[0]!.id}`, undefined, {}, url);
    expect(busy.body).toMatchObject({ ...last.after, seq: last.seq });
    const places = await rest.call<{ data: object[] }>('GET', '/locations', undefined, {}, url);
    expect(places.body.data).toEqual(expect.arrayContaining([expect.objectContaining({ code: 'shop' })]));
  }

  async function expectReset(url: string): Promise<void> {
    const { epoch } = await eventsOf(items[0]!);
    const path = `/events?after=1&epoch=${epoch}`;
    const { status, body } = await rest.call<EventPage & { code: string }>('GET', path, undefined, {}, url);
    expect([status, body.code]).toEqual([409, 'epoch-changed']);
    expect(body.epoch).not.toBe(epoch);
  }

  it('is restored up to a position, in place of what is there when that is named', async () => {
    const uri = withDatabase(rest.stack.mongoUri, databases[0]!);
    const until = sale.body.position - 1;
    const to = ['--to-position', String(until), '--replace', databases[0]!];
    const { code, stdout } = await tool(uri, 'restore', backup, ...to);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`up to position ${until} and sound: 3 items, 0 res`)]);
    const client = await new mongo.MongoClient(uri).connect();
    const stored = await client
      .db()
      .collection<{ _id: string; quantity: number }>('items')
      .findOne({ _id: items[1]!.id });
    // What made the location and opened the stocktake is remembered; the key that changed nothing was used after this position, and is free again.
    const left = (name: string): Promise<number> => client.db().collection(name).countDocuments();
    const [outcomes, transfers, expectations] = [
      await left('outcomes'),
      await left('transfers'),
      await left('expectations'),
    ];
    const takes = await client.db().collection('stocktakes').find().toArray();
    const sessions = await client
      .db()
      .collection('meta')
      .countDocuments({ session: { $exists: true } });
    await client.close();
    expect([stored?.quantity, outcomes, transfers, expectations, sessions]).toEqual([20, 2, 0, 0, 0]);
    // What was counted is of stock that there was later only.
    expect(takes.map(({ status }) => status as string)).toEqual(['cancelled', 'cancelled']);
    await expect(check(backup, position + 1)).rejects.toThrow('is not in it');
  }, 30_000);

  it('starts no app where its restore was interrupted, and that is run again', async () => {
    const uri = emptyDatabase();
    const client = await new mongo.MongoClient(uri).connect();
    await load(client.db(), await check(backup));
    await client.close();
    const env = { ...rest.stack.env, MONGODB_URI: uri, ...(await otherPorts()) };
    await expect(startApp('inventory', env)).rejects.toThrow('has not come to its end');
    expect(await tool(uri, 'restore', backup)).toMatchObject({ code: 0, stderr: '' });
    const running: RunningApp[] = [];
    try {
      await expectSame(await startOn(uri, running));
    } finally {
      for (const app of running.reverse()) await app.stop();
    }
  }, 60_000);

  it('is not restored when anything in it is not what was written', async () => {
    const damaged = join(folder, 'damaged');
    await cp(backup, damaged, { recursive: true });
    await appendFile(join(damaged, 'users.ndjson.gz'), ' ');
    await expect(check(damaged)).rejects.toThrow('users.ndjson.gz is not what was written');
    await rm(join(damaged, 'users.ndjson.gz'));
    await expect(check(damaged)).rejects.toThrow('users.ndjson.gz is missing');
  });

  it('holds no session', async () => {
    expect((await readdir(backup)).sort()).toEqual(
      ['SHA256SUMS', 'manifest.json', ...KEPT.map((name) => `${name}.ndjson.gz`)].sort(),
    );
  });
});

function withoutEpoch(result: MovementResult): object {
  return { ...result, events: result.events.map(({ epoch: _, ...event }) => event) };
}

async function otherPorts(): Promise<NodeJS.ProcessEnv> {
  const names = ['GATEWAY_PORT', 'GATEWAY_OPS_PORT', 'INVENTORY_PORT', 'INVENTORY_OPS_PORT'];
  const ports: NodeJS.ProcessEnv = {};
  for (const name of names) ports[name] = String(await freePort());
  return { ...ports, INVENTORY_ADDRESSES: `127.0.0.1:${ports.INVENTORY_PORT}` };
}
