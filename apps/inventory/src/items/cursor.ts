import { invalid } from '@app/common';
import type { ItemQuery } from '@app/contracts';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { orderOf, type Keyset } from './paging';

/** A page cursor as clients get it: opaque, and only good for the order and the filters that it was made for. */
export function encodeCursor(query: ItemQuery, { value, id }: Keyset): string {
  return boundCursor(questionOf(query), [value, id]);
}

/** @throws DomainError `validation` for anything that this question did not make */
export function decodeCursor(query: ItemQuery, cursor: string): Keyset {
  const [value = null, id] = placeIn(questionOf(query), cursor);
  const { field } = orderOf(query.sort);
  const fits =
    field === 'quantity' ? typeof value === 'number' : typeof value === 'string' || (field === 'sku' && value === null);
  if (fits && typeof id === 'string' && /^[0-9a-f]{24}$/.test(id)) return { value, id };
  throw invalid('cursor', 'is not one that a page of this question has given');
}

/** `limit` and `count` may change from page to page. */
function questionOf(query: ItemQuery): Question {
  const {
    limit: _limit,
    count: _count,
    cursor: _cursor,
    sort = 'name',
    deleted = false,
    attributes,
    ...filters
  } = query;
  const pairs = Object.entries(attributes ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  return { list: 'items', sort, deleted, ...filters, ...(pairs.length > 0 && { attributes: JSON.stringify(pairs) }) };
}
