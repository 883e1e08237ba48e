import type { Crossing, EventType, LedgerEvent, Location, Missed, Operation } from '@app/contracts';
import type { ItemState } from '../items/item';
import type { OrderMaps } from '../orders/kinds';
import type { Moment } from '../stock/counts';
import type { StocktakeState } from '../stocktakes/stocktake';

/** What the ledger's last event fixes: where the next one goes, what it chains to, and a time that it may not be before. */
export interface Tail {
  position: number;
  hash: string;
  at: string;
}

/** Kept privately on the first event of an operation, so that a repeat is answered as the first time, for ever. */
export interface OperationRecord {
  fingerprint: string;
  /** Events of the operation; their positions are consecutive. */
  size: number;
  /** The answer of a catalogue operation; that of a movement is rebuilt from its events. */
  reply?: unknown;
}

/** An event as the ledger keeps it. */
export interface Entry {
  event: LedgerEvent;
  hash: string;
  /** On the first event of an operation. */
  operation?: OperationRecord;
  /** On the event with which an item became low or recovered. */
  alert?: Crossing;
}

/** A keyed operation that changed nothing: it has no event to stand on. */
export interface OutcomeRow {
  operationId: string;
  fingerprint: string;
  reply: unknown;
  position: number;
}

/** What a group writes, in one transaction. */
export interface Batch {
  entries: Entry[];
  /** The last state of each item touched, with the one that the database holds. */
  items: { before: ItemState; after: ItemState }[];
  outcomes: OutcomeRow[];
  /** Only in a group that was decided on locations other than `main`, or changes some. */
  locations?: LocationBatch;
  /** The last state of each order touched; only in a group that touches some. */
  orders?: OrderMaps;
  /** The stocktake that is approved: the group does not commit unless the stored one is that `before`. */
  stocktake?: { before: StocktakeState; after: StocktakeState };
}

export interface LocationBatch {
  /** The version that the group was decided on: when it is not the one that is stored any more, the group does not commit. */
  version: number;
  changes: Location[];
  /** The tail that the group was decided on. */
  after: number;
}

/** A known operation: its answer can be given again. */
export type Known =
  { kind: 'events'; entries: Entry[]; record: OperationRecord } | { kind: 'outcome'; row: OutcomeRow };

export interface RangeFilter {
  itemId?: string;
  types?: readonly EventType[];
  location?: string;
  /** The item's category, before the event or after it. */
  category?: string;
  /** Only events with which an item became low or recovered. */
  alerts?: true;
  actor?: string;
  reason?: string;
  reference?: string;
  /** Only events that moved stock. */
  moved?: boolean;
}

export interface Range {
  /** Exclusive. */
  after: number;
  /** Inclusive. */
  upTo: number;
  limit: number;
  descending?: boolean;
  filter?: RangeFilter;
}

/**
 * Why a group did not commit.
 * - `position`: another writer was first; `operation`: this operation is in the ledger already; `code`: a sku or barcode is taken;
 * - `locations`: the locations have changed since they were looked at; `stocktake`: so has the one that is approved;
 * - `away`: the database could not be reached and nothing was committed; `unknown`: the commit was sent and its outcome is not known.
 */
export type Conflict =
  | { kind: 'position' | 'operation' | 'locations' | 'stocktake' | 'away' | 'unknown' }
  | { kind: 'code'; field: 'sku' | 'barcodes'; value: string };

export class CommitFailure extends Error {
  constructor(
    readonly conflict: Conflict,
    cause: unknown,
  ) {
    super(`the group did not commit: ${conflict.kind}`, { cause });
  }
}

/** The ledger's store. Every read is a majority read: what it shows can't be taken back by a power cut. */
export abstract class LedgerRepository {
  /** Creates what is missing (indexes, the ledger's identity) and returns the epoch. */
  abstract open(): Promise<string>;
  /** Ends the transaction that a dead process left at `address`, and takes a session of its own. Call it before the first commit. */
  abstract takeOver(address: string): Promise<void>;
  /** Ends the transaction that the writer at an address has left open: it is dead, or so slow that it has lost the lease. */
  abstract endLeftAt(address: string): Promise<void>;
  abstract tail(): Promise<Tail>;
  /** Events of a range of positions, in order of position. */
  abstract range(range: Range): Promise<Entry[]>;
  /** The first event of a range, and how many there are, counted up to its limit and one more. */
  abstract missed(range: Range): Promise<Missed>;
  /** The first position recorded at or after a time; one beyond the end when there is none. */
  abstract positionAt(time: string): Promise<number>;
  /** Which of these positions were reversed, and by the events at which. */
  abstract reversals(positions: readonly number[]): Promise<Map<number, number>>;
  /** For each moment, when its place was first counted after it; undefined where it was not. */
  abstract firstCounts(moments: readonly Moment[]): Promise<(string | undefined)[]>;
  abstract known(operationIds: readonly Operation['id'][]): Promise<Map<string, Known>>;
  /** @throws CommitFailure */
  abstract commit(batch: Batch): Promise<void>;
  /** Sends the last commit again, after an unknown outcome. @throws CommitFailure */
  abstract commitAgain(): Promise<void>;
  abstract close(): Promise<void>;
}
