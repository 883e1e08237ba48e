import type { LedgerEvent, Operation } from '@app/contracts';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt } from '../items/item';
import type { Rejection } from '../items/rejection';
import type { Command } from '../ledger/command';
import { bookedBy, isLate, type Countable } from './approval';
import type { StocktakeState } from './stocktake';

const ANA = { kind: 'user', id: 'u', name: 'ana' } as const;
const IDS = ['a', 'b', 'c'].map((digit) => digit.repeat(24)) as [string, string, string];
const TAKE = { id: 'f'.repeat(24), status: 'open', location: 'main', version: 1 } as StocktakeState;

let operations = 0;
function operation(): Operation {
  return { id: String(operations++).padStart(32, '0'), keyed: false, fingerprint: 'f', actor: ANA };
}

/** Three things, ten pieces of each. */
class Shop {
  readonly ledger = new LedgerOfPlans();

  constructor() {
    for (const itemId of IDS)
      this.run({ kind: 'create', operation: operation(), itemId, item: { name: `thing ${itemId[0]}`, quantity: 10 } });
  }

  run(command: Command): LedgerEvent[] | Rejection {
    const plan = this.ledger.plan();
    plan.add({ command });
    this.ledger.commit(plan);
    const [decided] = plan.decided;
    if (decided && 'rejection' in decided) return decided.rejection;
    return plan.entries.map(({ event }) => event);
  }

  hold(itemIds: readonly string[], quantity: number): void {
    const lines = itemIds.map((itemId) => ({ itemId, quantity }));
    const change = { do: 'reserve', lines, ttlSeconds: 600_000 } as const;
    const id = String(operations).padStart(24, '0');
    this.run({ kind: 'reservation', operation: operation(), id, change });
  }

  /** Approves what was counted just now. */
  approve(counts: Partial<Record<string, number>>, over: object = {}): LedgerEvent[] | Rejection {
    const at = new Date((this.ledger.time += 1)).toISOString();
    const lines = Object.entries(counts).map(([itemId, counted = 0]): Countable => {
      const item = this.ledger.states.get(itemId);
      const onHand = item ? levelAt(item, 'main').onHand : 0;
      return { itemId, counted, onHand, seq: item?.seq ?? 0, at, late: 0, assumed: false };
    });
    const approval = {
      stocktake: TAKE,
      lines,
      seen: 0,
      uncounted: 'ignore',
      releaseHolds: false,
      reason: 'r',
    } as const;
    return this.run({ kind: 'stocktake', operation: operation(), ...approval, ...over });
  }

  get onHand(): number[] {
    return IDS.map((id) => this.ledger.states.get(id)?.quantity ?? 0);
  }
}

describe('an approval', () => {
  it('books every line, those without a difference too, and all or none', () => {
    const shop = new Shop();
    const events = shop.approve({ [IDS[0]]: 8, [IDS[1]]: 10 }) as LedgerEvent[];
    expect(events.map(({ change, fields, links }) => [change.onHand, fields?.counted, links.stocktakeId])).toEqual([
      [-2, [10, 8], TAKE.id],
      [0, [10, 10], TAKE.id],
    ]);
    expect(bookedBy(events)).toMatchObject([
      { counted: 8, expected: 10, change: -2, onHand: 8, superseded: false },
      { counted: 10, expected: 10, change: 0, onHand: 10, superseded: false },
    ]);
    shop.hold([IDS[1]], 5);
    const refused = shop.approve({ [IDS[0]]: 9, [IDS[1]]: 4, [IDS[2]]: 10 });
    expect(refused).toMatchObject({
      rejected: 'reserved-exceeds-stock',
      extra: { itemId: IDS[1], counted: 4, reserved: 5, refused: 1, lines: [{ itemId: IDS[1] }] },
    });
    expect(shop.onHand).toEqual([8, 10, 10]);
  });

  it('passes over what is not there any more, and refuses when there is nothing to book', () => {
    const shop = new Shop();
    shop.run({ kind: 'delete', operation: operation(), itemId: IDS[0] });
    expect(shop.approve({ [IDS[0]]: 3 })).toMatchObject({ rejected: 'stocktake-empty' });
    expect(shop.approve({ [IDS[0]]: 3, [IDS[1]]: 3 })).toHaveLength(1);
    expect(shop.approve({ [IDS[1]]: 3 }, { stocktake: { ...TAKE, status: 'cancelled' } })).toMatchObject({
      rejected: 'stocktake-closed',
    });
  });

  it('releases a reservation once, though several of its lines are in the way', () => {
    const shop = new Shop();
    shop.hold([IDS[1]], 3);
    shop.hold([IDS[0], IDS[1]], 6);
    const events = shop.approve({ [IDS[0]]: 1, [IDS[1]]: 1 }, { releaseHolds: true }) as LedgerEvent[];
    expect(events.map(({ type, itemId, change }) => [type, itemId[0], change.reserved + change.onHand])).toEqual([
      ['stock.released', 'a', -6],
      ['stock.released', 'b', -6],
      ['stock.counted', 'a', -9],
      ['stock.released', 'b', -3],
      ['stock.counted', 'b', -9],
    ]);
  });

  it('takes nothing away that was sold, of what nobody has counted', () => {
    const shop = new Shop();
    shop.run({
      kind: 'move',
      operation: operation(),
      lines: [{ itemId: IDS[0], type: 'issue', quantity: 4 }],
      circumstances: {},
    });
    const opened = { itemId: IDS[0], counted: 0, onHand: 10, seq: 1, at: '2026-01-01T00:00:00.001Z', late: 0 };
    const [event] = shop.approve({}, { lines: [{ ...opened, assumed: true }], uncounted: 'zero' }) as LedgerEvent[];
    expect([event?.change.onHand, shop.onHand[0]]).toEqual([-6, 0]);
  });
});

describe('what is recorded after a count', () => {
  const COUNTED = '2026-01-01T10:00:00.000Z';
  const [BEFORE, AFTER] = ['2026-01-01T09:00:00.000Z', '2026-01-01T11:00:00.000Z'];

  it('is of the time before it only when it says so, or is another count', () => {
    const tells = (type: LedgerEvent['type'], effectiveAt: string, at: string): boolean =>
      isLate({ type, effectiveAt, at }, COUNTED);
    expect(tells('stock.issued', BEFORE, AFTER)).toBe(true);
    expect(tells('stock.issued', AFTER, AFTER)).toBe(false);
    // Another inventory's clock is behind: what it recorded as it happened came after all the same.
    expect(tells('stock.issued', BEFORE, BEFORE)).toBe(false);
    expect(tells('stock.counted', BEFORE, BEFORE)).toBe(true);
    // What is taken back, together with the count that makes up for it.
    expect(tells('stock.reversed', COUNTED, AFTER)).toBe(true);
    expect(tells('stock.reversed', AFTER, AFTER)).toBe(false);
    expect(tells('stock.counted', COUNTED, COUNTED)).toBe(true);
    expect(tells('stock.counted', AFTER, AFTER)).toBe(false);
  });
});
