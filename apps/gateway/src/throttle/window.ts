/** Length of a window: limits are per minute. */
export const WINDOW_MS = 60_000;

/** The requests of one caller in the running minute and in the one before. */
export interface Counter {
  /** Which minute is running, counted from 1970. */
  window: number;
  /** Requests of the minute before. */
  before: number;
  /** Requests of the running minute that all gateways know of. */
  known: number;
  /** Requests of the running minute that only this process has seen. */
  pending: number;
}

export interface Verdict {
  allowed: boolean;
  /** Requests that are left right now. */
  remaining: number;
  /** Seconds until all of the limit is free again, if nothing more comes. */
  reset: number;
  /** Seconds to wait before the next request can be allowed; 0 when it is. */
  retryAfter: number;
}

export function newCounter(now: number): Counter {
  return { window: windowAt(now), before: 0, known: 0, pending: 0 };
}

export function windowAt(now: number): number {
  return Math.floor(now / WINDOW_MS);
}

/** Moves the counter on to the minute of `now`. */
export function roll(counter: Counter, now: number): void {
  const window = windowAt(now);
  // A clock that was set back must not bring a new minute with each request.
  if (window <= counter.window) return;
  counter.before = window === counter.window + 1 ? counter.known + counter.pending : 0;
  counter.window = window;
  counter.known = 0;
  counter.pending = 0;
}

/**
 * Counts one request if it is allowed. The window slides: of the minute before counts the part that still lies within the last
 * 60 s, so that a border between two minutes does not let twice the limit through. What is refused is not counted, so a
 * client that keeps asking recovers.
 */
export function hit(counter: Counter, limit: number, now: number): Verdict {
  roll(counter, now);
  const elapsed = Math.min(1, Math.max(0, (now - counter.window * WINDOW_MS) / WINDOW_MS));
  const here = counter.known + counter.pending;
  const used = counter.before * (1 - elapsed) + here;
  const allowed = used + 1 <= limit;
  if (allowed) counter.pending++;
  return {
    allowed,
    remaining: allowed ? Math.floor(limit - used - 1) : 0,
    reset: seconds(here > 0 || allowed ? 2 - elapsed : 1 - elapsed),
    retryAfter: allowed ? 0 : seconds(wait(counter.before, here, limit, elapsed)),
  };
}

/** Windows until one more request fits. */
function wait(before: number, here: number, limit: number, elapsed: number): number {
  const room = limit - 1 - here;
  // Enough of the minute before slides out while this one still runs.
  if (room >= 0 && before > 0) return 1 - room / before - elapsed;
  // This minute becomes the one before, and has to slide out itself.
  return 1 - elapsed + (1 - (limit - 1) / here);
}

function seconds(windows: number): number {
  return Math.max(1, Math.ceil((windows * WINDOW_MS) / 1_000));
}
