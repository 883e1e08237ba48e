import type { ItemQuery, ItemSort } from '@app/contracts';

export type ListQuery = ItemQuery & { limit: number };
export type SortField = 'name' | 'sku' | 'createdAt' | 'quantity' | 'updatedAt';

/** Where a page of a list ends: the sort value and id of its last item. */
export interface Keyset {
  value: string | number | null;
  id: string;
}

/** An item on a page: where it stands, and which version of it was seen there. */
export interface PageRow extends Keyset {
  seq: number;
}

export interface Page {
  rows: PageRow[];
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
