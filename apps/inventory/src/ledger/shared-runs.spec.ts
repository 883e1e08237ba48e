import { setTimeout as sleep } from 'node:timers/promises';
import { SharedRuns } from './shared-runs';

describe('long work', () => {
  it('runs once at a time, and those who ask meanwhile share one that begins after they asked', async () => {
    const runs = new SharedRuns<number>();
    let begun = 0;
    let running = 0;
    let most = 0;
    const work = async (): Promise<number> => {
      const mine = ++begun;
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
      return mine;
    };
    const first = runs.result('a', work);
    await sleep(1);
    const rest = [runs.result('a', work), runs.result('a', work), runs.result('b', work), runs.result('a', work)];
    expect([await first, ...(await Promise.all(rest)), most]).toEqual([1, 2, 2, 3, 2, 1]);
    expect(await runs.result('a', work)).toBe(4);
  });

  it('tells those who asked of a failure, and nobody else', async () => {
    const runs = new SharedRuns<number>();
    const failing = runs.result('a', () => Promise.reject(new Error('no')));
    const other = runs.result('b', () => Promise.resolve(2));
    await expect(failing).rejects.toThrow('no');
    expect([await other, await runs.result('a', () => Promise.resolve(3))]).toEqual([2, 3]);
  });
});
