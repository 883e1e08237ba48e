import { levelAt, evolve, type ItemState } from '../items/item';
import { isRejection, type Rejection } from '../items/rejection';
import type { KnownOrders } from '../orders/kinds';
import { openAt } from '../orders/order';
import type { FirstCount } from '../stock/counts';
import type { ItemDraft } from '../stock/line';
import { release, type ReservationState } from './reservation';

/** Reservations that a refused count names at most. */
const NAMED = 20;

/** A place that a count may take from who holds something there. */
export interface CountedPlace {
  itemId: string;
  location: string;
  quantity: number;
}

/** What a count is decided on. */
export interface Shelves {
  /** The items by id; replaced by what they are once something of them is released. */
  items: Map<string, ItemState>;
  item: (id: string) => ItemState | undefined;
  orders: KnownOrders;
  firstCount: FirstCount;
  /** Reservations that were released already, for whatever place: nothing is given back twice. */
  released: Set<string>;
}

/**
 * Decides counts that may release what is held. What is counted is decided as it stands first; only where that is refused for
 * what is reserved, held reservations are released, the youngest first and each one whole, until the count fits.
 */
export function releasing(
  decide: () => ItemDraft[] | Rejection,
  counted: readonly CountedPlace[],
  shelves: Shelves,
  now: string,
): ItemDraft[] | Rejection {
  const released: ItemDraft[] = [];
  for (let decision = decide(), round = 0; ; decision = decide(), round++) {
    if (!isRejection(decision)) return [...released, ...decision];
    const freed = round <= counted.length ? freedFor(decision, counted, shelves, now) : [];
    if (freed.length === 0) return withReservations(decision, shelves.orders);
    released.push(...freed);
    for (const { itemId, draft } of freed) {
      const item = shelves.items.get(itemId) ?? shelves.item(itemId);
      if (!item) throw new Error(`item ${itemId} is reserved and was not looked up`);
      shelves.items.set(itemId, evolve(item, draft, { seq: item.seq + 1, position: item.position, at: now }));
    }
  }
}

function freedFor(
  { rejected, extra }: Rejection,
  counted: readonly CountedPlace[],
  { items, item, orders, released }: Shelves,
  now: string,
): ItemDraft[] {
  if (rejected !== 'reserved-exceeds-stock' && rejected !== 'insufficient-stock') return [];
  const own = counted.filter(({ itemId, location }) => itemId === extra.itemId && location === extra.location);
  const [place] = own;
  const state = place && (items.get(place.itemId) ?? item(place.itemId));
  if (!place || !state) return [];
  const { reserved, unavailable } = levelAt(state, place.location);
  const least = Math.min(...own.map(({ quantity }) => quantity));
  const held = orders
    .openOf('reservation', place.itemId, place.location)
    .filter(({ id, status }) => status === 'held' && !released.has(id));
  const chosen = youngest(held, place, reserved + unavailable - least);
  for (const { id } of chosen) released.add(id);
  return chosen.flatMap((reservation) => release(reservation, now));
}

function youngest(
  held: readonly ReservationState[],
  { itemId, location }: CountedPlace,
  excess: number,
): ReservationState[] {
  const chosen: ReservationState[] = [];
  let left = excess;
  for (const reservation of held) {
    if (left <= 0) break;
    left -= openAt(reservation, itemId, location);
    chosen.push(reservation);
  }
  // What would not be enough is not given up in vain.
  return left > 0 ? [] : chosen;
}

/** A refusal of a count says who holds what. */
export function withReservations(refused: Rejection, all: KnownOrders): Rejection {
  const { itemId, location } = refused.extra;
  if (refused.rejected !== 'reserved-exceeds-stock' || typeof itemId !== 'string' || typeof location !== 'string')
    return refused;
  const reservations = all
    .openOf('reservation', itemId, location)
    .slice(0, NAMED)
    .map(({ id, status, expiresAt, reference, lines }) => {
      return { id, status, expiresAt, reference, reserved: openAt({ lines }, itemId, location) };
    });
  return { ...refused, extra: { ...refused.extra, reservations } };
}
