import type { Expectation, ExpectationLine, Operation, ReceiveExpectation } from '@app/contracts';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt, type ItemState } from '../items/item';
import type { Rejection } from '../items/rejection';
import { expectationRules, type ExpectationChange } from './expectation';

const [A, B, ID] = ['a', 'b', 'f'].map((digit) => digit.repeat(24)) as [string, string, string];

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

class House {
  readonly ledger = new LedgerOfPlans();

  constructor() {
    this.ledger.locations.set('shop', { code: 'shop', name: 'Shop', address: null, closed: false });
    for (const itemId of [A, B])
      this.ledger.run({ kind: 'create', operation: operation(), itemId, item: { name: itemId[0] ?? '' } });
  }

  change(change: ExpectationChange): Rejection | undefined {
    return this.ledger.run({ kind: 'expectation', operation: operation(), id: ID, change });
  }

  receive(lines?: ExpectationLine[], more: Omit<ReceiveExpectation, 'lines'> = {}): Rejection | undefined {
    return this.change({ do: 'receive', ...(lines && { lines }), ...more });
  }

  get expectation(): Expectation {
    const state = this.ledger.orders.expectation.get(ID);
    if (!state) throw new Error('nothing is expected');
    return expectationRules.viewOf(state);
  }

  at(itemId: string, location = 'main'): [onHand: number, incoming: number] {
    const { onHand, incoming } = levelAt(this.ledger.states.get(itemId) as ItemState, location);
    return [onHand, incoming];
  }

  get receipts(): [onHand: number, incoming: number, unitCost: number | null][] {
    const own = this.ledger.entries.filter(({ event }) => event.type === 'stock.received');
    return own.map(({ event: { change, unitCost } }) => [change.onHand, change.incoming, unitCost]);
  }
}

function ordered(...lines: ExpectationLine[]): House {
  const house = new House();
  const change = { do: 'expect', lines, supplier: 'Hearts & Co', expectedAt: '2026-02-01T08:00:00.000Z' } as const;
  expect(house.change(change)).toBeUndefined();
  return house;
}

describe('expecting goods', () => {
  it('counts them as incoming, summed for each item and place, and not as stock', () => {
    const house = ordered(
      { itemId: A, quantity: 2, unitCost: 1.85 },
      { itemId: A, quantity: 3, location: 'shop' },
      { itemId: A, quantity: 4 },
    );
    expect(house.expectation).toMatchObject({
      id: ID,
      status: 'open',
      supplier: 'Hearts & Co',
      expectedAt: '2026-02-01T08:00:00.000Z',
      lines: [
        { itemId: A, location: 'main', quantity: 6, received: 0, cancelled: 0, open: 6, unitCost: 1.85 },
        { itemId: A, location: 'shop', quantity: 3, open: 3, unitCost: null },
      ],
    });
    expect([house.at(A), house.at(A, 'shop')]).toEqual([
      [0, 6],
      [0, 3],
    ]);
    expect(house.ledger.states.get(A)).toMatchObject({ quantity: 0, incoming: 9 });
  });

  it('knows one cost of an item at a place', () => {
    const lines = [1, 2].map((unitCost) => ({ itemId: A, quantity: 1, unitCost }));
    expect(new House().change({ do: 'expect', lines })).toMatchObject({
      rejected: 'validation',
      extra: { errors: [{ field: 'lines.1.unitCost' }] },
    });
  });

  it('names the line whose place is not there', () => {
    const lines = [
      { itemId: A, quantity: 1 },
      { itemId: A, quantity: 1, location: 'nowhere' },
    ];
    expect(new House().change({ do: 'expect', lines })).toMatchObject({
      rejected: 'not-found',
      extra: { location: 'nowhere', errors: [{ field: 'lines.1.location' }] },
    });
  });

  it('has a limit, as stock has', () => {
    const lines = [1, 2].map(() => ({ itemId: A, quantity: 600_000_000 }));
    expect(new House().change({ do: 'expect', lines })).toMatchObject({ rejected: 'quantity-out-of-range' });
  });
});

describe('goods that are delivered', () => {
  it('come in parts, at the cost of the delivery or else of the order', () => {
    const house = ordered({ itemId: A, quantity: 6, unitCost: 1.85 });
    expect(house.receive([{ itemId: A, quantity: 2, unitCost: 2 }])).toBeUndefined();
    expect([house.expectation.status, house.at(A)]).toEqual(['open', [2, 4]]);
    expect(house.receive()).toBeUndefined();
    expect([house.expectation.status, house.at(A)]).toEqual(['received', [6, 0]]);
    expect(house.receipts).toEqual([
      [2, -2, 2],
      [4, -4, 1.85],
    ]);
  });

  it('are not more than were expected, unless somebody says that they are kept', () => {
    const house = ordered({ itemId: A, quantity: 6 }, { itemId: B, quantity: 1 });
    const lines = [1.85, 2].map((unitCost) => ({ itemId: A, quantity: 4, unitCost }));
    expect(house.receive(lines)).toMatchObject({
      rejected: 'exceeds-expectation',
      extra: { expectationId: ID, itemId: A, location: 'main', requested: 8, open: 6 },
    });
    const halves = [...lines, ...lines].map((line) => ({ ...line, quantity: 2 }));
    expect(house.receive(halves, { acceptMore: true })).toBeUndefined();
    expect(house.expectation).toMatchObject({
      status: 'open',
      lines: [{ quantity: 6, received: 8, cancelled: 0, open: 0 }, { open: 1 }],
    });
    expect(house.at(A)).toEqual([8, 0]);
    expect(house.receipts).toEqual([
      [4, -4, 1.85],
      [4, -2, 2],
    ]);
    // Some more of what is complete already.
    expect(house.receive([{ itemId: A, quantity: 1 }], { acceptMore: true })).toBeUndefined();
    expect(house.at(A)).toEqual([9, 0]);
  });

  it('and were not ordered at all are another delivery', () => {
    const house = ordered({ itemId: A, quantity: 6 });
    for (const line of [
      { itemId: B, quantity: 1 },
      { itemId: A, quantity: 1, location: 'shop' },
    ])
      expect(house.receive([line], { acceptMore: true })).toMatchObject({ rejected: 'exceeds-expectation' });
  });

  it('do not come any more once the rest is cancelled', () => {
    const house = ordered({ itemId: A, quantity: 6 });
    house.receive([{ itemId: A, quantity: 2 }]);
    expect(house.change({ do: 'cancel', reason: 'sold out' })).toBeUndefined();
    expect(house.expectation).toMatchObject({
      status: 'cancelled',
      reason: 'sold out',
      lines: [{ received: 2, cancelled: 4, open: 0 }],
    });
    expect(house.at(A)).toEqual([2, 0]);
    for (const again of [{ do: 'receive' }, { do: 'cancel' }] as const)
      expect(house.change(again)).toMatchObject({
        rejected: 'expectation-closed',
        extra: { expectationId: ID, expectationStatus: 'cancelled' },
      });
  });

  it('of an item that is deleted are not expected any more', () => {
    const house = ordered({ itemId: A, quantity: 6 }, { itemId: B, quantity: 1 });
    house.receive([{ itemId: A, quantity: 2 }]);
    house.ledger.run({ kind: 'delete', operation: operation(), itemId: A });
    expect(house.ledger.states.get(A)).toMatchObject({ deleted: true, quantity: 0, incoming: 0 });
    expect(house.expectation).toMatchObject({ status: 'open', lines: [{ cancelled: 4, open: 0 }, { open: 1 }] });
    house.ledger.run({ kind: 'delete', operation: operation(), itemId: B });
    expect(house.expectation.status).toBe('cancelled');
  });
});
