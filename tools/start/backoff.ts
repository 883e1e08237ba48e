const WINDOW_MS = 60_000;
const MOST_ENDS = 5;
const FIRST_WAIT_MS = 100;

/** The times at which a process ended, those that still count. */
export function recent(ends: readonly number[], now: number): number[] {
  return ends.filter((time) => now - time < WINDOW_MS);
}

/**
 * What to do after a process ended without being asked to. `ends` are the times of its ends in the last minute, this one
 * included. The exit code plays no part: a service that ends has failed, also with 0.
 */
export function afterEnd(ends: readonly number[]): { againAfterMs: number } | 'give-up' {
  return ends.length >= MOST_ENDS ? 'give-up' : { againAfterMs: FIRST_WAIT_MS * 2 ** (ends.length - 1) };
}
