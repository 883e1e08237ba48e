import type { Keyset, ListQuery, Page } from './paging';

/** A row of the listing: what items are ordered and filtered by. */
export interface ListingRow {
  id: string;
  deleted: boolean;
  name: string;
  sku: string | null;
  category: string | null;
  tags: string[];
  terms: string[];
  pairs: string[];
  locations: string[];
  reorderLevel: number;
  quantity: number;
  available: number;
  /** available ≤ reorder level. */
  low: boolean;
  createdAt: string;
  updatedAt: string;
  seq: number;
}

/** A row as a whole, or only its figures after movements. */
export type ListingChange =
  | { seq: number; row: ListingRow }
  | { seq: number; id: string; quantity: number; available: number; updatedAt: string; locations: string[] };

/** The small projection that a follower keeps, with the indexes that the hot collection must not have. */
export abstract class ListingRepository {
  /**
   * Creates what is missing, takes away what was made of items of a former generation, and returns the position up to which
   * every event is in. What is applied from now on is of this generation, and ignored once there is a later one.
   */
  abstract open(generation: number): Promise<number>;
  /** The position up to which every event is in, whoever keeps it; 0 while it is of items of a former generation. */
  abstract shown(generation: number): Promise<number>;
  abstract apply(changes: readonly ListingChange[], position: number): Promise<void>;
  abstract page(query: ListQuery, after: Keyset | undefined): Promise<Page>;
  abstract all(): AsyncIterable<ListingRow>;
}
