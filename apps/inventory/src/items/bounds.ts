import { availableOf, evolve, levelAt, type Draft, type ItemState } from './item';
import { rejected, type Rejection } from './rejection';

/** On hand of one item over all locations, and on its way there, at most. */
const MOST = 1_000_000_000;

/** What no event may break: nothing at a location is ever below zero, and no sum is beyond the limit. */
export function refusalOf(item: ItemState, { location, change }: Draft): Rejection | undefined {
  if (location === null) return undefined;
  const level = levelAt(item, location);
  const requested = change.reserved + change.unavailable - change.onHand;
  if (requested > availableOf(level)) return insufficient(item, location, requested);
  if (level.unavailable + change.unavailable < 0)
    return insufficient(item, location, -change.unavailable, 'unavailable');
  if (item.quantity + change.onHand > MOST) {
    const detail = `${item.name} would have more than ${MOST} pieces on hand.`;
    return rejected('quantity-out-of-range', detail, { itemId: item.id, location });
  }
  if (item.incoming + change.incoming > MOST) {
    const detail = `More than ${MOST} pieces of ${item.name} would be on their way.`;
    return rejected('quantity-out-of-range', detail, { itemId: item.id, location });
  }
  return undefined;
}

/** Which figure of a location was too small: what is put back comes from what is set aside, all else from what is available. */
export type ShortFigure = 'available' | 'unavailable';

/** Not enough is available at a location, or set aside there, for what is wanted of it. */
export function insufficient(
  item: ItemState,
  location: string,
  requested: number,
  shortOf: ShortFigure = 'available',
): Rejection {
  const level = levelAt(item, location);
  const { onHand, reserved, unavailable } = level;
  const figures = { available: availableOf(level), onHand, reserved, unavailable };
  const state = shortOf === 'available' ? 'available' : 'set aside';
  const detail = `Only ${figures[shortOf]} of ${item.name} are ${state} at ${location}.`;
  return rejected('insufficient-stock', detail, { itemId: item.id, location, requested, shortOf, ...figures });
}

/**
 * A count may find less than was thought, but not less than is promised to somebody: what is reserved has to be released
 * first. What is set aside is refused as any other shortage.
 */
export function refusedCount(item: ItemState, location: string, counted: number): Rejection | undefined {
  const { onHand, reserved, unavailable } = levelAt(item, location);
  if (counted < 0 || counted >= reserved) return undefined;
  return rejected('reserved-exceeds-stock', `${reserved} of ${item.name} are reserved at ${location}.`, {
    itemId: item.id,
    location,
    counted,
    onHand,
    reserved,
    unavailable,
  });
}

/** The state after events that follow each other, or why one of them may not be. */
export function after(item: ItemState, drafts: readonly Draft[], now: string): ItemState | Rejection {
  let state: ItemState = item;
  for (const draft of drafts) {
    const refused = refusalOf(state, draft);
    if (refused) return refused;
    state = evolve(state, draft, { seq: state.seq + 1, position: state.position, at: now });
  }
  return state;
}
