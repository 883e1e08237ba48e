import type { LedgerEvent, LedgerFilter, Room } from '@app/contracts';

export type PlaceKind = 'items' | 'item' | 'location' | 'category' | 'alerts';

/** Which events belong to a room: those that all of it holds for. */
export type RoomFilter = Pick<LedgerFilter, 'itemId' | 'location' | 'category' | 'alerts'>;

/** A room that can be subscribed to, and what belongs to it. */
export interface Place {
  room: Room;
  kind: PlaceKind;
  filter: RoomFilter;
}

export const ALL: RoomFilter = {};

export function itemPlace(itemId: string): Place {
  return { room: `item:${itemId}`, kind: 'item', filter: { itemId } };
}

/** Every room that an event belongs to, apart from `alerts`; an item that changes its category leaves one and comes into another. */
export function roomsOf(event: LedgerEvent): Room[] {
  const rooms: Room[] = ['items', `item:${event.itemId}`];
  if (event.location !== null) rooms.push(`location:${event.location}`);
  if (event.category !== null) rooms.push(`category:${event.category}`);
  const former = formerCategory(event);
  if (former !== undefined) rooms.push(`category:${former}`);
  return rooms;
}

/** The same, asked of one room. `isAlert`: with the event an item became low or recovered. */
export function belongs(event: LedgerEvent, isAlert: boolean, filter: RoomFilter): boolean {
  const { itemId, location, category, alerts } = filter;
  return (
    (itemId === undefined || event.itemId === itemId) &&
    (location === undefined || event.location === location) &&
    (category === undefined || event.category === category || formerCategory(event) === category) &&
    (alerts === undefined || isAlert)
  );
}

function formerCategory({ category, fields }: LedgerEvent): string | undefined {
  const former = fields?.category?.[0];
  return typeof former === 'string' && former !== category ? former : undefined;
}
