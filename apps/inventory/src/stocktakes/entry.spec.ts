import type { CountEntry } from '@app/contracts';
import { isRejection, type Rejection } from '../items/rejection';
import { enter, type Entered, type Shelved } from './entry';
import type { LineState, StocktakeState } from './stocktake';

const ANA = { kind: 'user', id: 'u', name: 'ana' } as const;
const [HEART, LAMP] = ['a'.repeat(24), 'b'.repeat(24)] as [string, string];

/** A sheet with one line, of which ten are expected, and a shelf on which the ledger has what it has. */
class Desk {
  onHand = 10;
  seq = 3;
  take: StocktakeState = {
    id: 'f'.repeat(24),
    status: 'open',
    location: 'main',
    filter: null,
    includeZero: false,
    note: null,
    position: 1,
    lines: 1,
    counted: 0,
    variances: 0,
    openedAt: '2026-01-01T00:00:00.000Z',
    openedBy: ANA,
    closedAt: null,
    closedBy: null,
    approval: null,
    version: 1,
  };
  readonly lines = new Map<string, LineState>([
    [
      HEART,
      {
        itemId: HEART,
        sku: 'H',
        name: 'heart',
        expected: 10,
        unexpected: false,
        lastCountedAt: null,
        seq: 3,
        count: null,
      },
    ],
  ]);

  say(...counts: CountEntry[]): Entered | Rejection {
    const shelf: Shelved[] = [
      { id: HEART, sku: 'H', name: 'heart', seq: this.seq, onHand: this.onHand, countedAt: null },
      { id: LAMP, sku: 'L', name: 'lamp', seq: 1, onHand: 0, countedAt: null },
    ];
    const item = ({ itemId, sku }: CountEntry): Shelved | undefined =>
      shelf.find(({ id, sku: own }) => (sku === undefined ? id === itemId : own === sku));
    const moment = { position: this.seq, at: '2026-01-01T10:00:00.000Z', by: ANA };
    const entered = enter({ stocktake: this.take, line: (id) => this.lines.get(id), item, ...moment }, counts);
    if (isRejection(entered)) return entered;
    this.take = entered.stocktake;
    for (const line of entered.lines) this.lines.set(line.itemId, line);
    return entered;
  }

  get figures(): number[] {
    const { lines, counted, variances } = this.take;
    return [lines, counted, variances];
  }
}

function fieldsOf(decision: Entered | Rejection): unknown {
  if (!isRejection(decision)) return [];
  const { errors = [] } = decision.extra as { errors?: { field: string }[] };
  return [decision.rejected, ...errors.map(({ field }) => field)];
}

describe('counts', () => {
  it('are compared with what is on hand when they are entered', () => {
    const desk = new Desk();
    desk.onHand = 8;
    desk.say({ itemId: HEART, quantity: 7 });
    expect(desk.lines.get(HEART)?.count).toMatchObject({ quantity: 7, onHand: 8, seq: 3, moved: false });
    expect(desk.figures).toEqual([1, 1, 1]);
    desk.say({ sku: 'H', quantity: 8 });
    expect(desk.figures).toEqual([1, 1, 0]);
  });

  it('add up, and say so when stock moved between them', () => {
    const desk = new Desk();
    desk.say({ itemId: HEART, quantity: 6, mode: 'add' }, { itemId: HEART, quantity: 3, mode: 'add' });
    expect(desk.lines.get(HEART)?.count).toMatchObject({ quantity: 9, moved: false });
    // Only renamed: nothing has left the shelf.
    desk.seq = 4;
    desk.say({ itemId: HEART, quantity: 1, mode: 'add' });
    expect(desk.lines.get(HEART)?.count?.moved).toBe(false);
    [desk.seq, desk.onHand] = [5, 9];
    desk.say({ itemId: HEART, quantity: -1, mode: 'add' });
    expect(desk.lines.get(HEART)?.count).toMatchObject({ quantity: 9, onHand: 9, moved: true });
    desk.say({ itemId: HEART, quantity: 9 });
    expect(desk.lines.get(HEART)?.count?.moved).toBe(false);
  });

  it('put what nobody expected on the sheet, and take it off again', () => {
    const desk = new Desk();
    desk.say({ sku: 'L', quantity: 2 });
    expect(desk.lines.get(LAMP)).toMatchObject({ unexpected: true, expected: 0 });
    expect(desk.figures).toEqual([2, 1, 1]);
    desk.say({ sku: 'L', mode: 'clear' }, { sku: 'H', mode: 'clear' });
    expect(desk.figures).toEqual([1, 0, 0]);
  });

  it('are all entered or none, and each that is wrong is named', () => {
    const desk = new Desk();
    const good = { itemId: HEART, quantity: 1 };
    expect(fieldsOf(desk.say(good, { itemId: HEART, quantity: -2, mode: 'add' }))).toEqual([
      'validation',
      'counts.1.quantity',
    ]);
    expect(fieldsOf(desk.say(good, { sku: 'X', quantity: 1 }, { barcode: '1', quantity: 1 }))).toEqual([
      'not-found',
      'counts.1.sku',
      'counts.2.barcode',
    ]);
    expect(fieldsOf(desk.say(good, good))).toEqual(['validation', 'counts.1.quantity']);
    expect(fieldsOf(desk.say({ itemId: HEART, quantity: 1_000_000_000 }, { ...good, mode: 'add' }))).toEqual([
      'validation',
      'counts.1.quantity',
    ]);
    expect(desk.figures).toEqual([1, 0, 0]);
    desk.take = { ...desk.take, status: 'approved' };
    expect(desk.say(good)).toMatchObject({ rejected: 'stocktake-closed', extra: { stocktakeStatus: 'approved' } });
  });

  it('do not make a sheet longer than an approval can book', () => {
    const desk = new Desk();
    desk.take = { ...desk.take, lines: 2_000 };
    expect(desk.say({ sku: 'L', quantity: 2 })).toMatchObject({ rejected: 'stocktake-too-large' });
    expect(isRejection(desk.say({ sku: 'H', quantity: 2 }))).toBe(false);
  });
});
