import { setTimeout as sleep } from 'node:timers/promises';
import { leased } from './lease';
import type { TokenStorage } from './tokens';

const LAG_MS = 10;

/** What tabs share: each has a copy, where what the others wrote comes a little later, as in a browser. */
class Shared {
  private readonly copies: Map<string, string>[] = [];

  tab(): TokenStorage {
    const own = new Map<string, string>();
    this.copies.push(own);
    // One order for all in the end: the last to write is the last everywhere.
    const everywhere = (act: (copy: Map<string, string>) => void): void => {
      act(own);
      setTimeout(() => this.copies.forEach(act), LAG_MS);
    };
    return {
      getItem: (key) => own.get(key) ?? null,
      setItem: (key, value) => everywhere((copy) => copy.set(key, value)),
      removeItem: (key) => everywhere((copy) => copy.delete(key)),
    };
  }
}

/** Works, one for each storage, that tell how many of them ran at the same time at most. */
async function run(storages: TokenStorage[]): Promise<{ most: number; runs: number }> {
  let [now, most, runs] = [0, 0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++now);
    await sleep(30);
    now--;
    runs++;
  };
  await Promise.all(storages.map((storage) => leased(storage, 'a', work)));
  return { most, runs };
}

describe('a lease', () => {
  it('is one tab’s at a time, also of tabs that begin at the same moment', async () => {
    const shared = new Shared();
    const tabs = Array.from({ length: 5 }, () => shared.tab());
    expect(await run(tabs)).toEqual({ most: 1, runs: 5 });
    await sleep(2 * LAG_MS);
    expect(tabs.map((tab) => tab.getItem('a lease'))).toEqual(Array(5).fill(null));
  });

  it('ends with its work, whatever became of that', async () => {
    const tab = new Shared().tab();
    await expect(leased(tab, 'a', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await run([tab])).toEqual({ most: 1, runs: 1 });
  });

  it.each([
    ['one that has ended', () => ({ owner: 'gone', until: Date.now() - 1 })],
    ['one from before the clock was set', () => ({ owner: 'gone', until: Date.now() + 3_600_000 })],
    ['no lease', () => 'text'],
  ])('is there for whoever finds %s', async (_, left) => {
    const tab = new Shared().tab();
    tab.setItem('a lease', JSON.stringify(left()));
    expect(await run([tab])).toEqual({ most: 1, runs: 1 });
  });

  it('of a tab that was closed is waited for until its end', async () => {
    const tab = new Shared().tab();
    tab.setItem('a lease', JSON.stringify({ owner: 'gone', until: Date.now() + 200 }));
    const before = Date.now();
    await run([tab]);
    expect(Date.now() - before).toBeGreaterThanOrEqual(200);
  });

  it.each([
    ['forgets', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }],
    ['has something else', { getItem: () => '{"a":1}', setItem: () => undefined, removeItem: () => undefined }],
    ...['getItem', 'setItem', 'removeItem'].map((forbidden): [string, TokenStorage] => {
      const refuse = (): never => {
        throw new Error('SecurityError');
      };
      return [`forbids ${forbidden}`, { ...new Shared().tab(), [forbidden]: refuse }];
    }),
  ])('does not keep anybody from going on with a storage that %s', async (_, storage) => {
    expect(await run([storage])).toEqual({ most: 1, runs: 1 });
  });

  it('lasts as long as the work', async () => {
    jest.useFakeTimers();
    try {
      const [one, other] = [new Map<string, string>()]
        .flatMap((kept) => [kept, kept])
        .map((kept): TokenStorage => ({
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => void kept.set(key, value),
          removeItem: (key) => void kept.delete(key),
        })) as [TokenStorage, TokenStorage];
      const told: string[] = [];
      const long = leased(one, 'a', () => new Promise<void>((resolve) => setTimeout(resolve, 60_000)));
      await jest.advanceTimersByTimeAsync(200);
      const next = leased(other, 'a', () => Promise.resolve(told.push('next')));
      await jest.advanceTimersByTimeAsync(59_000);
      expect(told).toEqual([]);
      await jest.advanceTimersByTimeAsync(2_000);
      await Promise.all([long, next]);
      expect(told).toEqual(['next']);
    } finally {
      jest.useRealTimers();
    }
  });
});
