import type { LedgerEvent } from '@app/contracts';
import type { OrdersRepository } from '../orders/orders.repository';
import { HoldRegistry } from './hold-registry.service';
import type { Hold, ReservationState } from './reservation';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const hold = (id: string, second: number, more: Partial<Hold> = {}): Hold => {
  return { id, expiresAt: at(second), holder: 'user:ana', lines: 1, ...more };
};

async function registry(...stored: Hold[]): Promise<HoldRegistry> {
  async function* held(): AsyncIterable<Hold> {
    yield* stored;
  }
  const holds = new HoldRegistry({ held } as Partial<OrdersRepository> as OrdersRepository, 3);
  await holds.open();
  return holds;
}

function state(id: string, status: 'held' | 'released', second: number): ReservationState {
  const actor = { kind: 'user', id: 'ana', name: 'ana' } as const;
  const times = { createdAt: at(0), updatedAt: at(0), position: 1, since: 1 };
  return { id, status, expiresAt: at(second), lines: [], reference: null, actor, ...times };
}

function event(id: string, fields: LedgerEvent['fields']): LedgerEvent {
  return { links: { reservationId: id }, fields, actor: { kind: 'user', id: 'ana', name: 'ana' } } as LedgerEvent;
}

const ids = (due: readonly Hold[]): string[] => due.map(({ id }) => id);

describe('the holds in memory', () => {
  it('are due at their time, in its order, and come once', async () => {
    const holds = await registry(hold('b', 20), hold('a', 10), hold('c', 30));
    expect([holds.isDue(at(9)), ids(holds.due(at(9), 100)), holds.untilDue(Date.parse(at(9)))]).toEqual([
      false,
      [],
      1_000,
    ]);
    expect(ids(holds.due(at(20), 100))).toEqual(['a', 'b']);
    expect(ids(holds.due(at(20), 100))).toEqual([]);
    // Until they have come to an end they count as held.
    expect([holds.size, holds.heldBy('user:ana')]).toEqual([3, 3]);
  });

  it('are taken out in portions, by their lines', async () => {
    const holds = await registry(...['a', 'b', 'c', 'd'].map((id, second) => hold(id, second, { lines: 2 })));
    expect(ids(holds.due(at(60), 3))).toEqual(['a', 'b']);
    expect(holds.isDue(at(60))).toBe(true);
    expect(ids(holds.due(at(60), 100))).toEqual(['c', 'd']);
  });

  it('are due at the time that they were extended to, not before', async () => {
    const holds = await registry(hold('a', 10));
    holds.take([state('a', 'held', 40)]);
    expect(ids(holds.due(at(39), 100))).toEqual([]);
    expect(ids(holds.due(at(40), 100))).toEqual(['a']);
    holds.take([state('a', 'held', 50), state('a', 'held', 45)]);
    expect(ids(holds.due(at(45), 100))).toEqual(['a']);
  });

  it('are let go when they end, and counted for who holds them', async () => {
    const holds = await registry(hold('a', 10), hold('b', 10));
    holds.take([state('a', 'released', 10)]);
    expect([ids(holds.due(at(10), 100)), holds.heldBy('user:ana')]).toEqual([['b'], 1]);
    holds.end(hold('b', 9));
    expect(holds.size).toBe(1);
    holds.end(hold('b', 10));
    expect([holds.size, holds.heldBy('user:ana')]).toEqual([0, 0]);
  });

  it('come again when they could not be ended', async () => {
    const holds = await registry(hold('a', 10));
    const [due] = holds.due(at(10), 100);
    holds.arm(due as Hold, at(11));
    expect([ids(holds.due(at(10), 100)), ids(holds.due(at(11), 100))]).toEqual([[], ['a']]);
  });

  it('follow what another inventory writes', async () => {
    const holds = await registry();
    holds.follow(event('a', { status: [null, 'held'], expiresAt: [null, at(10)] }));
    holds.follow(event('a', { status: [null, 'held'], expiresAt: [null, at(10)] }));
    expect([holds.size, holds.heldBy('user:ana')]).toEqual([1, 1]);
    holds.follow(event('a', { expiresAt: [at(10), at(20)] }));
    holds.follow(event('a', null));
    expect([ids(holds.due(at(10), 100)), holds.size]).toEqual([[], 1]);
    holds.follow(event('a', { status: ['held', 'committed'], expiresAt: [at(20), null] }));
    expect([ids(holds.due(at(20), 100)), holds.size]).toEqual([[], 0]);
  });

  it('begin again with what is stored, and stay as they are when that can not be read', async () => {
    let stored: Hold[] | undefined = [hold('a', 10)];
    async function* held(): AsyncIterable<Hold> {
      if (!stored) throw new Error('away');
      yield* stored;
    }
    const holds = new HoldRegistry({ held } as Partial<OrdersRepository> as OrdersRepository, 3);
    await holds.open();
    stored = undefined;
    await expect(holds.open()).rejects.toThrow('away');
    expect([holds.size, holds.isDue(at(10))]).toEqual([1, true]);
    stored = [hold('b', 20)];
    await holds.open();
    expect([ids(holds.due(at(60), 100)), holds.heldBy('user:ana')]).toEqual([['b'], 1]);
  });

  it('do not keep an alarm for every time that one was extended to', async () => {
    const holds = await registry(hold('a', 1));
    for (let second = 2; second < 5_000; second++) holds.take([state('a', 'held', second)]);
    const { alarms } = holds as unknown as { alarms: { size: number } };
    expect(alarms.size).toBeLessThan(1_100);
    expect(ids(holds.due(at(5_000), 100))).toEqual(['a']);
  });
});
