const TICK_MS = 10;

/**
 * Milliseconds that pass while this process gets to run: a tick that comes late counts as twice what it should have taken, and
 * no more. So who promises to answer within a second is not blamed for a machine that has no core for anybody.
 */
export class Stopwatch {
  private counted = 0;
  private readonly begun = performance.now();
  private last = this.begun;
  private readonly timer = setInterval(() => this.tick(), TICK_MS);

  get ms(): number {
    this.tick();
    return this.counted;
  }

  /** Milliseconds that do not count. */
  get missed(): number {
    return Math.max(0, performance.now() - this.begun - this.ms);
  }

  stop(): number {
    clearInterval(this.timer);
    return this.ms;
  }

  private tick(): void {
    const now = performance.now();
    this.counted += Math.min(now - this.last, 2 * TICK_MS);
    this.last = now;
  }
}

/** An answer, and how long it took. */
export async function timed<Result>(ask: Promise<Result>): Promise<{ answer: Result; ms: number }> {
  const watch = new Stopwatch();
  try {
    return { answer: await ask, ms: watch.ms };
  } finally {
    watch.stop();
  }
}
