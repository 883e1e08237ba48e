/** Limits are per minute; a caller's minute begins with its first request. */
export const WINDOW_MS = 60_000;

/** The requests of one caller in its running minute. */
export interface Counter {
  /** When the minute ends, in ms since 1970. */
  endsAt: number;
  /** Requests that all gateways know of. */
  known: number;
  /** Requests that only this process has seen. */
  pending: number;
}

export interface Verdict {
  allowed: boolean;
  /** Requests that are left in this minute. */
  remaining: number;
  /** Seconds until the next minute, with all of the limit. */
  reset: number;
}

/** Counts one request if it is allowed. What is refused is not counted: it would only lengthen what is told to the others. */
export function hit(counter: Counter, limit: number, now: number): Verdict {
  // A clock that was set back must not make anybody wait for longer than a minute.
  if (now >= counter.endsAt || counter.endsAt > now + WINDOW_MS) begin(counter, now);
  const used = counter.known + counter.pending;
  const allowed = used < limit;
  if (allowed) counter.pending++;
  return {
    allowed,
    remaining: allowed ? limit - used - 1 : 0,
    reset: Math.max(1, Math.ceil((counter.endsAt - now) / 1_000)),
  };
}

function begin(counter: Counter, now: number): void {
  counter.endsAt = now + WINDOW_MS;
  counter.known = 0;
  counter.pending = 0;
}
