import type { Socket as TcpSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { itemId } from '../../../../test/support/inventory';
import { startNotification, type Notification } from '../../../../test/support/notification';
import { until, type Subscriber } from '../../../../test/support/sockets';
import { OUTBOX } from './bounds';

let app: Notification;

beforeAll(() => start(60));
afterEach(() => app.disconnect());
afterAll(() => app.close());

async function start(stuckSeconds: number): Promise<void> {
  app = await startNotification({ stuckSeconds });
  app.ledger.append([itemId(1)]);
}

/** The client's TCP connection: who does not read it is as slow as can be. */
function wire({ socket }: Subscriber): TcpSocket {
  return Reflect.get(Reflect.get(socket.io.engine.transport, 'ws') as object, '_socket') as TcpSocket;
}

/** Events of about 1.5 KB, faster than a stopped client can ever take them. */
async function flow(count: number): Promise<number> {
  let most = 0;
  const note = 'n'.repeat(800);
  for (let written = 0; written < count; written += 250) {
    for (let one = 0; one < 250; one++) app.ledger.append([itemId(1)], { note });
    await sleep(2);
    most = Math.max(most, await app.metric('sockets_backlog_bytes'));
  }
  return most;
}

describe('a client that does not read', () => {
  it('is told that it lagged, at the place up to which it got everything, and goes on from there', async () => {
    const [slow, quick] = [await app.connect(), await app.connect()];
    const start = (await slow.subscribe('items')).position;
    await quick.subscribe('items');
    wire(slow).pause();
    const most = await flow(20_000);
    // What the last piece of a broadcast brought comes on top of the bound.
    expect(most).toBeLessThan(2 * OUTBOX.high + 262_144);
    await until(() => quick.seen('items').at(-1) === app.ledger.head, 20_000);
    expect(await app.metric('sockets_lagged_total')).toBe(1);

    wire(slow).resume();
    await until(() => slow.lagged.length === 1);
    const position = slow.lagged[0]?.position ?? 0;
    expect(slow.seen('items')).toEqual(Array.from({ length: position - start }, (_, index) => start + index + 1));
    const since = { epoch: app.ledger.epoch, position };
    expect(await slow.subscribe('items', { since })).toMatchObject({ position });
    await until(() => slow.seen('items').at(-1) === app.ledger.head, 20_000);
    expect(slow.seen('items')).toHaveLength(app.ledger.head - start);
    expect(quick.lagged).toEqual([]);
  }, 60_000);

  it('gets the past at its own pace, and that never piles up', async () => {
    const slow = await app.connect();
    const since = { epoch: app.ledger.epoch, position: 1 };
    await slow.subscribe('items', { since });
    wire(slow).pause();
    let most = 0;
    for (let count = 0; count < 40; count++) {
      app.ledger.append([itemId(1)]);
      most = Math.max(most, await app.metric('sockets_backlog_bytes'));
      await sleep(10);
    }
    expect(most).toBeLessThan(OUTBOX.high);
    wire(slow).resume();
    await until(() => slow.seen('items').at(-1) === app.ledger.head, 20_000);
    expect(slow.seen('items')).toHaveLength(app.ledger.head - 1);
  }, 60_000);

  it('and does not come back is disconnected, also when it asks and asks and never hears', async () => {
    await app.close();
    await start(3);
    const options = { reconnection: false };
    const [stuck, asking] = [await app.connect('ana s1', options), await app.connect('ana s1', options)];
    await stuck.subscribe('items');
    for (const one of [stuck, asking]) wire(one).pause();
    await flow(4_000);
    // Answers pile up as well, in what the kernel takes first.
    const many = setInterval(() => {
      for (let count = 0; count < 250; count++) asking.say('subscribe', { room: `item:${itemId(1)}` }, () => undefined);
    }, 20);
    await until(async () => (await app.metric('sockets_open')) === 0, 30_000).finally(() => clearInterval(many));
    expect(await app.metric('sockets_backlog_bytes')).toBe(0);
    expect(await app.metric('sockets_ended_total')).toBeGreaterThanOrEqual(1);
  }, 60_000);
});
