import type { ItemQuery } from '@app/contracts';
import { mongo } from 'mongoose';
import { orderOf, type Keyset, type ListQuery, type Page, type SortField } from './paging';
import { wordsOf } from './search';

/** What a list can be ordered and filtered by; the items and their listing both have it. */
export interface Listed {
  _id: string;
  deleted: boolean;
  name: string;
  sku: string | null;
  createdAt: string;
  quantity: number;
  updatedAt: string;
  seq: number;
}

const INDEX: Readonly<Record<SortField, string>> = {
  name: 'by_name',
  sku: 'by_sku',
  createdAt: 'by_created',
  quantity: 'by_quantity',
  updatedAt: 'by_updated',
};

/** A list that takes longer than this is ended: the server has other things to do. */
const MAX_TIME_MS = 2_000;
const HIGHEST = '\u{10ffff}';

/** One page in keyset order: page 200 costs what page 1 costs. */
export async function readPage<Document extends Listed>(
  collection: mongo.Collection<Document>,
  query: ListQuery,
  after: Keyset | undefined,
): Promise<Page> {
  const { field, direction } = orderOf(query.sort);
  const filter = conditionsOf(query) as mongo.Filter<Document>;
  const options = { readConcern: { level: 'majority' }, maxTimeMS: MAX_TIME_MS } as const;
  const plain = Object.keys(filter).length === 1;
  const rest =
    after && !plain ? ({ $and: [filter, beyond(field, direction, after)] } as mongo.Filter<Document>) : filter;
  // Only what says where an item stands: the items themselves come from memory where it has this version of them.
  const cursor = collection.find(rest, { ...options, projection: { seq: 1, [field]: 1 } });
  if (plain) bound(cursor, field, direction, query.deleted ?? false, after);
  else cursor.sort({ [field]: direction, _id: direction });
  const [found, total] = await Promise.all([
    // One more than asked for tells whether there is a next page.
    cursor
      .limit(query.limit + 1)
      .batchSize(query.limit + 2)
      .toArray() as Promise<Document[]>,
    query.count ? collection.countDocuments(filter, options) : undefined,
  ]);
  const rows = found.slice(0, query.limit).map((row) => ({ value: row[field], id: row._id, seq: row.seq }));
  const next = found.length > query.limit ? (rows.at(-1) ?? null) : null;
  return { rows, next, ...(total !== undefined && { total }) };
}

/**
 * Without other filters the page begins at an exact place in the index. A condition `{$or: …}` would give the same page, but
 * the planner may answer it by a scan.
 */
function bound(
  cursor: Pick<mongo.FindCursor, 'hint' | 'min' | 'max' | 'sort'>,
  field: SortField,
  direction: 1 | -1,
  deleted: boolean,
  after: Keyset | undefined,
): void {
  const low = new mongo.MinKey();
  const high = new mongo.MaxKey();
  // A lower bound is inclusive: the least text beyond an id is the id and one character of zero. An upper bound is exclusive.
  const from = after && direction === 1 ? [after.value, `${after.id}\u0000`] : [low, low];
  const to = after && direction === -1 ? [after.value, after.id] : [high, high];
  cursor.hint(INDEX[field]);
  cursor.min({ deleted, [field]: from[0], _id: from[1] });
  cursor.max({ deleted, [field]: to[0], _id: to[1] });
  cursor.sort({ deleted: direction, [field]: direction, _id: direction });
}

/** What comes after a place, where null stands before every text. */
function beyond(field: SortField, direction: 1 | -1, { value, id }: Keyset): object {
  const further = direction === 1 ? '$gt' : '$lt';
  const tie = { [field]: value, _id: { [further]: id } };
  if (value === null) return direction === 1 ? { $or: [tie, { [field]: { $type: 'string' } }] } : tie;
  const rest = [{ [field]: { [further]: value } }, ...(field === 'sku' && direction === -1 ? [{ sku: null }] : [])];
  return { $or: [tie, ...rest] };
}

/** Conditions are built from values only, never from a client's objects or patterns. */
export function conditionsOf(query: ItemQuery): Record<string, unknown> {
  const { q, category, tag, location, lowStock, deleted = false, attributes = {} } = query;
  const all: object[] = [];
  for (const word of q === undefined ? [] : [...new Set(wordsOf(q))].slice(0, 10)) {
    // A range on one element of the list: a prefix search that the index serves, without a regular expression.
    all.push({ terms: { $elemMatch: { $gte: word, $lt: word + HIGHEST } } });
  }
  for (const [key, value] of Object.entries(attributes)) all.push({ pairs: `${key}=${value}` });
  if (tag !== undefined) all.push({ tags: tag });
  return {
    deleted,
    ...(category !== undefined && { category }),
    ...(location !== undefined && { locations: location }),
    ...(lowStock !== undefined && { low: lowStock }),
    ...(q !== undefined && wordsOf(q).length === 0 && { _id: '' }),
    ...(all.length > 0 && { $and: all }),
  };
}
