/** A rest of one loop that somebody may end early; rung while nobody rests, it ends the next rest at once. */
export class Alarm {
  private wake: (() => void) | undefined;
  private rung = false;

  ring(): void {
    if (this.wake) this.wake();
    else this.rung = true;
  }

  /** Resolves after `ms` (without it: never by itself), when `until` does, or when it rings. */
  rest(ms?: number, until?: Promise<void>): Promise<void> {
    if (this.rung) {
      this.rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        // One that comes late must not end the rest after this one.
        if (this.wake === wake) this.wake = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      this.wake = wake;
      void until?.then(wake);
    });
  }
}
