import type { CountEntry, ListStocktakeLines, ListStocktakes, OpenStocktake, Operation } from '@app/contracts';
import type { OutcomeRow } from '../ledger/ledger.repository';
import type { Countable } from './approval';
import type { Entered, Sheet } from './entry';
import type { LineState, StocktakeState } from './stocktake';

/** What there is to count, as of exactly one state of the ledger. */
export interface Frozen {
  position: number;
  /** When the last event of that state was recorded. */
  at: string;
  lines: LineState[];
}

export interface StocktakeQuery extends Pick<ListStocktakes, 'status' | 'location'> {
  /** Only those before this one in the list. */
  before: { openedAt: string; id: string } | undefined;
  limit: number;
}

export interface LineQuery extends Pick<ListStocktakeLines, 'state'> {
  stocktakeId: string;
  after: { name: string; itemId: string } | undefined;
  limit: number;
}

/** What is answered, and kept for whoever repeats it. */
export type Kept<Reply> = Omit<OutcomeRow, 'reply'> & { reply: Reply };

/** This operation was done before, or is being done at the same time by somebody else. */
export class AlreadyDone extends Error {}

/** Stocktakes while they are open, and what became of them. An approval is written by the ledger's own transaction. */
export abstract class StocktakesRepository {
  /** Creates what is missing, and ends what a dead process at this address has left under way. */
  abstract open(address: string): Promise<void>;
  /** Ends what the process at another address has left under way, which has lost the lease. */
  abstract endLeftAt(address: string): Promise<void>;
  abstract close(): Promise<void>;
  abstract get(id: string): Promise<StocktakeState | undefined>;
  /** The newest first. */
  abstract page(query: StocktakeQuery): Promise<StocktakeState[]>;
  /** By name. */
  abstract lines(query: LineQuery): Promise<LineState[]>;
  /** How many are open. */
  abstract openOnes(): Promise<number>;
  /** Items and the ledger in one snapshot, while writing goes on. */
  abstract freeze(order: OpenStocktake, limit: number): Promise<Frozen>;
  /** @throws AlreadyDone */
  abstract add(stocktake: StocktakeState, lines: readonly LineState[], kept: Kept<unknown>): Promise<void>;
  /**
   * Enters counts: the sheet, the items and the ledger are read in the transaction that writes what `decide` makes of them. Those
   * that meet in a stocktake come one after the other.
   * @throws AlreadyDone; what `decide` throws, also for a stocktake that does not exist
   */
  abstract enter<Reply>(
    request: { stocktakeId: string; operation: Operation; counts: readonly CountEntry[] },
    decide: (sheet: Omit<Sheet, 'by'> | undefined) => { entered: Entered; kept: Kept<Reply> },
  ): Promise<Kept<Reply>>;
  /** Ends one, as `enter` does. */
  abstract end<Reply>(
    request: { stocktakeId: string; operation: Operation },
    decide: (stocktake: StocktakeState | undefined) => { after: StocktakeState; kept: Kept<Reply> },
  ): Promise<Kept<Reply>>;
  /** What was recorded of each line after its count and up to `seen`, and is of the time before it: see `isLate`. */
  abstract late(location: string, lines: readonly Countable[], seen: number): Promise<Map<string, number>>;
  /** All of them: for a verification. */
  abstract all(): AsyncIterable<StocktakeState>;
  /** Stores what the ledger knows better: for a rebuild. */
  abstract correct(state: StocktakeState): Promise<void>;
}
