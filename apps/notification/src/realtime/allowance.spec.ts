import { Allowance } from './allowance';

it('an allowance is so many at once, then so many a second, and never more than that is saved up', () => {
  const allowance = new Allowance({ burst: 3, perSecond: 2 }, 0);
  const taken = (now: number): number => [1, 2, 3, 4, 5].filter(() => allowance.take(now)).length;
  expect(taken(0)).toBe(3);
  expect(taken(400)).toBe(0);
  expect(taken(500)).toBe(1);
  expect(taken(1_500)).toBe(2);
  expect(taken(1_000_000)).toBe(3);
});
