import type { ItemState } from './item';
import type { Keyset, ListQuery, Page } from './paging';

/** The stored projection of the items. */
export abstract class ItemsRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  /** The items of these ids that exist, deleted ones too. */
  abstract states(ids: readonly string[]): Promise<ItemState[]>;
  /** The items that have one of these codes now (`sku:…`, `barcode:…`), not the deleted. */
  abstract byCodes(codes: readonly string[]): Promise<ItemState[]>;
  abstract page(query: ListQuery, after: Keyset | undefined): Promise<Page>;
  /** Which version of each item there is now; the deleted and those that never were are left out. */
  abstract seqs(ids: readonly string[]): Promise<Map<string, number>>;
  /** Items whose alert stands, as many as the limit, and the position of the ledger that they are exactly at. */
  abstract low(limit: number): Promise<{ states: ItemState[]; position: number }>;
  /** Items with stock at a location, reserved or on its way there included: all of them, or as many as the limit. */
  abstract stockedAt(location: string, limit: number): Promise<string[]>;
  /** Raised each time that the stored items were made anew: what was made of them before may be wrong. */
  abstract generation(): Promise<number>;
  abstract raiseGeneration(): Promise<void>;
  /** Replaces the stored items by these, and takes away any other, unless the ledger has moved on from `position`. Raises the generation. */
  abstract replaceAll(states: Iterable<ItemState>, position: number): Promise<void>;
  /** All items in order of id: for a verification. */
  abstract all(): AsyncIterable<ItemState>;
}
