import { growthOf, judgeGrowth, type Sample } from './memory';

const run = (resident: (at: number) => number, heap = (_: number): number => 50): Sample[] =>
  Array.from({ length: 90 }, (_, at) => ({ resident: resident(at), heap: heap(at) }));

const faults = (samples: Sample[]): string[] => judgeGrowth('app', growthOf(samples));

describe('memory over a run', () => {
  it('may rise until the bounded memories are full, and stay there', () => {
    expect(faults(run((at) => Math.min(200, 100 + at * 5)))).toEqual([]);
  });

  it('may be uneven, as the garbage collector is', () => {
    const heap = (at: number): number => 50 + (at % 7) * 20;
    expect(faults(run((at) => 200 + (at % 3) * 10, heap))).toEqual([]);
  });

  it('must not go on rising', () => {
    expect(faults(run((at) => 100 + at))).toEqual([
      'memory: app: resident 126 MB after the first third, 186 MB after the last',
    ]);
    expect(
      faults(
        run(
          () => 100,
          (at) => 50 + at,
        ),
      ),
    ).toHaveLength(1);
  });

  it('must have been measured', () => {
    expect(faults([])).toHaveLength(2);
    expect(faults(run(() => Number.NaN))).toHaveLength(1);
  });
});
