import { isId, type ItemQuery } from '@app/contracts';
import { boundCursor, placeIn, type Question } from '../ledger/bound-cursor';
import { orderOf, type Keyset } from './paging';

/** A page cursor as clients get it: opaque, and only good for the order and the filters that it was made for. */
export function encodeCursor(query: ItemQuery, { value, id }: Keyset): string {
  return boundCursor(questionOf(query), [value, id]);
}

/** @throws DomainError `validation` for anything that this question did not make */
export function decodeCursor(query: ItemQuery, cursor: string): Keyset {
  const { field } = orderOf(query.sort);
  return placeIn(questionOf(query), cursor, ([value = null, id]) => {
    const isText = typeof value === 'string' || (field === 'sku' && value === null);
    const fits = field === 'quantity' ? typeof value === 'number' : isText;
    return fits && typeof id === 'string' && isId(id) ? { value, id } : undefined;
  });
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
