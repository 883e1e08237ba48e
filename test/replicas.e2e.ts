import { createLog, TcpClient } from '@app/common';
import { items, type Item, type Stocktake, type StocktakeLinePage, type Verification } from '@app/contracts';
import { mongo } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api';
import { replicaEnv, startApp, startStack, type RunningApp, type Stack } from './support/stack';

const PIECES = 100_000;
/** What a lease lasts: as long as a writer of whom nothing is heard is waited for. */
const LEASE_MS = 3_000;

interface Sales {
  sold: number;
  /** Answers that leave open whether it was done. */
  unknown: number;
  /** Any other answer than 201. */
  refused: number[];
  /** The longest time without an acknowledgement. */
  holeMs: number;
}

/** What is counted meanwhile by several people, who repeat what was not acknowledged. */
interface Scans {
  counted: number;
  holeMs: number;
}

describe('two inventories, of which one holds the lease', () => {
  let stack: Stack;
  let gateway: RunningApp;
  let api: Api;
  let item: Item;
  let counted: Item;
  let stocktake: Stocktake;
  let token: string;
  const inventories: { env: NodeJS.ProcessEnv; running: RunningApp }[] = [];

  beforeAll(async () => {
    stack = await startStack({ apps: [] });
    for (let index = 0; index < 2; index++) {
      const env = await replicaEnv(stack, 'inventory');
      inventories.push({ env, running: await startApp('inventory', env) });
    }
    const addresses = inventories.map(({ env }) => env.ADVERTISE_ADDRESS).join();
    gateway = await startApp('gateway', { ...stack.env, INVENTORY_ADDRESSES: addresses });
    const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
    token = body.accessToken;
    api = new Api(stack.gatewayUrl).bearer(token);
    item = (await api.post<Item>('/items', { name: 'heart', quantity: PIECES })).body;
    counted = (await api.post<Item>('/items', { name: 'star', quantity: PIECES })).body;
    stocktake = (await api.post<Stocktake>('/stocktakes', { location: 'main' })).body;
  }, 60_000);

  afterAll(async () => {
    await gateway?.stop();
    await Promise.all(inventories.map(({ running }) => running.stop()));
    await stack?.stop();
  }, 30_000);

  async function figure(index: number, name: string): Promise<number> {
    const text = await (await fetch(`${inventories[index]!.running.opsUrl}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Which of the two writes. */
  async function writer(): Promise<number> {
    for (;;) {
      for (const index of [0, 1])
        if ((await figure(index, 'stockwire_writer_leads').catch(() => 0)) === 1) return index;
      await sleep(50);
    }
  }

  async function restart(index: number): Promise<void> {
    inventories[index]!.running = await startApp('inventory', inventories[index]!.env);
  }

  /** Sells one piece after the other while `work` is done, and a moment longer. */
  async function sellDuring(work: () => Promise<void>): Promise<Sales> {
    const sales: Sales = { sold: 0, unknown: 0, refused: [], holeMs: 0 };
    let last = Date.now();
    let open = true;
    const seller = async (): Promise<void> => {
      while (open) {
        const { status } = await api.post(`/items/${item.id}/movements`, { type: 'issue', quantity: 1 });
        if (status === 201) {
          sales.holeMs = Math.max(sales.holeMs, Date.now() - last);
          last = Date.now();
          sales.sold++;
        } else if (status === 504) sales.unknown++;
        else sales.refused.push(status);
      }
    };
    const sellers = Array.from({ length: 8 }, seller);
    await sleep(300);
    await work();
    await sleep(700);
    open = false;
    await Promise.all(sellers);
    return sales;
  }

  /** Scans piece by piece while something is done. */
  async function scanDuring(work: Promise<unknown>): Promise<Scans> {
    const scans: Scans = { counted: 0, holeMs: 0 };
    const counts = [{ itemId: counted.id, quantity: 1, mode: 'add' }];
    let last = Date.now();
    let open = true;
    const scanner = async (): Promise<void> => {
      while (open) {
        const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomBytes(8).toString('hex') };
        const own = new Api(stack.gatewayUrl, headers);
        while ((await own.post(`/stocktakes/${stocktake.id}/counts`, { counts })).status !== 200) await sleep(20);
        scans.holeMs = Math.max(scans.holeMs, Date.now() - last);
        last = Date.now();
        scans.counted++;
      }
    };
    const scanners = Array.from({ length: 4 }, scanner);
    await work;
    open = false;
    await Promise.all(scanners);
    return scans;
  }

  /**
   * Stands for a count that an inventory is entering when it is killed: nobody else can write on the sheet until it is ended.
   * Returns the session that the inventory really has: it is not the one on record any more, so nobody would end what is open in it.
   */
  async function leaveCountOpen(database: mongo.MongoClient, address: string): Promise<mongo.Binary> {
    const session = database.startSession();
    const id = (session.id as { id: mongo.Binary }).id;
    const known = database.db().collection<{ _id: string; session: mongo.Binary }>('meta');
    const own = await known.findOneAndUpdate({ _id: `stocktakes:${address}` }, { $set: { session: id } });
    if (!own) throw new Error(`${address} has no session on record`);
    for (;;) {
      session.startTransaction();
      const stored = database.db().collection<{ _id: string }>('stocktakes');
      const written = stored.updateOne({ _id: stocktake.id }, { $set: { note: 'left open' } }, { session });
      if (await written.catch(() => undefined)) return own.session;
      await session.abortTransaction();
    }
  }

  async function quantityScanned(): Promise<number> {
    const { body } = await api.get<StocktakeLinePage>(`/stocktakes/${stocktake.id}/lines?state=counted`);
    return body.data.find(({ itemId }) => itemId === counted.id)?.counted ?? 0;
  }

  /** Nothing that was acknowledged is missing, and nothing was done twice. */
  async function expectSold({ sold, unknown }: Sales): Promise<void> {
    const { body } = await api.get<Item>(`/items/${item.id}`);
    const gone = item.quantity - body.quantity;
    expect(gone).toBeGreaterThanOrEqual(sold);
    expect(gone).toBeLessThanOrEqual(sold + unknown);
    item = body;
    expect((await api.get<Verification>('/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
  }

  it('has only that one write, whichever is asked', async () => {
    const [here, there] = (await writer()) === 0 ? [0, 1] : [1, 0];
    const before = await figure(there, 'stockwire_group_commands_count');
    const sales = await sellDuring(async () => {
      const addresses = [inventories[there]!.env.ADVERTISE_ADDRESS!];
      const token = stack.env.INTERNAL_TOKEN!;
      const client = new TcpClient({ addresses, token, log: createLog('test', 'silent'), maxInFlight: 1 });
      const actor = { kind: 'user', id: 'u1', name: 'ana@example.com' } as const;
      const operation = { id: randomBytes(16).toString('hex'), keyed: false, fingerprint: 'f', actor };
      await client.call(items.create, { operation, item: { name: 'by the other' } }, { requestId: 'test' });
      client.close();
    });
    expect(sales).toMatchObject({ unknown: 0, refused: [] });
    expect(await figure(there, 'stockwire_group_commands_count')).toBe(before);
    expect(await figure(here, 'stockwire_events_total')).toBeGreaterThan(sales.sold);
    await expectSold(sales);
  }, 20_000);

  it('goes on without waiting for the lease when the one that writes is killed', async () => {
    const killed = await writer();
    const database = new mongo.MongoClient(stack.mongoUri);
    const selling = sellDuring(async () => {
      const own = await leaveCountOpen(database, inventories[killed]!.env.ADVERTISE_ADDRESS!);
      await inventories[killed]!.running.kill('SIGKILL');
      await database
        .db()
        .admin()
        .command({ killSessions: [{ id: own }] });
    });
    const scans = await scanDuring(selling);
    const sales = await selling;
    expect(await writer()).toBe(1 - killed);
    expect(Math.max(sales.holeMs, scans.holeMs)).toBeLessThan(LEASE_MS);
    expect(sales.refused).toEqual([]);
    expect(scans.counted).toBeGreaterThan(0);
    expect(await quantityScanned()).toBe(scans.counted);
    await database.close();
    await restart(killed);
    expect(await writer()).toBe(1 - killed);
    await expectSold(sales);
  }, 30_000);

  it('loses nothing to one that was paused and goes on', async () => {
    const paused = await writer();
    const { child } = inventories[paused]!.running;
    const sales = await sellDuring(async () => {
      process.kill(child.pid!, 'SIGSTOP');
      try {
        while ((await figure(1 - paused, 'stockwire_writer_leads')) === 0) await sleep(50);
        await sleep(1_000);
      } finally {
        process.kill(child.pid!, 'SIGCONT');
      }
    });
    expect(await writer()).toBe(1 - paused);
    expect(sales.refused).toEqual([]);
    await expectSold(sales);
  }, 40_000);

  it('cuts nothing off when the one that writes is stopped in order', async () => {
    const stopped = await writer();
    const sales = await sellDuring(async () => {
      expect(await inventories[stopped]!.running.stop()).toBe(true);
    });
    expect(sales).toMatchObject({ unknown: 0, refused: [] });
    expect(await writer()).toBe(1 - stopped);
    await expectSold(sales);
  }, 30_000);
});
