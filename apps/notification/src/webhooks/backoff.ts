import type { Progress } from './webhook';

export interface RetryPolicy {
  /** The wait after the first failure; doubled after each further one. */
  baseMs: number;
  /** Failing for so long is enough. */
  giveUpMs: number;
}

const MOST_MS = 3 * 3_600_000;
/** Up to this much longer, by chance: endpoints that failed together do not come back together. */
const JITTER = 0.2;

/** The wait after so many failures. `chance` is from 0 to 1. */
export function retryDelay(failures: number, baseMs: number, chance: number): number {
  return Math.round(Math.min(MOST_MS, baseMs * 2 ** (failures - 1) * (1 + JITTER * chance)));
}

/** What came of an attempt. */
export interface Outcome {
  ok: boolean;
  statusCode: number | null;
  error: string | null;
  durationMs: number;
  /** The receiver asked for so long a pause. */
  retryAfterMs: number;
}

export function afterSuccess(progress: Progress, position: number, now: number): Progress {
  const healthy = { failures: 0, failingSince: null, nextAttemptAt: null, lastError: null, reset: null };
  return { ...progress, ...healthy, position, lastDeliveredAt: new Date(now) };
}

/** Receivers say by it that they want nothing any more. */
const GONE = 410;

/** The next attempt, the last of them at the very end of the time that is allowed; or the end of the attempts. */
export function afterFailure(
  progress: Progress,
  { statusCode, error, retryAfterMs }: Outcome,
  { baseMs, giveUpMs }: RetryPolicy,
  { now, chance }: { now: number; chance: number },
): Progress {
  const failures = progress.failures + 1;
  const since = progress.failingSince ?? new Date(now);
  const failed = { ...progress, failures, failingSince: since, lastError: error };
  const end = since.getTime() + giveUpMs;
  const why = statusCode === GONE ? 'gone' : now >= end ? 'exhausted' : undefined;
  if (why) return { ...failed, nextAttemptAt: null, stopped: { at: new Date(now), why } };
  const wait = Math.min(MOST_MS, Math.max(retryAfterMs, retryDelay(failures, baseMs, chance)));
  return { ...failed, nextAttemptAt: new Date(Math.min(now + wait, end)) };
}
