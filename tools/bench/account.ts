import type { Measured } from './job';

/** What was acknowledged, against what is there. */
export class Account {
  adjusts = 0;

  /** `pieces`: on hand before the first. */
  constructor(private pieces: number) {}

  book({ adjusts, pieces }: Pick<Measured, 'adjusts' | 'pieces'>): void {
    this.adjusts += adjusts;
    this.pieces += pieces;
  }

  compare(found: { adjusts: number; pieces: number }): string | undefined {
    if (found.adjusts === this.adjusts && found.pieces === this.pieces) return undefined;
    return (
      `${this.adjusts} adjusts acknowledged and ${found.adjusts} recorded, ` +
      `${this.pieces} pieces by them and ${found.pieces} on hand`
    );
  }
}
