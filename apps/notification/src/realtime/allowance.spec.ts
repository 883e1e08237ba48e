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

it('an allowance goes on as before when the clock is set back', () => {
  const allowance = new Allowance({ burst: 3, perSecond: 2 }, 10_000);
  expect(allowance.take(10_000)).toBe(true);
  expect([allowance.take(1_000), allowance.take(1_000), allowance.take(1_000)]).toEqual([true, true, false]);
  expect(allowance.take(1_500)).toBe(true);
});
