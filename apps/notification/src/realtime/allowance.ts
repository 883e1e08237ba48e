/** So many at once, then so many a second. The clock comes as an argument. */
export class Allowance {
  private left: number;
  private at: number;

  constructor(
    private readonly rate: { readonly burst: number; readonly perSecond: number },
    now: number,
  ) {
    this.left = rate.burst;
    this.at = now;
  }

  take(now: number): boolean {
    // A clock that was set back takes nothing away.
    const seconds = Math.max(0, now - this.at) / 1_000;
    this.left = Math.min(this.rate.burst, this.left + seconds * this.rate.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
