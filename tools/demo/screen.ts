/** Lines that scroll and, on a terminal, one below them that is drawn again and again. */
export class Screen {
  private status = '';
  private shownAt = 0;

  constructor(
    private readonly out: NodeJS.WriteStream | NodeJS.WritableStream = process.stdout,
    private readonly terminal = 'isTTY' in out && out.isTTY,
  ) {}

  line(text = ''): void {
    this.out.write(this.terminal && this.status ? `\r\x1b[K${text}\n${this.status}` : `${text}\n`);
  }

  /** Shown at once on a terminal; elsewhere a line every few seconds, since a log file has no use for more. */
  progress(status: string): void {
    if (this.terminal) this.out.write(`\r\x1b[K${(this.status = this.cut(status))}`);
    else if (Date.now() - this.shownAt >= PLAIN_EVERY_MS) {
      this.shownAt = Date.now();
      this.line(status);
    }
  }

  /** Leaves the last status standing. */
  finish(status: string): void {
    if (this.terminal) this.out.write(`\r\x1b[K${status}\n`);
    else this.line(status);
    this.status = '';
  }

  /** A status that wraps would leave its first half behind. */
  private cut(text: string): string {
    const columns = 'columns' in this.out ? this.out.columns : undefined;
    return columns ? text.slice(0, columns - 1) : text;
  }
}

const PLAIN_EVERY_MS = 3_000;
const BAR = 24;

export function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.floor(share * BAR);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

export function thousands(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
