/**
 * Long work that is asked for again while it runs: a call whose connection breaks is sent once more, and a person who waits presses the
 * button again, while what was asked for before goes on and is heard by nobody. Side by side, those would slow each other down until
 * every connection breaks for silence and all of them are asked for once more. So one runs at a time, and all who ask meanwhile share the
 * next one: it begins after they have asked.
 */
export class SharedRuns<Result> {
  private last: Promise<unknown> = Promise.resolve();
  private readonly waiting = new Map<string, Promise<Result>>();

  /** @param key those with the same one ask for the same */
  result(key: string, run: () => Promise<Result>): Promise<Result> {
    const waiting = this.waiting.get(key);
    if (waiting) return waiting;
    const result = this.last.then(() => {
      this.waiting.delete(key);
      return run();
    });
    this.waiting.set(key, result);
    // Who asked is told of a failure; the next one runs all the same.
    this.last = result.catch(() => undefined);
    return result;
  }
}
