import { setTimeout as sleep } from 'node:timers/promises';
import { Calculations } from './calculations';

describe('a calculation', () => {
  it('goes on when a question gives up, and the next question finds its result', async () => {
    const calculations = new Calculations<number>(5, 60_000);
    let times = 0;
    const slow = async (): Promise<number> => {
      await sleep(30);
      return ++times;
    };
    expect(await calculations.result('a', 1, slow)).toBeUndefined();
    expect(await calculations.result('a', 1_000, slow)).toBe(1);
    expect(await calculations.result('a', 1_000, slow)).toBe(1);
    expect(await calculations.result('b', 1_000, slow)).toBe(2);
  });

  it('is made anew when it is quick, or old, or has failed', async () => {
    let now = 0;
    let times = 0;
    const calculations = new Calculations<number>(5, 100, () => now);
    const quick = (): Promise<number> => Promise.resolve(++times);
    expect([await calculations.result('a', 99, quick), await calculations.result('a', 99, quick)]).toEqual([1, 2]);
    const slow = (): Promise<number> => Promise.resolve(((now += 10), ++times));
    expect([await calculations.result('a', 99, slow), await calculations.result('a', 99, slow)]).toEqual([3, 3]);
    now += 101;
    expect(await calculations.result('a', 99, slow)).toBe(4);
    await expect(calculations.result('b', 99, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await calculations.result('b', 99, quick)).toBe(5);
  });

  it('waits for the one before, and not too many wait', async () => {
    const calculations = new Calculations<number>(5, 60_000);
    let running = 0;
    let most = 0;
    const one = async (): Promise<number> => {
      most = Math.max(most, ++running);
      await sleep(2);
      return --running;
    };
    const results = await Promise.all(Array.from({ length: 20 }, (_, at) => calculations.result(`${at}`, 1_000, one)));
    expect([most, results.filter((result) => result === undefined).length]).toEqual([1, 4]);
  });
});
