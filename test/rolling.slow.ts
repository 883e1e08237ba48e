import type { Item, LedgerEvent, Verification } from '@app/contracts';
import { once } from 'node:events';
import { freePort } from './support/ports';
import { Api } from './support/api';
import { Balancer, type Backend } from './support/balancer';
import { PATIENCE_MS, Subscriber, until } from './support/sockets';
import { startApp, startStack, type AppName, type RunningApp, type Stack } from './support/stack';

const PIECES = 1_000_000;
const STOPPED_WITHIN_MS = 10_000;
/** Shorter than in production, for a spec's sake. */
const DRAIN_MS = '800';

interface Replica {
  app: AppName;
  env: NodeJS.ProcessEnv;
  running: RunningApp;
}

/** Two of each app, behind a balancer. */
describe('a rolling restart under load', () => {
  let stack: Stack;
  let rest: Balancer;
  let sockets: Balancer;
  let api: Api;
  let token: string;
  let item: Item;
  const replicas: Replica[] = [];
  const faults: string[] = [];
  const acknowledged = new Set<string>();
  const streamed: number[] = [];
  let loaded = true;

  beforeAll(async () => {
    stack = await startStack({ apps: [], env: { DRAIN_MS } });
    const inventories = await ports('INVENTORY', 'INVENTORY_OPS');
    const gateways = await ports('GATEWAY', 'GATEWAY_OPS');
    const notifications = await ports('NOTIFICATION', 'NOTIFICATION_OPS', 'NOTIFICATION_TCP');
    const all = (from: Record<string, string>[], name: string): string =>
      from.map((one) => `127.0.0.1:${one[name]}`).join();
    const env = {
      ...stack.env,
      INVENTORY_ADDRESSES: all(inventories, 'INVENTORY_PORT'),
      NOTIFICATION_ADDRESSES: all(notifications, 'NOTIFICATION_TCP_PORT'),
    };
    const begin = async (app: AppName, own: Record<string, string>): Promise<void> => {
      const advertised = { ADVERTISE_ADDRESS: `127.0.0.1:${own.INVENTORY_PORT ?? 0}` };
      const mine = { ...env, ...(app === 'inventory' && advertised), ...own };
      replicas.push({ app, env: mine, running: await startApp(app, mine) });
    };
    for (const own of inventories) await begin('inventory', own);
    await Promise.all([
      ...gateways.map((own) => begin('gateway', own)),
      ...notifications.map((own) => begin('notification', own)),
    ]);
    rest = await Balancer.over(backends('gateway', 'GATEWAY_PORT'));
    sockets = await Balancer.over(backends('notification', 'NOTIFICATION_PORT'));
    token = (await new Api(rest.url).login(stack.adminEmail, stack.adminPassword)).body.accessToken;
    api = new Api(rest.url).bearer(token);
    item = (await api.post<Item>('/items', { name: 'heart', quantity: PIECES })).body;
  }, 90_000);

  afterAll(async () => {
    loaded = false;
    await Promise.all(replicas.map(({ running }) => running.stop()));
    await rest?.close();
    await sockets?.close();
    await stack?.stop();
  }, 40_000);

  function backends(app: AppName, name: string): Backend[] {
    return replicas
      .filter((replica) => replica.app === app)
      .map(({ env, running }) => ({ port: Number(env[name]), opsUrl: running.opsUrl }));
  }

  async function ports(...names: string[]): Promise<Record<string, string>[]> {
    const own = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        await Promise.all(names.map(async (name) => [`${name}_PORT`, String(await freePort())] as const)),
      );
    return [await own(), await own()];
  }

  /** Sells piece by piece over connections that it keeps; whatever is no 201 is a fault. */
  async function sell(seller: number): Promise<void> {
    for (let count = 0; loaded; count++) {
      const reference = `sale-${seller}-${count}`;
      try {
        const body = { type: 'issue', quantity: 1, reference };
        const answer = await api.post<{ detail?: string }>(`/items/${item.id}/movements`, body);
        if (answer.status === 201) acknowledged.add(reference);
        else faults.push(`${reference}: ${answer.status} ${answer.body.detail}`);
      } catch (error) {
        const { cause } = error as Error;
        faults.push(`${reference}: ${String(error)} ${String(cause)}`);
      }
    }
  }

  /** Asks again and again for what comes next, as who follows by REST does. */
  async function poll(): Promise<void> {
    for (let after = item.position; loaded;) {
      try {
        const answer = await api.get<{ position: number; events: LedgerEvent[] }>(`/events?after=${after}&wait=5`);
        if (answer.status !== 200) faults.push(`poll: ${answer.status}`);
        else after = answer.body.position;
      } catch (error) {
        faults.push(`poll: ${String(error)} ${String((error as Error).cause)}`);
      }
    }
  }

  /** An SSE stream, resumed where it ended. */
  async function stream(): Promise<void> {
    let last = `${item.position}`;
    while (loaded) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${rest.url}/api/v1/events/stream?after=${last}`, { headers });
      if (response.status !== 200) faults.push(`stream: ${response.status}`);
      try {
        let text = '';
        for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          const frames = text.split('\n\n');
          text = frames.pop() ?? '';
          for (const frame of frames) {
            const [, position] = /^id: [^:]+:(\d+)$/m.exec(frame) ?? [];
            if (position === undefined) continue;
            if (frame.includes('\ndata:') || frame.startsWith('data:')) streamed.push(Number(position));
            last = position;
          }
          if (!loaded) return;
        }
      } catch (error) {
        faults.push(`stream: ${String(error)}`);
      }
    }
  }

  /** In the room of everything; after a lost connection it goes on with its place. */
  async function subscriber(): Promise<Subscriber> {
    const one = new Subscriber(sockets.url, token, { reconnectionDelay: 20, reconnectionDelayMax: 50 });
    await one.connected();
    const { epoch, position: from } = await one.subscribe('items');
    one.socket.on('connect', () => {
      const position = one.events.at(-1)?.position ?? from;
      one
        .subscribe('items', { since: { epoch, position } })
        .catch((error: unknown) => faults.push(`socket: ${String(error)}`));
    });
    return one;
  }

  it('cuts no request off, answers nothing with an error and loses nobody’s place', async () => {
    const follower = await subscriber();
    const work = [...Array.from({ length: 6 }, (_, seller) => sell(seller)), poll(), stream()];
    for (const replica of replicas) {
      const exit = once(replica.running.child, 'exit');
      const begun = Date.now();
      process.kill(replica.running.child.pid!, 'SIGTERM');
      if (replica.app !== 'inventory')
        await until(
          async () => (await fetch(`${replica.running.opsUrl}/health/ready`)).status === 503,
          1_000,
          'not ready',
        );
      expect([replica.app, await exit]).toEqual([replica.app, [0, null]]);
      expect(Date.now() - begun).toBeLessThan(STOPPED_WITHIN_MS);
      replica.running = await startApp(replica.app, replica.env);
    }
    loaded = false;
    await Promise.all(work);

    expect(faults).toEqual([]);
    expect(follower.disconnects.length).toBeGreaterThan(0);
    const { body } = await api.get<Item>(`/items/${item.id}`);
    expect(body.quantity).toBe(PIECES - acknowledged.size);
    expect((await api.get<Verification>('/ledger/verify')).body).toMatchObject({ ok: true, faults: [] });
    await until(() => (follower.events.at(-1)?.position ?? 0) >= body.position, PATIENCE_MS, 'the last event');
    const all = Array.from({ length: body.position - item.position }, (_, index) => item.position + index + 1);
    expect(follower.seen('items')).toEqual(all);
    expect(streamed).toEqual(all.slice(0, streamed.length));
    expect(streamed.length).toBeGreaterThan(0);
    follower.close();
  }, 90_000);
});
