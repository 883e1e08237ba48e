import type { CostMethod } from '@app/contracts';
import * as fc from 'fast-check';
import { costsBy, toMoney, type CostFact } from './cost';

type Told = Partial<CostFact> & Pick<CostFact, 'onHand'>;

const received = (onHand: number, unitCost: number | null = null): Told => ({
  type: 'stock.received',
  onHand,
  unitCost,
});
const OUT = 'stock.transferred_out';
const INTO = 'stock.transferred_in';
const issued = (quantity: number): Told => ({ type: 'stock.issued', onHand: -quantity });

/** [quantity, value] after the events, at positions 1, 2, 3 … */
function after(method: CostMethod, told: readonly Told[]): [number, number] {
  const costs = costsBy(method);
  told.forEach((fact, at) => costs.take({ type: 'stock.adjusted', position: at + 1, unitCost: null, ...fact }));
  return [costs.quantity, toMoney(costs.value)];
}

const EXAMPLE = [received(10, 2), received(30, 3), issued(16), received(8, 3.5), issued(12)];

describe('what the stock on hand cost', () => {
  it('is, by the moving average, what remains at the average of each time (docs/guides/count/reports.md)', () => {
    const steps = EXAMPLE.map((_, at) => after('average', EXAMPLE.slice(0, at + 1)));
    expect(steps).toEqual([
      [10, 20],
      [40, 110],
      [24, 66],
      [32, 94],
      [20, 58.75],
    ]);
  });

  it('is, first in first out, what the last receipts cost (docs/guides/count/reports.md)', () => {
    const steps = EXAMPLE.map((_, at) => after('fifo', EXAMPLE.slice(0, at + 1)));
    expect(steps).toEqual([
      [10, 20],
      [40, 110],
      [24, 72],
      [32, 100],
      [20, 64],
    ]);
  });

  it('is, by the moving average, what others cost when a mistyped receipt that was counted away is taken back', () => {
    const counted: Told = { type: 'stock.counted', onHand: 20 };
    const undone: Told = { type: 'stock.reversed', onHand: -20, unitCost: 250, reverses: 2 };
    expect(after('average', [received(40, 2.5), received(20, 250), issued(24), counted, undone])).toEqual([36, 90]);
    // Nothing else was ever paid.
    const created: Told = { type: 'item.created', onHand: 10, unitPrice: 4 };
    expect(after('average', [created, received(20, 250), issued(25), received(20), undone])).toEqual([5, 20]);
  });

  describe.each(['average', 'fifo'] as const)('by %s', (method) => {
    it('takes the price of the item where no cost was ever told, and the cost of the others where it was', () => {
      const created: Told = { type: 'item.created', onHand: 4, unitPrice: 9.99 };
      expect(after(method, [created])).toEqual([4, 39.96]);
      expect(after(method, [created, issued(4), { type: 'stock.counted', onHand: 1 }])).toEqual([1, 9.99]);
      expect(after(method, [received(5, 2), { type: 'stock.counted', onHand: 5 }])).toEqual([10, 20]);
      const gone = [{ ...created, onHand: 0 }, received(5, 2), issued(5)];
      expect(after(method, [...gone, { type: 'stock.counted', onHand: 1 }])).toEqual([1, 2]);
      // A price that changes does not change what was paid.
      expect(after(method, [received(5, 2), { type: 'item.updated', onHand: 0, unitPrice: 50 }])).toEqual([5, 10]);
      expect(after(method, [{ type: 'item.created', onHand: 0, unitPrice: 3 }, received(2)])).toEqual([2, 6]);
    });

    it('takes the price of the time, not an older one, where none is there and no cost was ever told', () => {
      const created: Told = { type: 'item.created', onHand: 4, unitPrice: 9.99 };
      const cheaper: Told = { type: 'item.updated', onHand: 0, unitPrice: 3 };
      expect(after(method, [created, issued(4), cheaper, received(2)])).toEqual([2, 6]);
      expect(after(method, [created, received(1, 7), issued(5), cheaper, received(2)])[1]).not.toBe(6);
    });

    it('does not change by carrying pieces from one place to another, at once or by and by', () => {
      const before = [received(10, 2), received(10, 4)];
      const [sent, arrived] = [{ type: 'stock.transferred_out' }, { type: 'stock.transferred_in' }] as const;
      const moved = [...before, { ...sent, onHand: -15 }, { ...arrived, onHand: 15 }];
      expect(after(method, moved)).toEqual(after(method, before));
      const late = [...before, { ...sent, onHand: -15 }, { ...arrived, onHand: 6 }, { ...arrived, onHand: 9 }];
      expect(after(method, late)).toEqual(after(method, before));
      expect(after(method, [...moved, issued(10)])).toEqual(after(method, [...before, issued(10)]));
    });

    it('keeps what the pieces of each transfer cost, also where some are lost', () => {
      const [out, into] = ['a', 'b'].map((transferId) => ({ type: 'stock.transferred_out', transferId }) as const);
      const arrived = { ...into, type: 'stock.transferred_in' } as const;
      const apart = [received(10, 2), { ...out, onHand: -10 }, received(10, 8), { ...into, onHand: -10 }];
      expect(after(method, [...apart, { ...arrived, onHand: 10 }])).toEqual([10, 80]);
      expect(after(method, [...apart, { ...arrived, onHand: 4 }])).toEqual([4, 32]);
      const once = [
        { type: 'stock.transferred_out', onHand: -3 } as const,
        { type: 'stock.transferred_in', onHand: 3 } as const,
      ];
      expect(after(method, [received(10, 2), { ...out, onHand: -10 }, received(3, 8), ...once])).toEqual([3, 24]);
    });

    it('forgets a receipt that is taken back', () => {
      const undone: Told = { type: 'stock.reversed', onHand: -10, unitCost: 7, reverses: 2 };
      expect(after(method, [received(10, 2), received(10, 7), undone])).toEqual([10, 20]);
      const issue: Told = { type: 'stock.reversed', onHand: 4, unitCost: null, reverses: 2 };
      expect(after(method, [received(10, 2), issued(4), issue])).toEqual([10, 20]);
    });

    it('takes with a receipt what it brought, also when nobody told what it cost, and then knows nothing of it', () => {
      const undone = (reverses: number): Told => ({ type: 'stock.reversed', onHand: -10, reverses });
      // It came at 2; by the average of 3 it would leave 20 × 3 − 30.
      expect(after(method, [received(10, 2), received(10), received(10, 5), undone(2)])).toEqual([20, 70]);
      const found: Told = { type: 'stock.counted', onHand: 1 };
      const dear = [received(10, 2), received(10, 9), { ...undone(2), unitCost: 9 }];
      expect(after(method, [...dear, found])).toEqual([11, 22]);
    });

    it('knows nothing of what was paid for a receipt that was taken back, also when nothing else is there', () => {
      const created: Told = { type: 'item.created', onHand: 0, unitPrice: 3 };
      const mistyped = [received(5, 200), { type: 'stock.reversed', onHand: -5, unitCost: 200, reverses: 2 } as const];
      expect(after(method, [created, ...mistyped, received(5)])).toEqual([5, 15]);
      const paid = [created, ...mistyped, received(5, 2), issued(5), received(5, 200)];
      const undone: Told = { type: 'stock.reversed', onHand: -5, unitCost: 200, reverses: 6 };
      expect(after(method, [...paid, undone, received(5)])).toEqual([5, 10]);
    });

    it('does not make what is left worthless when a receipt is taken back of which pieces have gone', () => {
      const undone = (onHand: number, unitCost: number | null): Told => {
        return { type: 'stock.reversed', onHand, unitCost, reverses: 2 };
      };
      // 250.00 was mistyped, and half of it was sold at an average that it had raised.
      const mistyped = [received(100, 2.5), received(100, 250), issued(150), received(100, 2.5), undone(-100, 250)];
      expect(after(method, mistyped)).toEqual([50, 125]);
      expect(after(method, [...mistyped, received(50, 3.5)])).toEqual([100, 300]);
    });

    it('finds what a receipt brought wherever it was carried', () => {
      const carry = (transferId: string, onHand: number): Told => ({
        type: onHand < 0 ? OUT : INTO,
        onHand,
        transferId,
      });
      const carried = [carry('a', -6), carry('b', -6), carry('a', 6), carry('b', 6)];
      const undone: Told = { type: 'stock.reversed', onHand: -10, unitCost: 7, reverses: 1 };
      expect(after(method, [received(10, 7), received(5, 2), ...carried])).toEqual([15, 80]);
      expect(after(method, [received(10, 7), received(5, 2), ...carried, undone])).toEqual([5, 10]);
    });

    it('does not change by taking back what was carried at once', () => {
      const before = [received(10, 1), received(10, 3)];
      const carried: Told[] = [
        { type: OUT, onHand: -12 },
        { type: INTO, onHand: 12 },
      ];
      const back = [-12, 12].map((onHand, at): Told => ({ type: 'stock.reversed', onHand, reverses: 4 - at }));
      expect(after(method, [...before, ...carried, ...back])).toEqual([20, 40]);
    });

    it('takes no cost from a sale that is taken back: it was not bought', () => {
      const back: Told = { type: 'stock.reversed', onHand: 4, unitCost: 50, reverses: 2 };
      expect(after(method, [received(10, 2), { ...issued(4), unitCost: 50 }, back])).toEqual([10, 20]);
      expect(after(method, [received(4, 2), { ...issued(4), unitCost: 50 }, back])).toEqual([4, 8]);
    });

    it('is as if a sale had never been when that is taken back', () => {
      const back: Told = { type: 'stock.reversed', onHand: 4, unitCost: null, reverses: 3 };
      const before = [received(10, 2), received(10, 4)];
      expect(after(method, [...before, issued(4), back])).toEqual(after(method, before));
      expect(after(method, [...before, issued(4), back, issued(10)])).toEqual(after(method, [...before, issued(10)]));
    });

    it('is never below zero, nothing for nothing, and within what was paid for a piece', () => {
      const step = fc.record({
        quantity: fc.integer({ min: 1, max: 9 }),
        cost: fc.integer({ min: 1, max: 9 }),
        out: fc.boolean(),
      });
      const holds = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let onHand = 0;
        const told = steps.map(({ quantity, cost, out }) => {
          const change = out ? -Math.min(quantity, onHand) : quantity;
          onHand += change;
          return change > 0 ? received(change, cost) : issued(-change);
        });
        const [quantity, value] = after(method, told);
        return quantity === onHand && value >= quantity && value <= quantity * 9 && (quantity > 0 || value === 0);
      });
      expect(fc.check(holds)).toMatchObject({ failed: false });
    });
  });
});
