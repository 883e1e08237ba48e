import { createLog, TcpClient } from '@app/common';
import {
  items,
  ledger,
  movements,
  type EventText,
  type Item,
  type LedgerEvent,
  type Moved,
  type MovementResult,
  type Operation,
} from '@app/contracts';
import * as fc from 'fast-check';
import { mongo } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './support/ports';
import { Proxy } from './support/proxy';
import { until } from './support/sockets';
import { replicaEnv, startApp, startStack, type RunningApp, type Stack } from './support/stack';
import { Stopwatch, timed } from './support/stopwatch';

const log = createLog('test', 'silent');
const requestId = 'test';
/** A restarted inventory writes within this time of being ready: what the killed one has left open is not waited for. */
const SOON_MS = 1_000;
/** A machine that has much else to do. */
const DEADLINE_MS = 60_000;

function operation(more: Partial<Operation> = {}): Operation {
  const actor = { kind: 'user', id: 'u1', name: 'ana@example.com' } as const;
  return { id: randomBytes(16).toString('hex'), keyed: false, fingerprint: 'f', actor, ...more };
}

function quantityIn(event: EventText | undefined): number | undefined {
  return event && (JSON.parse(event.json) as LedgerEvent).after.quantity;
}

describe('the inventory, over its own port', () => {
  let stack: Stack;
  let client: TcpClient;

  beforeAll(async () => {
    stack = await startStack({ apps: ['inventory'] });
    client = connect(stack.ports.INVENTORY_PORT);
  });

  afterAll(async () => {
    client.close();
    await stack.stop();
  });

  function connect(...ports: number[]): TcpClient {
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    const token = stack.env.INTERNAL_TOKEN ?? '';
    return new TcpClient({ addresses, token, log, maxInFlight: 2_000, deadlineMs: DEADLINE_MS });
  }

  async function create(item: Partial<Item> & { name?: string } = {}): Promise<Item> {
    const { name = 'heart', quantity = 0, sku } = item;
    const command = { operation: operation(), item: { name, quantity, ...(sku && { sku }) } };
    return (await client.call(items.create, command, { requestId })).body;
  }

  function move(itemId: string, type: 'issue' | 'receive' | 'count', quantity: number, op = operation(), by = client) {
    return by.call(movements.apply, { operation: op, lines: [{ itemId, type, quantity }] }, { requestId });
  }

  /** The items as clients get them. */
  async function read(ids: string[]): Promise<(Item | undefined)[]> {
    const { items: found } = await client.call(items.get, { ids }, { requestId });
    return found.map((text) => (text ? (JSON.parse(text.json) as Item) : undefined));
  }

  async function verified(): Promise<void> {
    expect(await client.call(ledger.verify, {}, { requestId })).toMatchObject({
      ok: true,
      faults: [],
    });
  }

  it('verifies once for all who ask at the same time, so that it is never buried under its own repeats', async () => {
    for (let number = 0; number < 3; number++) await create();
    const database = await mongo.MongoClient.connect(stack.mongoUri);
    const reads = async (): Promise<number> => {
      const stats = database
        .db()
        .collection('ledger')
        .aggregate([{ $collStats: { latencyStats: {} } }]);
      return Number((await stats.next())?.latencyStats.reads.ops);
    };
    const cost = async (times: number): Promise<number> => {
      const before = await reads();
      await Promise.all(Array.from({ length: times }, verified));
      return (await reads()) - before;
    };
    try {
      const [one, twenty] = [await cost(1), await cost(20)];
      expect(twenty).toBeLessThan(4 * one);
    } finally {
      await database.close();
    }
  });

  it('answers nobody without the internal token', async () => {
    const stranger = new TcpClient({
      addresses: [`127.0.0.1:${stack.ports.INVENTORY_PORT}`],
      token: 'x'.repeat(32),
      log,
      maxInFlight: 1,
    });
    await expect(stranger.call(ledger.read, {}, { requestId })).rejects.toMatchObject({ code: 'unauthenticated' });
    stranger.close();
  });

  it('sells a hundred pieces to 256 clients exactly a hundred times', async () => {
    const { id } = await create({ quantity: 100 });
    const sold = await Promise.allSettled(Array.from({ length: 256 }, () => move(id, 'issue', 1)));
    const refused = sold.filter((result) => result.status === 'rejected');
    expect(sold.filter((result) => result.status === 'fulfilled')).toHaveLength(100);
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'insufficient-stock', extra: { available: 0, requested: 1 } });
    expect((await read([id]))[0]).toMatchObject({ quantity: 0, seq: 101 });
  });

  it('does a keyed command once, however often and by however many it is sent', async () => {
    const { id } = await create({ quantity: 100 });
    const op = operation({ keyed: true });
    const answers = await Promise.all(Array.from({ length: 20 }, () => move(id, 'issue', 7, op)));
    expect(new Set(answers.map(({ json }) => json)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(move(id, 'issue', 7, { ...op, fingerprint: 'other' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect((await read([id]))[0]?.quantity).toBe(93);
  });

  it('gives a repeat its answer even where the same command would now be refused, and after a restart', async () => {
    const item = await create({ quantity: 5, sku: `R-${randomBytes(4).toString('hex')}` });
    const op = operation({ keyed: true });
    const first = await move(item.id, 'issue', 5, op);
    const nothing = operation({ keyed: true });
    const unchanged = { operation: nothing, itemId: item.id, changes: { name: 'heart' } };
    const reply = await client.call(items.update, unchanged, { requestId });
    await stack.restart('inventory');
    expect(await move(item.id, 'issue', 5, op)).toEqual({ ...first, replayed: true });
    expect(await client.call(items.update, unchanged, { requestId })).toEqual({ ...reply, replayed: true });
    await expect(move(item.id, 'issue', 5)).rejects.toMatchObject({ code: 'insufficient-stock' });
  });

  it('remembers that a keyed update changed nothing, also when it would change something by now', async () => {
    const { id } = await create({ name: 'first' });
    const command = { operation: operation({ keyed: true }), itemId: id, changes: { name: 'first' } };
    const nothing = await client.call(items.update, command, { requestId });
    await client.call(items.update, { operation: operation(), itemId: id, changes: { name: 'second' } }, { requestId });
    await stack.restart('inventory');
    expect(await client.call(items.update, command, { requestId })).toEqual({ ...nothing, replayed: true });
    expect((await read([id]))[0]?.name).toBe('second');
  });

  it('lists by figures while an item never comes to rest', async () => {
    const { id } = await create({ quantity: 1_000 });
    let done = false;
    const restless = (async () => {
      while (!done) await move(id, 'issue', 1);
    })();
    for (let i = 0; i < 5; i++) await client.call(items.list, { sort: '-quantity', limit: 5 }, { requestId });
    done = true;
    await restless;
  });

  it('tells who reads within 2 s that its database says nothing, and goes on when it does', async () => {
    const { id } = await create();
    const proxy = await Proxy.to(stack.mongoUri);
    const env = {
      ...(await replicaEnv(stack, 'inventory')),
      MONGODB_URI: proxy.through(stack.mongoUri),
    } as NodeJS.ProcessEnv;
    const other = await startApp('inventory', env);
    const its = connect(Number(env.INVENTORY_PORT));
    const reads = [
      () => its.call(items.get, { ids: [id] }, { requestId }),
      () => its.call(movements.list, { itemId: id }, { requestId }),
      () => its.call(ledger.read, { after: 0, limit: 1 }, { requestId }),
    ];
    try {
      await Promise.all(reads.map((read) => read()));
      proxy.hang();
      for (const read of [...reads, ...reads]) {
        const { answer, ms } = await timed(read().catch((error: unknown) => error));
        expect(answer).toMatchObject({ code: 'unavailable', extra: { retryAfter: 1 } });
        expect(ms).toBeLessThan(2_000);
      }
      proxy.heal();
      for (const read of reads) await until(() => read().then(Boolean, () => false), 10_000, 'reading');
    } finally {
      its.close();
      await other.kill();
      await proxy.close();
    }
  });

  it('keeps a sku unique under a race, and frees it with the item', async () => {
    const sku = `U-${randomBytes(4).toString('hex')}`;
    const made = await Promise.allSettled(Array.from({ length: 30 }, () => create({ sku })));
    const created = made.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(created).toHaveLength(1);
    for (const result of made) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'duplicate', extra: { field: 'sku' } });
    }
    const gone = created[0] as Item;
    await client.call(items.delete, { operation: operation(), itemId: gone.id }, { requestId });
    const next = await create({ sku });
    const restored = client.call(items.restore, { operation: operation(), itemId: gone.id }, { requestId });
    await expect(restored).rejects.toMatchObject({ code: 'duplicate' });
    const tried = operation({ dryRun: true });
    const trial = client.call(items.restore, { operation: tried, itemId: gone.id }, { requestId });
    await expect(trial).rejects.toMatchObject({ code: 'duplicate', extra: { field: 'sku' } });
    expect(await client.call(items.find, { sku }, { requestId })).toEqual({ id: next.id });
  });

  it('gives a snapshot exact at its position while the item moves', async () => {
    const { id } = await create({ quantity: 1_000 });
    const moving = Promise.all(Array.from({ length: 100 }, () => move(id, 'issue', 1)));
    const looks = await Promise.all(
      Array.from({ length: 20 }, () => client.call(items.snapshot, { itemId: id }, { requestId })),
    );
    await moving;
    const { events } = await client.call(ledger.read, { after: 0, itemId: id, limit: 1_000 }, { requestId });
    for (const { item, position } of looks) {
      const last = events.filter((event) => event.position <= position).at(-1);
      expect(item).toMatchObject({ seq: last?.seq, quantity: quantityIn(last), position: last?.position });
    }
  });

  it('answers a waiting poll at the next commit, and refuses a cursor that is not of this ledger', async () => {
    const { head, epoch } = await client.call(ledger.read, {}, { requestId });
    const poll = client.call(ledger.read, { after: head, epoch, waitMs: 30_000 }, { requestId });
    await sleep(50);
    const { id } = await create({ quantity: 3 });
    expect((await poll).events).toMatchObject([{ position: head + 1, itemId: id, type: 'item.created' }]);
    for (const cursor of [{ after: head + 1_000_000 }, { after: head, epoch: 'another' }]) {
      await expect(client.call(ledger.read, cursor, { requestId })).rejects.toMatchObject({
        code: 'epoch-changed',
        extra: { epoch },
      });
    }
  });

  it('pages through every order without missing or repeating an item', async () => {
    const word = `page${randomBytes(3).toString('hex')}`;
    const made = await Promise.all(
      Array.from({ length: 23 }, (_, i) =>
        create({ name: `${word} ${i % 5}`, quantity: i % 4, ...(i % 3 && { sku: `${word}-${i}` }) }),
      ),
    );
    for (const sort of ['name', '-name', 'sku', '-sku', 'quantity', '-quantity', 'createdAt', '-updatedAt'] as const) {
      const seen: Item[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { sort, limit: 5, q: word, ...(cursor && { cursor }) };
        const page = await client.call(items.list, query, { requestId });
        seen.push(...(JSON.parse(page.data) as Item[]));
        cursor = page.page.nextCursor;
      } while (cursor);
      expect(seen.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
      const key = sort.replace('-', '') as 'name';
      const values = seen.map((item) => item[key] ?? '');
      expect(values).toEqual(
        [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0) * (sort.startsWith('-') ? -1 : 1)),
      );
    }
  });

  /** By somebody who has no business to, behind the inventory's back. */
  async function change(id: string, stored: object): Promise<void> {
    const database = new mongo.MongoClient(stack.mongoUri);
    try {
      for (const name of ['items', 'listing'])
        await database.db().collection<{ _id: string }>(name).updateOne({ _id: id }, { $set: stored });
    } finally {
      await database.close();
    }
  }

  it('makes the projections anew from the ledger, after finding that they are wrong', async () => {
    const { id } = await create({ quantity: 9 });
    await change(id, { quantity: 10 });
    const report = await client.call(ledger.verify, {}, { requestId });
    expect(report).toMatchObject({
      ok: false,
      faults: expect.arrayContaining([expect.objectContaining({ kind: 'projection' })]),
    });
    await client.call(ledger.rebuild, {}, { requestId });
    await verified();
  });

  it('agrees with an independent oracle over 5,000 random commands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(9), fc.nat(3), fc.integer({ min: 1, max: 12 })), {
          minLength: 5_000,
          maxLength: 5_000,
        }),
        async (moves) => {
          const made = await Promise.all(Array.from({ length: 10 }, () => create({ quantity: 20 })));
          const onHand = new Map(made.map(({ id }) => [id, 20]));
          await Promise.all(
            made.map(({ id }, index) =>
              playAll(
                id,
                moves.filter(([item]) => item === index),
                onHand,
              ),
            ),
          );
          const found = await read([...onHand.keys()]);
          expect(found.map((item) => item?.quantity)).toEqual([...onHand.values()]);
        },
      ),
      { numRuns: 1 },
    );
    await verified();
  });

  /** One item's commands one after the other, so that the oracle knows what each must come to; the items all at once. */
  async function playAll(id: string, moves: [number, number, number][], onHand: Map<string, number>): Promise<void> {
    for (const [, kind, quantity] of moves) {
      const type = (['receive', 'issue', 'issue', 'count'] as const)[kind] ?? 'count';
      const before = onHand.get(id) ?? 0;
      const expected = type === 'count' ? quantity : before + (type === 'receive' ? quantity : -quantity);
      const done = await move(id, type, quantity).catch((error: { code: string }) => error.code);
      if (expected < 0) expect(done).toBe('insufficient-stock');
      else {
        expect((JSON.parse((done as Moved).json) as MovementResult).items[0]?.quantity).toBe(expected);
        onHand.set(id, expected);
      }
    }
  }

  describe('with a second inventory on the same database', () => {
    let second: RunningApp;
    let other: TcpClient;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      const [port, ops] = [await freePort(), await freePort()];
      // At one address both hold the lease: what is tried here is what stays right without it.
      const address = { ADVERTISE_ADDRESS: `${hostname()}:${stack.ports.INVENTORY_PORT}` };
      env = { ...stack.env, ...address, INVENTORY_PORT: String(port), INVENTORY_OPS_PORT: String(ops) };
      second = await startApp('inventory', env);
      other = connect(port);
    });

    afterAll(async () => {
      other.close();
      await second.stop();
    });

    it('stays correct while both are hammered and one is killed', async () => {
      const made = await Promise.all(Array.from({ length: 5 }, () => create({ quantity: 300 })));
      const tally = { sold: 0, unknown: 0, until: Date.now() + 4_000 };
      const clients = Array.from({ length: 16 }, (_, i) => hammer(i % 2 ? client : other, made, tally));
      await sleep(1_500);
      await second.kill('SIGKILL');
      const watch = new Stopwatch();
      second = await startApp('inventory', env);
      const ready = watch.ms;
      await move(made[0]?.id ?? '', 'receive', 1, operation(), other);
      expect(watch.stop() - ready).toBeLessThan(SOON_MS);
      await Promise.all(clients);
      const found = await read(made.map(({ id }) => id));
      const left = found.reduce((sum, item) => sum + (item?.quantity ?? 0), 0);
      // What was acknowledged is in; what was under way when the process died may be in, once.
      const missing = 5 * 300 + 1 - left - tally.sold;
      expect(missing).toBeGreaterThanOrEqual(0);
      expect(missing).toBeLessThanOrEqual(tally.unknown);
      expect(ready).toBeLessThan(15_000);
      await verified();
    });

    async function hammer(
      by: TcpClient,
      made: Item[],
      tally: { sold: number; unknown: number; until: number },
    ): Promise<void> {
      while (Date.now() < tally.until) {
        const item = made[Math.floor(Math.random() * made.length)];
        try {
          await move(item?.id ?? '', 'issue', 1, operation(), by);
          tally.sold++;
        } catch (error) {
          if ((error as { code?: string }).code === 'timeout') tally.unknown++;
          await sleep(10);
        }
      }
    }

    it('forgets what it remembered when the other makes the projections anew', async () => {
      const { id } = await create({ quantity: 9 });
      await change(id, { quantity: 10 });
      const snapshot = (): Promise<{ item: Item | null }> => other.call(items.snapshot, { itemId: id }, { requestId });
      const shown = async (): Promise<Item> => {
        const { items: found } = await other.call(items.get, { ids: [id] }, { requestId });
        return JSON.parse(found[0]?.json ?? '') as Item;
      };
      expect([(await snapshot()).item?.quantity, (await shown()).quantity]).toEqual([10, 10]);
      await client.call(ledger.rebuild, {}, { requestId });
      expect([(await snapshot()).item?.quantity, (await shown()).quantity]).toEqual([9, 9]);
      await move(id, 'issue', 9, operation(), other);
      expect((await shown()).quantity).toBe(0);
      const { head } = await other.call(ledger.read, {}, { requestId });
      const page = await other.call(items.list, { sort: '-updatedAt', limit: 1 }, { requestId });
      expect(JSON.parse(page.data)).toMatchObject([{ id, position: head }]);
      for (const by of [client, other])
        expect(await by.call(ledger.verify, {}, { requestId })).toMatchObject({ faults: [] });
    });

    it('tells the followers of one what the other has written', async () => {
      const { head } = await other.call(ledger.read, {}, { requestId });
      const poll = other.call(ledger.read, { after: head, waitMs: 30_000 }, { requestId });
      const { id } = await create();
      expect((await poll).events.map(({ itemId }) => itemId)).toContain(id);
    });
  });
});
