import type { Circumstances, Line, Operation } from '@app/contracts';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt, type ItemState } from '../items/item';
import type { Command } from '../ledger/command';

const ITEM = 'a'.repeat(24);
const MARCH = '2026-03-01T00:00:00.000Z';

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

/** One item with ten pieces. */
class Shop {
  readonly ledger = new LedgerOfPlans();

  constructor() {
    this.run({ kind: 'create', operation: operation(), itemId: ITEM, item: { name: 'heart', quantity: 10 } });
  }

  /** What became of a command: its events, or why it was refused. */
  run(command: Command): string[] {
    const plan = this.ledger.plan();
    plan.add({ command });
    this.ledger.commit(plan);
    const [decided] = plan.decided;
    if (!decided || 'rejection' in decided) return [String(decided?.rejection.rejected)];
    return plan.entries.map(({ event }) => `${event.type} ${event.links.reservationId?.[0] ?? ''}`.trim());
  }

  hold(digit: string, quantity: number): void {
    const lines = [{ itemId: ITEM, quantity }];
    const change = { do: 'reserve', lines, ttlSeconds: 600_000 } as const;
    this.run({ kind: 'reservation', operation: operation(), id: digit.repeat(24), change });
  }

  move(lines: Omit<Line, 'itemId'>[], circumstances: Circumstances = {}): string[] {
    const own = lines.map((line) => ({ ...line, itemId: ITEM }));
    return this.run({ kind: 'move', operation: operation(), lines: own, circumstances });
  }

  get level(): [onHand: number, reserved: number] {
    const { onHand, reserved } = levelAt(this.ledger.states.get(ITEM) as ItemState, 'main');
    return [onHand, reserved];
  }
}

const count = (quantity: number): Omit<Line, 'itemId'> => ({ type: 'count', quantity, releaseHolds: true });

describe('a count that may release what is held', () => {
  it('releases the youngest first, and no more than it takes', () => {
    const shop = new Shop();
    ['1', '2', '3'].forEach((digit) => shop.hold(digit, 3));
    expect(shop.move([count(9)])).toEqual(['stock.counted']);
    expect(shop.move([count(4)])).toEqual(['stock.released 3', 'stock.released 2', 'stock.counted']);
    expect(shop.level).toEqual([4, 3]);
  });

  it('leaves what is set aside where it is, and releases for it', () => {
    const shop = new Shop();
    ['1', '2'].forEach((digit) => shop.hold(digit, 3));
    shop.move([{ type: 'set_aside', quantity: 4 }], { reason: 'damaged' });
    expect(shop.move([{ ...count(7), releaseHolds: false }])).toEqual(['insufficient-stock']);
    expect(shop.move([count(7)])).toEqual(['stock.released 2', 'stock.counted']);
    expect(shop.move([count(3)])).toEqual(['insufficient-stock']);
    expect(shop.level).toEqual([7, 3]);
  });

  it('does not release for another line that takes too much', () => {
    const shop = new Shop();
    shop.hold('1', 3);
    expect(shop.move([count(5), { type: 'issue', quantity: 3 }])).toEqual(['insufficient-stock']);
    expect(shop.level).toEqual([10, 3]);
  });

  it('releases for the least of several counts of a place', () => {
    const shop = new Shop();
    ['1', '2'].forEach((digit) => shop.hold(digit, 3));
    const events = ['stock.released 2', 'stock.released 1', 'stock.counted', 'stock.counted'];
    expect(shop.move([count(4), count(1)])).toEqual(events);
  });

  it('that was made before a later one changes nothing today, and releases nothing', () => {
    const shop = new Shop();
    shop.ledger.time = Date.parse('2026-04-01T00:00:00Z');
    shop.move([{ type: 'count', quantity: 10 }]);
    shop.hold('1', 3);
    expect(shop.move([count(1)], { effectiveAt: MARCH })).toEqual(['stock.counted', 'stock.counted']);
    expect(shop.level).toEqual([10, 3]);
  });
});
