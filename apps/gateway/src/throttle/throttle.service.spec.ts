import type { Share, SharedCounts, Total } from './shared-counts.service';
import { Throttle } from './throttle.service';
import { WINDOW_MS } from './window';

/** What Redis does, for all gateways of a test. */
class Counts implements Pick<SharedCounts, 'add'> {
  away = false;
  private readonly totals = new Map<string, number>();

  async add(shares: readonly Share[]): Promise<Total[] | undefined> {
    if (this.away) return undefined;
    return shares.map(({ kind, caller, seen }) => {
      const known = (this.totals.get(kind + caller) ?? 0) + seen;
      this.totals.set(kind + caller, known);
      return { known, endsIn: WINDOW_MS };
    });
  }
}

const SYNC_MS = 200;
let counts: Counts;
const running: Throttle[] = [];

function gateway(limit = 10, mostCallers?: number): Throttle {
  const limits = { reads: limit, writes: limit };
  const throttle = new Throttle(counts as unknown as SharedCounts, { limits, syncMs: SYNC_MS, mostCallers });
  throttle.onModuleInit();
  running.push(throttle);
  return throttle;
}

beforeEach(() => {
  jest.useFakeTimers();
  counts = new Counts();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((throttle) => throttle.beforeApplicationShutdown()));
  jest.useRealTimers();
});

const hits = (throttle: Throttle, times: number): number =>
  Array.from({ length: times }, () => throttle.hit('reads', 'ana')).filter(({ allowed }) => allowed).length;

describe('a limit', () => {
  it('allows as many as it says in a minute, and as many again in the next', () => {
    const one = gateway(3);
    expect([1, 2, 3, 4].map(() => one.hit('reads', 'ana'))).toEqual([
      { allowed: true, remaining: 2, reset: 60 },
      { allowed: true, remaining: 1, reset: 60 },
      { allowed: true, remaining: 0, reset: 60 },
      { allowed: false, remaining: 0, reset: 60 },
    ]);
    jest.setSystemTime(Date.now() + 59_000);
    expect(one.hit('reads', 'ana')).toEqual({ allowed: false, remaining: 0, reset: 1 });
    jest.setSystemTime(Date.now() + 1_000);
    expect(hits(one, 5)).toBe(3);
  });

  it('is each caller’s own, and reads are not writes', () => {
    const one = gateway(1);
    expect(one.hit('reads', 'ana').allowed).toBe(true);
    expect(one.hit('reads', 'ben').allowed).toBe(true);
    expect(one.hit('writes', 'ana').allowed).toBe(true);
    expect(one.hit('reads', 'ana').allowed).toBe(false);
  });

  it('counts over all gateways, as of the last exchange', async () => {
    const [one, other] = [gateway(), gateway()];
    expect(hits(one, 6)).toBe(6);
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    expect(hits(other, 1)).toBe(1);
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    expect(hits(other, 10)).toBe(3);
  });

  it('holds in each gateway alone while Redis is away, and what was counted is shared afterwards', async () => {
    const [one, other] = [gateway(), gateway()];
    counts.away = true;
    expect(hits(one, 4)).toBe(4);
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    counts.away = false;
    expect(hits(one, 1)).toBe(1);
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    hits(other, 1);
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    expect(hits(other, 10)).toBe(4);
  });

  it('gives back what was counted for the wrong caller', async () => {
    const one = gateway(2);
    one.hit('reads', 'address');
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    one.giveBack('reads', 'address');
    await jest.advanceTimersByTimeAsync(SYNC_MS);
    expect([1, 2, 3].map(() => one.hit('reads', 'address').allowed)).toEqual([true, true, false]);
  });

  it('takes nothing back of a minute that is over', async () => {
    const one = gateway(1);
    one.hit('reads', 'address');
    await jest.advanceTimersByTimeAsync(61_000);
    one.hit('reads', 'address');
    one.giveBack('reads', 'address');
    one.giveBack('reads', 'address');
    expect([1, 2].map(() => one.hit('reads', 'address').allowed)).toEqual([true, false]);
  });

  it('is kept for a bounded number of callers', () => {
    const one = gateway(1, 2);
    for (const caller of ['ana', 'ben', 'cai']) one.hit('reads', caller);
    expect(one.hit('reads', 'cai').allowed).toBe(false);
    // The one known longest was forgotten.
    expect(one.hit('reads', 'ana').allowed).toBe(true);
  });

  it('does not wait longer than a minute after the clock was set back', () => {
    const one = gateway(1);
    one.hit('reads', 'ana');
    jest.setSystemTime(Date.now() - 3_600_000);
    expect(one.hit('reads', 'ana').allowed).toBe(true);
  });
});
