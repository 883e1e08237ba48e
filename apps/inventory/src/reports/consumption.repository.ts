import type { ClassTotals, ClassedItem, DeadItem, DeadTotal, ReportedItem } from '@app/contracts';
import type { Period, Turned } from './turnover';

/** A stretch of a report's rows, as of a position: since the ledger only grows, the same stretch for ever. */
export interface Stretch {
  /** Nothing after this position is looked at. */
  upTo: number;
  skip: number;
  limit: number;
}

export type TurnedRow = Turned & ReportedItem & { unitCost: number };

/**
 * What was issued, what was there and what it cost, added up by the database from the ledger, in the time at which things
 * happened. What was taken back counts as if it had not happened. Bounded in time: what takes longer fails as a query that took
 * too long.
 */
export abstract class ConsumptionRepository {
  /** Items that had stock or of which something was issued; the most issued first, by value. */
  abstract turnover(
    period: Period,
    stretch: Stretch,
  ): Promise<{ rows: TurnedRow[]; total: Turned & { items: number } }>;
  /** All items that are not deleted or of which something was issued; the most issued first, by value. */
  abstract classes(
    period: Period,
    shares: { a: number; b: number },
    stretch: Stretch,
  ): Promise<{ rows: ClassedItem[]; classes: ClassTotals }>;
  /** Items on hand of which nothing was issued since; what is worth most first. */
  abstract deadStock(since: string, stretch: Stretch): Promise<{ rows: DeadItem[]; total: DeadTotal }>;
}
