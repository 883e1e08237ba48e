import * as fc from 'fast-check';
import { DueHeap } from './due-heap';

describe('a heap of what is due', () => {
  it('gives what is due first, first, however things were put in and taken out', () => {
    const step = fc.option(fc.integer({ min: 10, max: 99 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new DueHeap<{ at: string }>();
        const list: string[] = [];
        for (const one of steps) {
          if (one === undefined) expect(heap.pop()?.at).toBe(list.shift());
          else {
            heap.push({ at: String(one) });
            list.push(String(one));
            list.sort();
          }
          expect([heap.first?.at, heap.size]).toEqual([list[0], list.length]);
        }
      }),
    );
  });
});
