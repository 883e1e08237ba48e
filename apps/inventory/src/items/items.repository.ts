import type { ItemQuery, ItemSort } from '@app/contracts';
import type { ItemState } from './item';

export type ListQuery = ItemQuery & { limit: number };
export type SortField = 'name' | 'sku' | 'createdAt' | 'quantity' | 'updatedAt';

/** Where a page of a list ends: the sort value and id of its last item. */
export interface Keyset {
  value: string | number | null;
  id: string;
}

export interface Page<Row> {
  documents: Row[];
  next: Keyset | null;
  total?: number;
}

export function orderOf(sort: ItemSort = 'name'): { field: SortField; direction: 1 | -1 } {
  const descending = sort.startsWith('-');
  return { field: (descending ? sort.slice(1) : sort) as SortField, direction: descending ? -1 : 1 };
}

/** Whether the answer hangs on figures that movements change: only the listing has indexes for those. */
export function isVolatile(query: ItemQuery): boolean {
  const { field } = orderOf(query.sort);
  return field === 'quantity' || field === 'updatedAt' || query.lowStock !== undefined || query.location !== undefined;
}

/** The stored projection of the items. */
export abstract class ItemsRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  /** The items of these ids that exist, deleted ones too. */
  abstract states(ids: readonly string[]): Promise<ItemState[]>;
  /** The items that have one of these codes now (`sku:…`, `barcode:…`), not the deleted. */
  abstract byCodes(codes: readonly string[]): Promise<ItemState[]>;
  abstract page(query: ListQuery, after: Keyset | undefined): Promise<Page<ItemState>>;
  /** Replaces the stored items by these, and takes away any other, unless the ledger has moved on from `position`. */
  abstract replaceAll(states: Iterable<ItemState>, position: number): Promise<void>;
  /** All items in order of id: for a verification. */
  abstract all(): AsyncIterable<ItemState>;
}
