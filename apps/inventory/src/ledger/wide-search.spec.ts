import * as fc from 'fast-check';
import { firstWhere } from './wide-search';

describe('a search in wide steps', () => {
  it('finds the first number that it holds for, wherever that is', async () => {
    const sizes = fc.record({ after: fc.nat(10), size: fc.integer({ min: 1, max: 5_000 }), at: fc.nat() });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ after, size, at }) => {
        const wanted = after + 1 + (at % size);
        const holds = (numbers: readonly number[]): Promise<Map<number, boolean>> =>
          Promise.resolve(new Map(numbers.map((number) => [number, number >= wanted])));
        expect(await firstWhere({ after, upTo: after + size }, holds)).toBe(wanted);
      }),
    );
  });

  it('asks three times for one of 250,000', async () => {
    let asked = 0;
    const holds = (numbers: readonly number[]): Promise<Map<number, boolean>> => {
      asked++;
      return Promise.resolve(new Map(numbers.map((number) => [number, number >= 177_777])));
    };
    expect(await firstWhere({ after: 0, upTo: 250_000 }, holds)).toBe(177_777);
    expect(asked).toBe(3);
  });
});
