import type { Cursor, EventType } from './event.dto';

/** Which events are wanted: those that all of it holds for. */
export interface LedgerFilter {
  itemId?: string;
  types?: EventType[];
  location?: string;
  /** Of items of this category, and the events with which one came into it or left it. */
  category?: string;
  /** Only those with which an item became low or recovered. */
  alerts?: true;
}

/** Where to read on, and how long to wait for something to come. */
export interface LedgerRead extends LedgerFilter {
  /** Events after this position; absent: nothing but the head. */
  after?: number;
  /** The epoch of `after`; another one than the ledger's is refused with `epoch-changed {epoch, head}`. */
  epoch?: string;
  /** At most 1,000; pages stop at 1 MiB too. */
  limit?: number;
  /** Up to 30,000. */
  waitMs?: number;
}

/** What came after a place. */
export interface AskMissed extends LedgerFilter, Cursor {
  /** Counted up to here. */
  most: number;
}

export interface Missed {
  /** The first of them; null when there is none. */
  first: { at: string } | null;
  /** How many, but at most one more than `most`; null when that takes longer than anybody waits. */
  count: number | null;
}

/** How far the listing should be, within how long. */
export interface AskListed {
  position: number;
  waitMs: number;
}
