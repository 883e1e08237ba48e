import type { PageInfo } from '@app/contracts';

/** A page of things by id, from a list that holds one more than `limit` when there are more. */
export function pageOf<Entry extends { id: string }>(
  found: readonly Entry[],
  limit: number,
): { data: Entry[]; page: PageInfo } {
  const data = found.slice(0, limit);
  const nextCursor = found.length > limit ? (data.at(-1)?.id ?? null) : null;
  return { data, page: { limit, nextCursor } };
}
