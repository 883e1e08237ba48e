/** A calculation that may take longer than a question can wait. */
interface Calculation<Result> {
  result: Promise<Result>;
  /** When it was finished; undefined while it runs. */
  doneAt: number | undefined;
}

const MOST = 16;
/** How long a question waits. */
export const WAIT_MS = 1_500;
/** What nobody could wait for is good for this long after it was finished. */
const KEPT_MS = 60_000;

/**
 * Calculations go on when a question gives up, and the results of those that took long are there for the next one; quick ones are
 * calculated anew each time. One at a time: they share the process with the writer of stock.
 */
export class Calculations<Result> {
  private readonly all = new Map<string, Calculation<Result>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly quickMs = WAIT_MS,
    private readonly keptMs = KEPT_MS,
    private readonly now: () => number = Date.now,
  ) {}

  /** Undefined when it is not finished within `ms`, or too many are waiting. */
  async result(key: string, ms: number, calculate: () => Promise<Result>): Promise<Result | undefined> {
    this.forgetOld();
    const known = this.all.get(key);
    if (!known && this.all.size >= MOST) return undefined;
    const { result } = known ?? this.begin(key, calculate);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
    try {
      return await Promise.race([result, over]);
    } finally {
      clearTimeout(timer);
    }
  }

  private begin(key: string, calculate: () => Promise<Result>): Calculation<Result> {
    let begun = 0;
    const timed = (): Promise<Result> => {
      begun = this.now();
      return calculate();
    };
    const result = this.last.then(timed);
    const calculation: Calculation<Result> = { result, doneAt: undefined };
    this.last = result.then(
      () => {
        calculation.doneAt = this.now();
        if (calculation.doneAt - begun < this.quickMs) this.all.delete(key);
      },
      // Who asked is told; the next question tries again.
      () => void this.all.delete(key),
    );
    this.all.set(key, calculation);
    return calculation;
  }

  private forgetOld(): void {
    const oldest = this.now() - this.keptMs;
    for (const [key, { doneAt }] of this.all) if (doneAt !== undefined && doneAt < oldest) this.all.delete(key);
    for (const [key, { doneAt }] of this.all) if (this.all.size >= MOST && doneAt !== undefined) this.all.delete(key);
  }
}
