import type { ItemSort } from '@app/contracts';
import { orderOf, type Keyset } from './paging';

/** A page cursor as clients get it: opaque, and only good for the order it was made in. */
export function encodeCursor(sort: ItemSort, { value, id }: Keyset): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** Undefined for anything that this order did not make. */
export function decodeCursor(sort: ItemSort, cursor: string): Keyset | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 3) return undefined;
  const [madeFor, value, id] = parts as unknown[];
  if (madeFor !== sort || typeof id !== 'string' || !/^[0-9a-f]{24}$/.test(id)) return undefined;
  const { field } = orderOf(sort);
  const fits =
    field === 'quantity' ? typeof value === 'number' : typeof value === 'string' || (field === 'sku' && value === null);
  return fits ? { value: value as Keyset['value'], id } : undefined;
}
