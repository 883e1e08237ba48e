import fc from 'fast-check';
import { itemId, LedgerInMemory } from '../../../../test/support/inventory';
import { pieces, withoutCutOperation } from './operations';

function events(lengths: number[]) {
  const ledger = new LedgerInMemory();
  for (const length of lengths) ledger.append(Array.from({ length }, () => itemId(1)));
  return ledger.events;
}

describe('operations', () => {
  it('are never cut by pieces, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 })), fc.integer({ min: 1, max: 10 }), (lengths, limit) => {
        const all = events(lengths);
        const cut = [...pieces(all, limit, 4_000)];
        expect(cut.flat()).toEqual(all);
        for (const [index, piece] of cut.entries())
          expect(piece.at(-1)?.operationId).not.toBe(cut[index + 1]?.[0]?.operationId);
      }),
    );
  });

  it('make pieces of about the wanted length', () => {
    expect([...pieces(events([1, 1, 1, 1, 1]), 2, 1_000_000)].map(({ length }) => length)).toEqual([2, 2, 1]);
    expect([...pieces(events([1, 1, 1, 1, 1]), 100, 1_000)].map(({ length }) => length)).toEqual([2, 2, 1]);
  });

  it('that end a page before the head are kept for the next one', () => {
    const all = events([2, 3]);
    expect(withoutCutOperation(all)).toEqual({ whole: all.slice(0, 2), cut: all.slice(2) });
    expect(withoutCutOperation(all.slice(2))).toEqual({ whole: all.slice(2), cut: [] });
    expect(withoutCutOperation([])).toEqual({ whole: [], cut: [] });
  });
});
