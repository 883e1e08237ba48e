import type { MovementType } from '@app/contracts';
import { update } from '../items/catalogue';
import { evolve, itemOf, levelAt, unborn, type ItemState } from '../items/item';
import { isRejection } from '../items/rejection';
import type { Moment } from './counts';
import type { ItemDraft, ItemLine } from './line';
import { move } from './stock';

const ID = 'a'.repeat(24);
const OTHER = 'b'.repeat(24);
const NOW = '2026-03-01T12:00:00.000Z';

function stocked(quantity: number, id = ID): ItemState {
  const change = { onHand: quantity, reserved: 0, unavailable: 0, incoming: 0 };
  const created = { type: 'item.created', location: 'main', change, effectiveAt: NOW } as const;
  return evolve(
    unborn(id),
    { ...created, fields: { name: [null, 'heart'] } },
    {
      seq: 1,
      position: 1,
      at: NOW,
    },
  );
}

function line(type: MovementType, quantity: number, more: Partial<ItemLine> = {}): ItemLine {
  return { itemId: ID, type, quantity, ...more };
}

function moved(lines: ItemLine[], items: ItemState[] = [stocked(10)], effectiveAt?: string) {
  const latest = (of: Moment): string | undefined => {
    const item = items.find(({ id }) => id === of.itemId);
    return (item && levelAt(item, of.location).countedAt) ?? undefined;
  };
  return move(new Map(items.map((item) => [item.id, item])), lines, { effectiveAt }, NOW, latest);
}

function changes(lines: ItemLine[], items?: ItemState[], effectiveAt?: string): [string, number][] {
  const decision = moved(lines, items, effectiveAt);
  if (isRejection(decision)) throw new Error(decision.rejected);
  return decision.map(({ draft }) => [draft.type, draft.change.onHand]);
}

/** The items after a movement. */
function played(
  lines: ItemLine[],
  items: ItemState[] = [stocked(10)],
  effectiveAt?: string,
): [ItemState, ...ItemState[]] {
  const decision = moved(lines, items, effectiveAt);
  if (isRejection(decision)) throw new Error(decision.detail);
  const states = new Map(items.map((item) => [item.id, item]));
  for (const { itemId, draft } of decision) {
    const state = states.get(itemId) ?? unborn(itemId);
    states.set(itemId, evolve(state, draft, { seq: state.seq + 1, position: state.position + 1, at: NOW }));
  }
  return [...states.values()] as [ItemState, ...ItemState[]];
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

  it('knows no item that is deleted', () => {
    expect(moved([line('receive', 1)], [{ ...stocked(0), deleted: true }])).toMatchObject({ rejected: 'not-found' });
  });

  it('finds the order that fits at the upper limit, whichever line comes first', () => {
    const full = [stocked(1_000_000_000)];
    for (const lines of [
      [line('receive', 5), line('issue', 5)],
      [line('issue', 5), line('receive', 5)],
    ]) {
      expect(changes(lines, full).map(([type]) => type)).toEqual(['stock.issued', 'stock.received']);
    }
    expect(moved([line('receive', 6), line('issue', 5)], full)).toMatchObject({ rejected: 'quantity-out-of-range' });
  });

  it('orders the lines of each item for itself, in the places that they have in the request', () => {
    const items = [stocked(1_000_000_000), stocked(0, OTHER)];
    const other = { itemId: OTHER };
    const decision = moved(
      [line('receive', 5), line('issue', 3, other), line('issue', 5), line('return', 3, other)],
      items,
    );
    expect((decision as ItemDraft[]).map(({ itemId, draft }) => [itemId[0], draft.type])).toEqual([
      ['a', 'stock.issued'],
      ['b', 'stock.returned'],
      ['a', 'stock.received'],
      ['b', 'stock.issued'],
    ]);
  });

  it('takes nothing out too early: what goes back on the shelf comes before what is sold', () => {
    const lines = [line('issue', 10), line('set_aside', 4), line('put_back', 4)];
    expect(changes(lines).map(([type]) => type)).toEqual(['stock.set_aside', 'stock.put_back', 'stock.issued']);
  });

  it('tells the sum of the lines and what there is before them, also when another line brings something in', () => {
    const lines = [line('issue', 6), line('receive', 1), line('issue', 6)];
    expect(moved(lines)).toMatchObject({ rejected: 'insufficient-stock', extra: { requested: 12, available: 10 } });
  });
});

describe('locations', () => {
  const shop = { location: 'shop' };

  it('have stock of their own', () => {
    expect(moved([line('issue', 1, shop)])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { location: 'shop', requested: 1, available: 0 },
    });
    const [item] = played([line('receive', 4, shop), line('issue', 1, shop)]);
    expect(item).toMatchObject({ quantity: 13 });
    expect([levelAt(item, 'main').onHand, levelAt(item, 'shop').onHand]).toEqual([10, 3]);
  });

  it('compare changeFrom with what is on hand there', () => {
    expect(moved([line('receive', 1, { ...shop, changeFrom: 10 })])).toMatchObject({
      rejected: 'stale-quantity',
      extra: { location: 'shop', onHand: 0 },
    });
  });

  it('called like what every object has are locations like others', () => {
    const [item] = played([line('receive', 2, { location: 'toString' })]);
    expect(levelAt(item, 'toString').onHand).toBe(2);
    expect(levelAt(item, 'valueOf').onHand).toBe(0);
  });
});

describe('a transfer', () => {
  const toShop = (quantity: number): ItemLine => line('transfer', quantity, { toLocation: 'shop' });

  it('is two events side by side, and leaves the total as it was', () => {
    expect(moved([toShop(4)])).toMatchObject([
      { draft: { type: 'stock.transferred_out', location: 'main', change: { onHand: -4 } } },
      { draft: { type: 'stock.transferred_in', location: 'shop', change: { onHand: 4 } } },
    ]);
    const [item] = played([toShop(4)]);
    expect([item.quantity, levelAt(item, 'main').onHand, levelAt(item, 'shop').onHand]).toEqual([10, 6, 4]);
    expect(moved([toShop(11)])).toMatchObject({ rejected: 'insufficient-stock', extra: { location: 'main' } });
    expect(changes([toShop(1)], [stocked(1_000_000_000)])).toHaveLength(2);
  });

  it('brings what another line takes out there, whatever their order', () => {
    const short = [line('issue', 11, { location: 'shop' }), toShop(11)];
    for (const lines of [short, short.toReversed()])
      expect(moved(lines)).toMatchObject({ extra: { location: 'main', requested: 11, available: 10 } });
    expect(changes([line('issue', 4, { location: 'shop' }), toShop(4)]).map(([type]) => type)).toEqual([
      'stock.transferred_out',
      'stock.transferred_in',
      'stock.issued',
    ]);
  });

  it('from before a count of either place stays together, and the counts make up for it around it', () => {
    const counted = played([line('count', 8), line('count', 5, { location: 'shop' })]);
    const past = '2026-02-01T00:00:00.000Z';
    expect(changes([toShop(3)], counted, past)).toEqual([
      ['stock.counted', 3],
      ['stock.transferred_out', -3],
      ['stock.transferred_in', 3],
      ['stock.counted', -3],
    ]);
    const [item] = played([toShop(30)], counted, past);
    expect([item.quantity, levelAt(item, 'main').onHand, levelAt(item, 'shop').onHand]).toEqual([13, 8, 5]);
    const mainCounted = played([line('count', 8)]);
    expect(changes([toShop(3)], mainCounted, past)).toEqual([
      ['stock.counted', 3],
      ['stock.transferred_out', -3],
      ['stock.transferred_in', 3],
    ]);
  });
});

describe('what is set aside', () => {
  it('stays on hand and is not available, until it is put back', () => {
    const [item] = played([line('set_aside', 4)]);
    expect(itemOf(item)).toMatchObject({ quantity: 10, unavailable: 4, available: 6 });
    expect(moved([line('issue', 7)], [item])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { requested: 7, shortOf: 'available', available: 6, unavailable: 4 },
    });
    expect(moved([line('set_aside', 7)], [item])).toMatchObject({ rejected: 'insufficient-stock' });
    expect(moved([line('put_back', 5)], [item])).toMatchObject({
      rejected: 'insufficient-stock',
      detail: 'Only 4 of heart are set aside at main.',
      extra: { requested: 5, shortOf: 'unavailable', available: 6, unavailable: 4 },
    });
    expect(moved([line('put_back', 3), line('put_back', 2)], [item])).toMatchObject({
      detail: 'Only 4 of heart are set aside at main.',
      extra: { requested: 5, shortOf: 'unavailable', unavailable: 4 },
    });
    expect(itemOf(played([line('put_back', 4), line('issue', 10)], [item])[0])).toMatchObject({ quantity: 0 });
  });

  it('is not what a count may find missing', () => {
    const [item] = played([line('set_aside', 4)]);
    expect(moved([line('count', 3)], [item])).toMatchObject({
      rejected: 'insufficient-stock',
      extra: { requested: 7, available: 6, unavailable: 4, onHand: 10 },
    });
    expect(itemOf(played([line('count', 4)], [item])[0])).toMatchObject({ quantity: 4, available: 0 });
  });
});

describe('a count below what is reserved', () => {
  const held = (): ItemState => {
    const change = { onHand: 0, reserved: 6, unavailable: 0, incoming: 0 };
    const event = { type: 'stock.reserved', location: 'main', change, effectiveAt: NOW, fields: null } as const;
    return evolve(stocked(10), event, { seq: 2, position: 2, at: NOW });
  };

  it('is refused with the figures; taking more than is available is an ordinary shortage', () => {
    expect(moved([line('count', 5)], [held()])).toMatchObject({
      rejected: 'reserved-exceeds-stock',
      extra: { itemId: ID, location: 'main', counted: 5, onHand: 10, reserved: 6 },
    });
    expect(changes([line('count', 6)], [held()])).toEqual([['stock.counted', -4]]);
    expect(moved([line('issue', 5)], [held()])).toMatchObject({ rejected: 'insufficient-stock' });
  });

  it('is refused in an update of the quantity, too', () => {
    expect(update(held(), { quantity: 5 }, NOW)).toMatchObject({ rejected: 'reserved-exceeds-stock' });
    expect(update(held(), { quantity: 6 }, NOW)).toMatchObject([{ type: 'stock.counted' }]);
  });

  it('is a matter of today, not of a past that a later count has settled', () => {
    const [item] = played([line('count', 10)], [held()]);
    expect(changes([line('count', 5)], [item], '2026-02-01T00:00:00.000Z')).toHaveLength(2);
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
    return evolve(stocked(10), event, { seq: 2, position: 2, at: NOW });
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

  it('is made up for by the first count after it, at each place and for each item by its own', () => {
    const first: Record<string, string> = {
      [`${ID}@main`]: '2026-02-03T00:00:00.000Z',
      [`${ID}@shop`]: '2026-02-05T00:00:00.000Z',
      [`${OTHER}@main`]: '2026-02-07T00:00:00.000Z',
    };
    const [one] = played([line('count', 5, { location: 'shop' })], [counted()]);
    const [two] = played([line('count', 10, { itemId: OTHER })], [stocked(10, OTHER)]);
    const lines = [line('transfer', 3, { toLocation: 'shop' }), line('receive', 4, { itemId: OTHER })];
    const asked: Moment[] = [];
    const drafts = move(
      new Map([one, two].map((item) => [item.id, item])),
      lines,
      { effectiveAt: before },
      NOW,
      (of) => {
        asked.push(of);
        return first[`${of.itemId}@${of.location}`];
      },
    );
    expect(asked.every(({ effectiveAt, position }) => effectiveAt === before && position === undefined)).toBe(true);
    expect((drafts as ItemDraft[]).map(({ draft }) => [draft.type, draft.location, draft.effectiveAt])).toEqual([
      ['stock.counted', 'main', first[`${ID}@main`]],
      ['stock.transferred_out', 'main', before],
      ['stock.transferred_in', 'shop', before],
      ['stock.counted', 'shop', first[`${ID}@shop`]],
      ['stock.received', 'main', before],
      ['stock.counted', 'main', first[`${OTHER}@main`]],
    ]);
  });

  it('is not decided while nobody has looked up which count that is', () => {
    const items = new Map([[ID, counted()]]);
    expect(() => move(items, [line('issue', 2)], { effectiveAt: before }, NOW, () => undefined)).toThrow('looked up');
  });

  it('never lies in the future', () => {
    const decision = moved([line('receive', 1)], [stocked(1)], '2099-01-01T00:00:00.000Z');
    expect(decision).toMatchObject([{ draft: { effectiveAt: NOW } }]);
  });
});
