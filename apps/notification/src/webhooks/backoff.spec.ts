import { afterFailure, afterSuccess, retryDelay, type Outcome } from './backoff';
import { HEALTHY, type Progress } from './webhook';

const HOUR = 3_600_000;
const START: Progress = { epoch: 'e', position: 7, ...HEALTHY, reset: null, lastDeliveredAt: null };
const POLICY = { baseMs: 5_000, giveUpMs: 72 * HOUR };

function answered(statusCode: number | null, retryAfterMs = 0): Outcome {
  return { ok: false, statusCode, error: 'no', durationMs: 1, retryAfterMs };
}

describe('the wait after a failure', () => {
  it('doubles from the base up to three hours', () => {
    const waits = Array.from({ length: 14 }, (_, index) => retryDelay(index + 1, 5_000, 0));
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toBe(3 * HOUR);
    expect(retryDelay(10_000, 5_000, 1)).toBe(3 * HOUR);
  });

  it('differs by chance, never below, and never so much that the next one is shorter', () => {
    for (const failures of [1, 2, 5]) {
      expect(retryDelay(failures, 5_000, 1)).toBeGreaterThan(retryDelay(failures, 5_000, 0));
      expect(retryDelay(failures, 5_000, 1)).toBeLessThan(retryDelay(failures + 1, 5_000, 0));
    }
  });
});

describe('a delivery that fails', () => {
  it('is tried for three days, a last time at their end, then parked, at its place', () => {
    let [progress, now, attempts] = [START, 0, 0];
    while (!progress.stopped) {
      attempts++;
      progress = afterFailure(progress, answered(500), POLICY, { now, chance: 0.5 });
      expect(progress.position).toBe(7);
      if (progress.nextAttemptAt) now = progress.nextAttemptAt.getTime();
    }
    expect(progress.stopped).toEqual({ at: new Date(72 * HOUR), why: 'exhausted' });
    expect([now, progress.nextAttemptAt]).toEqual([72 * HOUR, null]);
    expect(attempts).toBeGreaterThan(30);
    expect(attempts).toBeLessThan(40);
  });

  it('waits as long as it is asked to, if that is longer', () => {
    const wait = (retryAfterMs: number): number | undefined =>
      afterFailure(START, answered(429, retryAfterMs), POLICY, { now: 0, chance: 0 }).nextAttemptAt?.getTime();
    expect([wait(0), wait(60_000), wait(9 * HOUR)]).toEqual([5_000, 60_000, 3 * HOUR]);
  });

  it('by 410 is the last one', () => {
    const { stopped } = afterFailure(START, answered(410), POLICY, { now: 5, chance: 0 });
    expect(stopped).toEqual({ at: new Date(5), why: 'gone' });
  });

  it('leaves nothing behind once it has succeeded', () => {
    const failed = afterFailure(START, answered(null), POLICY, { now: 0, chance: 0 });
    expect(failed).toMatchObject({ failures: 1, failingSince: new Date(0), lastError: 'no' });
    expect(afterSuccess(failed, 8, 9)).toEqual({ ...START, position: 8, lastDeliveredAt: new Date(9) });
  });
});
