import type { LedgerEvent } from '@app/contracts';
import fc from 'fast-check';
import { observe, settled, type WatchState } from './watch';

const watch = (below: number, rearmAt = below + 1): WatchState => ({
  below,
  rearmAt,
  told: false,
  epoch: 'e',
  position: 0,
  key: 'k',
});

/** Which of the figures, one after the other, are told. */
function told(state: WatchState, figures: readonly number[]): number[] {
  const places: number[] = [];
  figures.forEach((available, index) => {
    const seen = observe(state, available, { epoch: 'e', position: index + 1 });
    if (seen.tell) places.push(index);
    state = seen.state;
  });
  return places;
}

describe('a watch', () => {
  it('is told once, and again only after the figure rose far enough', () => {
    expect(told(watch(5, 8), [9, 5, 3, 7, 4, 8, 6, 5, 0])).toEqual([1, 7]);
    expect(told(watch(0), [0, 1, 0])).toEqual([0, 2]);
  });

  it('alternates between told and armed, whatever the figures are', () => {
    const figures = fc.array(fc.nat(20));
    fc.assert(
      fc.property(fc.nat(10), fc.integer({ min: 1, max: 10 }), figures, (below, more, all) => {
        const state = watch(below, below + more);
        const places = told(state, all);
        for (const [index, place] of places.entries()) {
          expect(all[place]).toBeLessThanOrEqual(below);
          const since = index === 0 ? [] : all.slice((places[index - 1] ?? 0) + 1, place);
          if (index > 0) expect(Math.max(...since)).toBeGreaterThanOrEqual(below + more);
        }
        // Nothing is left out: after the last one it never rose and fell again.
        const rest = all.slice((places.at(-1) ?? -1) + 1);
        const armed = places.length === 0 ? 0 : rest.findIndex((figure) => figure >= below + more);
        if (armed >= 0) expect(rest.slice(armed).every((figure) => figure > below)).toBe(true);
      }),
    );
  });

  it('gives the same state and no more when what happened is split in two: where one process ends and another goes on', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.nat(20), (figures, cut) => {
        let state = watch(3, 5);
        for (const [index, available] of figures.entries()) {
          // Kept and read again: nothing but the state is known.
          if (index === cut) state = structuredClone(state);
          ({ state } = observe(state, available, { epoch: 'e', position: index + 1 }));
        }
        const last = figures.findLast((figure) => figure <= 3 || figure >= 5);
        expect(state.told).toBe(last !== undefined && last <= 3);
      }),
    );
  });
});

it('a watch looks after each operation, not within one, and not at what is deleted', () => {
  const event = (position: number, operationId: string, type = 'stock.received'): LedgerEvent =>
    ({ position, operationId, type }) as LedgerEvent;
  const events = [event(1, 'a'), event(2, 'b'), event(3, 'b'), event(4, 'c'), event(5, 'c', 'item.deleted')];
  expect(settled(events).map(({ position }) => position)).toEqual([1, 3]);
});
