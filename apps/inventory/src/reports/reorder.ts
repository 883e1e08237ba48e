import { LIMITS, type Suggestion } from '@app/contracts';
import type { ItemState } from '../items/item';

/** How many pieces come in one pack: goods are ordered in whole ones. An import has a column of text for it. */
export function packSizeOf({ attributes }: Pick<ItemState, 'attributes'>): number | null {
  const { packSize } = attributes;
  const size = typeof packSize === 'string' && /^[0-9]{1,10}$/.test(packSize) ? Number(packSize) : packSize;
  const isSize = typeof size === 'number' && Number.isInteger(size) && size >= 1;
  return isSize && size <= LIMITS.quantity ? size : null;
}

/**
 * What to order of an item, by an order point on the inventory position: when what is available and what is on its way together
 * are at or below the reorder level, the reorder quantity is ordered; an item without one is filled up to its level.
 * Undefined when nothing has to be.
 * Source: E. A. Silver, D. F. Pyke, D. J. Thomas, Inventory and Production Management in Supply Chains, the (s, Q) and (s, S) systems.
 */
export function suggestionFor(item: ItemState): Suggestion | undefined {
  const { id: itemId, sku, name, incoming, reorderLevel, reorderQuantity } = item;
  const available = item.quantity - item.reserved - item.unavailable;
  const projected = available + incoming;
  if (projected > reorderLevel) return undefined;
  const wanted = reorderQuantity ?? reorderLevel - projected;
  if (wanted === 0) return undefined;
  const packSize = packSizeOf(item);
  const quantity = packSize === null ? wanted : Math.ceil(wanted / packSize) * packSize;
  return { itemId, sku, name, available, incoming, projected, reorderLevel, reorderQuantity, packSize, quantity };
}
