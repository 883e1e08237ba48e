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
    this.left = Math.min(this.rate.burst, this.left + ((now - this.at) / 1_000) * this.rate.perSecond);
    this.at = now;
    if (this.left < 1) return false;
    this.left--;
    return true;
  }
}
