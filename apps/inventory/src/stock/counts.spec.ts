import type { LedgerEvent } from '@app/contracts';
import { Counts, countsAmong } from './counts';

const ID = 'a'.repeat(24);
const day = (number: number): string => `2026-01-${String(number).padStart(2, '0')}T00:00:00.000Z`;

/** Events of one item at main, numbered, as one operation unless they say otherwise. */
function events(...all: (Partial<Omit<LedgerEvent, 'change'>> & { onHand: number })[]): LedgerEvent[] {
  return all.map(({ onHand, ...over }, at) => {
    const change = { onHand, reserved: 0, unavailable: 0, incoming: 0 };
    const place = { itemId: ID, location: 'main', position: at + 1, operationId: 'o', fields: null };
    return { type: 'stock.counted', ...place, change, ...over } as LedgerEvent;
  });
}

const positions = (all: LedgerEvent[]): number[] => countsAmong(all).map(({ position }) => position);

describe('the counts among events', () => {
  it('are without those that make up for an older movement, on whichever side of it they stand', () => {
    const late = { type: 'stock.issued', effectiveAt: day(1) } as const;
    const out = { type: 'stock.transferred_out', effectiveAt: day(1) } as const;
    const arrived = { type: 'stock.transferred_in', location: 'shop', effectiveAt: day(1) } as const;
    expect(positions(events({ onHand: 2, effectiveAt: day(3) }, { ...late, onHand: -2 }))).toEqual([]);
    expect(positions(events({ ...late, onHand: 2 }, { onHand: -2, effectiveAt: day(3) }))).toEqual([]);
    const carried = [
      { onHand: 2, effectiveAt: day(3) },
      { ...out, onHand: -2 },
      { ...arrived, onHand: 2 },
      { onHand: -2, location: 'shop', effectiveAt: day(4) },
    ];
    expect(positions(events(...carried))).toEqual([]);
  });

  it('are without those that make up for what is taken back, also in its own millisecond', () => {
    const back = { type: 'stock.reversed', onHand: -2, effectiveAt: day(3) } as const;
    expect(positions(events({ onHand: 2, effectiveAt: day(3) }, back))).toEqual([]);
  });

  it('are those that somebody made, late ones and those of a stocktake too', () => {
    expect(positions(events({ onHand: -2, effectiveAt: day(3) }))).toEqual([1]);
    // A late count and what makes up for that.
    expect(positions(events({ onHand: -2, effectiveAt: day(1) }, { onHand: 2, effectiveAt: day(3) }))).toEqual([1]);
    const fields = { counted: [10, 8] as [number, number] };
    expect(positions(events({ onHand: -2, effectiveAt: day(3), fields }, { onHand: 2, effectiveAt: day(1) }))).toEqual([
      1, 2,
    ]);
    // In one movement with something else of the same time, or beside another operation.
    const received = { type: 'stock.received', onHand: 2, effectiveAt: day(3) } as const;
    expect(positions(events(received, { onHand: -2, effectiveAt: day(3) }))).toEqual([2]);
    expect(positions(events({ ...received, operationId: 'p', effectiveAt: day(1) }, { onHand: -2 }))).toEqual([2]);
    expect(positions(events({ ...received, effectiveAt: day(1) }, { onHand: 0, effectiveAt: day(3) }))).toEqual([2]);
  });
});

describe('the first count after a moment', () => {
  const counts = new Counts();
  counts.add(events({ onHand: 0, effectiveAt: day(5) }, { onHand: 0, effectiveAt: day(3) }));
  const first = (effectiveAt: string, position?: number): string | undefined =>
    counts.first({ itemId: ID, location: 'main', effectiveAt, position });

  it('is the first by time, whenever it was recorded', () => {
    expect([day(1), day(3), day(4), day(5)].map((time) => first(time))).toEqual([day(3), day(5), day(5), undefined]);
  });

  it('may be of the same millisecond, for what has a lower position', () => {
    expect([first(day(3), 1), first(day(3), 3), first(day(5), 0), first(day(5), 2)]).toEqual([
      day(3),
      day(5),
      day(5),
      undefined,
    ]);
  });

  it('is of the item and of the place', () => {
    expect(counts.first({ itemId: ID, location: 'shop', effectiveAt: day(1) })).toBeUndefined();
    expect(counts.first({ itemId: 'b'.repeat(24), location: 'main', effectiveAt: day(1) })).toBeUndefined();
  });
});
