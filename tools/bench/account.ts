import type { Measured } from './job';

/** What was acknowledged, against what is there. */
export class Account {
  entries = 0;

  /** `pieces`: on hand before the first. */
  constructor(private pieces: number) {}

  book({ entries, pieces }: Pick<Measured, 'entries' | 'pieces'>): void {
    this.entries += entries;
    this.pieces += pieces;
  }

  compare(found: { entries: number; pieces: number }): string | undefined {
    if (found.entries === this.entries && found.pieces === this.pieces) return undefined;
    return (
      `${this.entries} changes acknowledged and ${found.entries} recorded, ` +
      `${this.pieces} pieces by them and ${found.pieces} on hand`
    );
  }
}
