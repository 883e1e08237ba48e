import type { MovementType } from '@app/contracts';
import { evolve, unborn, type ItemState } from '../items/item';
import { isRejection } from '../items/rejection';
import { move, type ItemLine } from './stock';

const ID = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);
const NOW = '2026-03-01T12:00:00.000Z';

function stocked(quantity: number, id = ID): ItemState {
  const created = {
    type: 'item.created',
    location: 'main',
    change: { onHand: quantity, reserved: 0, unavailable: 0, incoming: 0 },
  } as const;
  return evolve(unborn(id), {
    ...created,
    effectiveAt: NOW,
    fields: { name: [null, 'heart'] },
    seq: 1,
    position: 1,
    at: NOW,
  });
}

function line(type: MovementType, quantity: number, more: Partial<ItemLine> = {}): ItemLine {
  return { itemId: ID, type, quantity, ...more };
}

function moved(lines: ItemLine[], items: ItemState[] = [stocked(10)], effectiveAt?: string) {
  return move(new Map(items.map((item) => [item.id, item])), lines, { effectiveAt }, NOW);
}

function changes(lines: ItemLine[], items?: ItemState[], effectiveAt?: string): [string, number][] {
  const decision = moved(lines, items, effectiveAt);
  if (isRejection(decision)) throw new Error(decision.rejected);
  return decision.map(({ draft }) => [draft.type, draft.change.onHand]);
}

describe('a movement', () => {
  it.each([
    ['receive', 4, 4],
    ['return', 4, 4],
    ['issue', 4, -4],
    ['write_off', 4, -4],
    ['adjust', -4, -4],
    ['adjust', 4, 4],
    ['count', 4, -6],
    ['count', 10, 0],
  ] as const)('%s of %d changes the 10 on hand by %d', (type, quantity, change) => {
    expect(changes([line(type, quantity)])[0]?.[1]).toBe(change);
  });

  it('never takes more than is available', () => {
    expect(moved([line('issue', 11)])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { requested: 11, available: 10, location: 'main' },
    });
  });

  it('sums the lines of one item before it checks them', () => {
    expect(moved([line('issue', 6), line('issue', 6)])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { requested: 12, available: 10 },
    });
  });

  it('lets one line take out what another brings in, with nothing negative in between', () => {
    expect(changes([line('issue', 12), line('receive', 5)])).toEqual([
      ['stock.received', 5],
      ['stock.issued', -12],
    ]);
  });

  it('keeps the order of the lines where that order is possible', () => {
    expect(changes([line('issue', 10), line('receive', 5)])[0]).toEqual(['stock.issued', -10]);
  });

  it('is all lines or none, over several items', () => {
    const items = [stocked(10), stocked(1, OTHER)];
    expect(moved([line('issue', 5), line('issue', 2, { itemId: OTHER })], items)).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { itemId: OTHER },
    });
  });

  it('refuses a stale changeFrom and tells what is there', () => {
    expect(moved([line('issue', 1, { changeFrom: 9 })])).toMatchObject({
      rejected: 'stale-quantity',
      extra: { onHand: 10, current: { quantity: 10 } },
    });
    expect(changes([line('issue', 1, { changeFrom: 10 })])).toHaveLength(1);
  });

  it('refuses to leave the range of quantities', () => {
    expect(moved([line('receive', 1_000_000_000)])).toMatchObject({ rejected: 'quantity-out-of-range' });
  });

  it('knows no item that is deleted, and no location but main', () => {
    expect(moved([line('receive', 1)], [{ ...stocked(0), deleted: true }])).toMatchObject({ rejected: 'not-found' });
    expect(moved([line('receive', 1, { location: 'attic' })])).toMatchObject({ rejected: 'not-found' });
  });
});

describe('a movement from before a count', () => {
  const before = '2026-02-01T00:00:00.000Z';
  const counted = (): ItemState => {
    const change = { onHand: -3, reserved: 0, unavailable: 0, incoming: 0 };
    const event = {
      type: 'stock.counted',
      location: 'main',
      change,
      effectiveAt: '2026-02-15T00:00:00.000Z',
      fields: null,
    } as const;
    return evolve(stocked(10), { ...event, seq: 2, position: 2, at: NOW });
  };

  it('changes the past, not today: the count makes up for it', () => {
    expect(changes([line('issue', 2)], [counted()], before)).toEqual([
      ['stock.counted', 2],
      ['stock.issued', -2],
    ]);
    expect(changes([line('receive', 2)], [counted()], before)).toEqual([
      ['stock.received', 2],
      ['stock.counted', -2],
    ]);
  });

  it('may take more than is there today, since today does not change', () => {
    expect(changes([line('issue', 50)], [counted()], before)).toHaveLength(2);
  });

  it('is an ordinary one after the count, and when no time is given', () => {
    expect(changes([line('issue', 2)], [counted()], '2026-02-20T00:00:00.000Z')).toEqual([['stock.issued', -2]]);
    expect(changes([line('issue', 2)], [counted()])).toEqual([['stock.issued', -2]]);
  });

  it('never lies in the future', () => {
    const decision = moved([line('receive', 1)], [stocked(1)], '2099-01-01T00:00:00.000Z');
    expect(decision).toMatchObject([{ draft: { effectiveAt: NOW } }]);
  });
});
