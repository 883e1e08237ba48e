import { createLog, LedgerFollower, TcpClient } from '@app/common';
import {
  items,
  ledger,
  movements,
  type Item,
  type Message,
  type Reservation,
  type Stocktake,
  type StocktakeLinePage,
  type Verification,
} from '@app/contracts';
import { mongo } from 'mongoose';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api';
import { PATIENCE_MS, until } from './support/sockets';
import { replicaEnv, startApp, startStack, type RunningApp, type Stack } from './support/stack';
import { Stopwatch } from './support/stopwatch';

const PIECES = 100_000;
/** What a lease lasts: as long as a writer of whom nothing is heard is waited for. */
const LEASE_MS = 3_000;
const log = createLog('test', 'silent');
/** As the gateway's own: given up before its connection would be. */
const POLL = { maxInFlight: 2, deadlineMs: 2_500 };

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
  let polls: TcpClient;
  let follower: LedgerFollower;
  /** What a follower has been told, from the first event to the last. */
  const followed: number[] = [];
  const inventories: { env: NodeJS.ProcessEnv; running: RunningApp }[] = [];

  beforeAll(async () => {
    stack = await startStack({ apps: [] });
    for (let index = 0; index < 2; index++) {
      const env = await replicaEnv(stack, 'inventory');
      inventories.push({ env, running: await startApp('inventory', env) });
    }
    const addresses = inventories.map(({ env }) => env.ADVERTISE_ADDRESS).join();
    gateway = await startApp('gateway', { ...stack.env, INVENTORY_ADDRESSES: addresses });
    polls = new TcpClient({ ...POLL, addresses: addresses.split(','), token: stack.env.INTERNAL_TOKEN!, log });
    const { epoch } = await polls.call(ledger.read, {}, { requestId: 'test' });
    follower = new LedgerFollower({
      name: 'test',
      log,
      from: { epoch, position: 0 },
      read: (request) => polls.call(ledger.follow, request, { requestId: 'test' }),
      onEvents: (events) => void followed.push(...events.map(({ position }) => position)),
    });
    follower.start();
    const { body } = await new Api(stack.gatewayUrl).login(stack.adminEmail, stack.adminPassword);
    token = body.accessToken;
    api = new Api(stack.gatewayUrl).bearer(token);
    item = (await api.post<Item>('/items', { name: 'heart', quantity: PIECES })).body;
    counted = (await api.post<Item>('/items', { name: 'star', quantity: PIECES })).body;
    stocktake = (await api.post<Stocktake>('/stocktakes', { location: 'main' })).body;
  });

  afterAll(async () => {
    await follower?.stop();
    polls?.close();
    await gateway?.stop();
    await Promise.all(inventories.map(({ running }) => running.stop()));
    await stack?.stop();
  });

  async function figure(index: number, name: string): Promise<number> {
    const text = await (await fetch(`${inventories[index]!.running.opsUrl}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Polls of followers that an inventory has answered. */
  async function pollsAt(index: number): Promise<number> {
    const text = await (await fetch(`${inventories[index]!.running.opsUrl}/metrics`)).text();
    const counted = text.matchAll(/^stockwire_tcp_call_seconds_count\{.*message="ledger.follow".*\} (\d+)$/gm);
    return [...counted].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** Asks one of the two, and no other. */
  async function ask<Request, Answer>(
    index: number,
    message: Message<Request, Answer>,
    body: Request,
  ): Promise<Answer> {
    const addresses = [inventories[index]!.env.ADVERTISE_ADDRESS!];
    const token = stack.env.INTERNAL_TOKEN!;
    const client = new TcpClient({ addresses, token, log, maxInFlight: 1, deadlineMs: PATIENCE_MS });
    return client.call(message, body, { requestId: 'test' }).finally(() => client.close());
  }

  /** Who follows has been told of everything, each event once and in order. */
  async function expectFollowed(): Promise<void> {
    const { position } = (await api.get<{ position: number }>('/ledger/verify')).body;
    await until(() => (followed.at(-1) ?? 0) >= position, 5_000);
    expect(followed.filter((place, index) => place !== index + 1)).toEqual([]);
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
    const watch = new Stopwatch();
    let last = 0;
    let open = true;
    const seller = async (): Promise<void> => {
      while (open) {
        const { status } = await api.post(`/items/${item.id}/movements`, { type: 'issue', quantity: 1 });
        if (status === 201) {
          sales.holeMs = Math.max(sales.holeMs, watch.ms - last);
          last = watch.ms;
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
    watch.stop();
    return sales;
  }

  /** Scans piece by piece while something is done. */
  async function scanDuring(work: Promise<unknown>): Promise<Scans> {
    const scans: Scans = { counted: 0, holeMs: 0 };
    const counts = [{ itemId: counted.id, quantity: 1, mode: 'add' }];
    const watch = new Stopwatch();
    let last = 0;
    let open = true;
    const scanner = async (): Promise<void> => {
      while (open) {
        const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomBytes(8).toString('hex') };
        const own = new Api(stack.gatewayUrl, headers);
        while ((await own.post(`/stocktakes/${stocktake.id}/counts`, { counts })).status !== 200) await sleep(20);
        scans.holeMs = Math.max(scans.holeMs, watch.ms - last);
        last = watch.ms;
        scans.counted++;
      }
    };
    const scanners = Array.from({ length: 4 }, scanner);
    await work;
    open = false;
    await Promise.all(scanners);
    watch.stop();
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
    await expectFollowed();
  }

  it('has only that one write, whichever is asked', async () => {
    const [here, there] = (await writer()) === 0 ? [0, 1] : [1, 0];
    const before = await figure(there, 'stockwire_group_commands_count');
    const polled = [await pollsAt(here), await pollsAt(there)] as const;
    const sales = await sellDuring(async () => {
      const actor = { kind: 'user', id: 'u1', name: 'ana@example.com' } as const;
      const operation = { id: randomBytes(16).toString('hex'), keyed: false, fingerprint: 'f', actor };
      await ask(there, items.create, { operation, item: { name: 'by the other' } });
      // Who follows does so at the one that writes.
      await until(async () => (await pollsAt(here)) > polled[0] + 20);
    });
    expect(sales).toMatchObject({ unknown: 0, refused: [] });
    expect((await pollsAt(there)) - polled[1]).toBeLessThan(3);
    expect(await figure(there, 'stockwire_group_commands_count')).toBe(before);
    expect(await figure(here, 'stockwire_events_total')).toBeGreaterThan(sales.sold);
    await expectSold(sales);
  });

  it('shows at both what was acknowledged a moment ago, and follows at one', async () => {
    const [here, there] = (await writer()) === 0 ? [0, 1] : [1, 0];
    const held = await api.post<Reservation>('/reservations', {
      lines: [{ itemId: item.id, quantity: 1 }],
      ttlSeconds: 60,
    });
    expect(held.status).toBe(201);
    for (let index = 0; index < 10; index++) {
      const made = (await api.post<Item>('/items', { name: `seen ${index}`, quantity: 2_000_000 + index })).body;
      const largest = await ask(there, items.list, { sort: '-quantity', limit: 1 });
      expect(JSON.parse(largest.data)).toMatchObject([{ id: made.id }]);
      expect(largest.position).toBeGreaterThanOrEqual(made.position);
      const history = await ask(there, movements.list, { itemId: made.id });
      expect(history.events).toHaveLength(1);
      expect((await ask(there, ledger.read, {})).head).toBeGreaterThanOrEqual(made.position);
      expect(await ask(there, items.snapshot, { itemId: made.id })).toMatchObject({ item: { id: made.id } });
    }
    const status = (await api.post(`/reservations/${held.body.id}/release`, {})).status;
    expect(status).toBe(200);
    expect([
      await figure(here, 'stockwire_reservations_held'),
      await figure(there, 'stockwire_reservations_held'),
    ]).toEqual([0, 0]);
  });

  it('goes on without waiting for the lease when the one that writes is killed', async () => {
    const killed = await writer();
    const lines = [{ itemId: item.id, quantity: 1 }];
    const due = (await api.post<Reservation>('/reservations', { lines, ttlSeconds: 2 })).body;
    const kept = (await api.post<Reservation>('/reservations', { lines, ttlSeconds: 600 })).body;
    // Only the one that writes knows of them.
    expect(await figure(killed, 'stockwire_reservations_held')).toBe(2);
    expect(await figure(1 - killed, 'stockwire_reservations_held')).toBe(0);
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
    const statusOf = async (id: string): Promise<string> =>
      (await api.get<Reservation>(`/reservations/${id}`)).body.status;
    await sleep(Math.max(0, Date.parse(due.expiresAt ?? '') - Date.now()));
    await until(async () => (await statusOf(due.id)) === 'expired', 1_000);
    expect(await statusOf(kept.id)).toBe('held');
    await restart(killed);
    expect(await writer()).toBe(1 - killed);
    await expectSold(sales);
  });

  it('loses nothing to one that was paused and goes on', async () => {
    const paused = await writer();
    const { child } = inventories[paused]!.running;
    const sales = await sellDuring(async () => {
      process.kill(child.pid!, 'SIGSTOP');
      try {
        while ((await figure(1 - paused, 'stockwire_writer_leads')) === 0) await sleep(50);
        await sleep(1_000);
        const { head } = await ask(1 - paused, ledger.read, {});
        await until(() => (followed.at(-1) ?? 0) >= head, 2_000);
      } finally {
        process.kill(child.pid!, 'SIGCONT');
      }
    });
    expect(await writer()).toBe(1 - paused);
    expect(sales.refused).toEqual([]);
    await expectSold(sales);
  });

  it('cuts nothing off when the one that writes is stopped in order', async () => {
    const stopped = await writer();
    const sales = await sellDuring(async () => {
      expect(await inventories[stopped]!.running.stop()).toBe(true);
    });
    expect(sales).toMatchObject({ unknown: 0, refused: [] });
    expect(await writer()).toBe(1 - stopped);
    await expectSold(sales);
  });
});
