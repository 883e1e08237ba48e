import type { Attributes } from '@app/contracts';
import { unborn } from '../items/item';
import { suggestionFor } from './reorder';

interface Case {
  quantity: number;
  reserved?: number;
  incoming?: number;
  reorderLevel: number;
  reorderQuantity?: number | null;
  attributes?: Attributes;
}

const suggested = (item: Case): number | undefined => suggestionFor({ ...unborn('a'), ...item })?.quantity;

describe('what to order', () => {
  it('is nothing above the reorder level, on what is available and on its way together', () => {
    expect(suggested({ quantity: 11, reorderLevel: 10, reorderQuantity: 20 })).toBeUndefined();
    expect(suggested({ quantity: 4, incoming: 7, reorderLevel: 10, reorderQuantity: 20 })).toBeUndefined();
    expect(suggested({ quantity: 10, reorderLevel: 10, reorderQuantity: 20 })).toBe(20);
    expect(suggested({ quantity: 30, reserved: 20, reorderLevel: 10, reorderQuantity: 20 })).toBe(20);
  });

  it('fills up to the level without a reorder quantity', () => {
    expect(suggested({ quantity: 3, incoming: 2, reorderLevel: 10 })).toBe(5);
    expect(suggested({ quantity: 10, reorderLevel: 10 })).toBeUndefined();
    expect(suggested({ quantity: 0, reorderLevel: 0 })).toBeUndefined();
  });

  it('comes in whole packs', () => {
    const packs = (packSize: string | number | boolean): number | undefined =>
      suggested({ quantity: 2, reorderLevel: 3, reorderQuantity: 20, attributes: { packSize } });
    expect([packs(12), packs(10), packs(1)]).toEqual([24, 20, 20]);
    // As a file brings it, in which everything is text.
    expect(packs('12')).toBe(24);
    for (const nonsense of [0, -12, 2.5, '0', '-12', '2.5', '12 pieces', '', true]) expect(packs(nonsense)).toBe(20);
  });

  it('says from what it follows', () => {
    const item = { ...unborn('a'), name: 'n', quantity: 3, reserved: 1, incoming: 1, reorderLevel: 5 };
    expect(suggestionFor(item)).toEqual({
      itemId: 'a',
      sku: null,
      name: 'n',
      available: 2,
      incoming: 1,
      projected: 3,
      reorderLevel: 5,
      reorderQuantity: null,
      packSize: null,
      quantity: 2,
    });
  });
});
