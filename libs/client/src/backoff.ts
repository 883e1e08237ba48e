const FIRST_MS = 200;
const MOST_MS = 5_000;

/** How long to wait before another attempt: what the server asks for, else doubling, apart from what others wait. */
export function backoff(attempt: number, retryAfter?: string | null): number {
  const asked = Number(retryAfter ?? Number.NaN);
  if (asked > 0) return asked * 1_000;
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** attempt);
  return most / 2 + (Math.random() * most) / 2;
}

/** Rejects with the signal's reason when it is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
