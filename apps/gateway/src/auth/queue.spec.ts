import { BoundedQueue } from './queue';

/** Tasks that end when they are told to. */
function tasks(count: number): { run: () => Promise<number>; end: () => void; begun: () => boolean }[] {
  return Array.from({ length: count }, (_, index) => {
    let end = (): void => undefined;
    let begun = false;
    const done = new Promise<void>((resolve) => (end = resolve));
    const run = async (): Promise<number> => {
      begun = true;
      await done;
      return index;
    };
    return { run, end: () => end(), begun: () => begun };
  });
}

describe('a bounded queue', () => {
  it('runs as many at once as it may, the rest in order, and refuses who finds it full', async () => {
    const queue = new BoundedQueue({ atOnce: 2, waiting: 2, retryAfter: 3 });
    const all = tasks(5);
    const results = all.map(({ run }) => queue.run(run));
    const refused = results.at(-1);
    await expect(refused).rejects.toMatchObject({ code: 'overloaded', extra: { retryAfter: 3 } });
    expect(all.map(({ begun }) => begun())).toEqual([true, true, false, false, false]);
    all[1]?.end();
    await results[1];
    await new Promise(setImmediate);
    expect(all.map(({ begun }) => begun())).toEqual([true, true, true, false, false]);
    all.forEach(({ end }) => end());
    expect(await Promise.all(results.slice(0, 4))).toEqual([0, 1, 2, 3]);
  });

  it('goes on after a task that fails', async () => {
    const queue = new BoundedQueue({ atOnce: 1, waiting: 1, retryAfter: 1 });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(await queue.run(() => Promise.resolve('again'))).toBe('again');
  });
});
