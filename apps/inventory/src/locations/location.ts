import type { CreateLocation, Location, UpdateLocation } from '@app/contracts';
import { levelAt, MAIN, type ItemState } from '../items/item';
import { rejected, type Rejection } from '../items/rejection';

/**
 * What may be done to a location. `candidates` of a closing are the items that had stock there at the position `seen`: all of
 * them, unless there are `more`.
 */
export type LocationChange =
  | { do: 'open'; location: CreateLocation }
  | { do: 'describe'; code: string; changes: UpdateLocation }
  | { do: 'close'; code: string; seen: number; candidates: readonly string[]; more: boolean };

/** The locations that a group is decided on. */
export interface KnownLocations {
  readonly version: number;
  readonly size: number;
  get(code: string): Location | undefined;
}

/** The locations as somebody decides on them. */
export interface Locations {
  location(code: string): Location | undefined;
  /** How many there are, closed ones too. */
  readonly locationCount: number;
  /** An item with stock at a location, reserved or on its way there included. */
  stockedAt(code: string): ItemState | undefined;
}

export function codeIn(change: LocationChange): string {
  return change.do === 'open' ? change.location.code : change.code;
}

/** Decides a change of a location: as it is afterwards, or why not. */
export function changeLocation(change: LocationChange, all: Locations, most: number): Location | Rejection {
  const code = codeIn(change);
  const location = all.location(code);
  if (change.do === 'open') return open(change.location, location, all.locationCount < most);
  if (!location) return unknown(code);
  if (change.do === 'describe') return { ...location, ...change.changes };
  return location.closed ? location : close(location, all, change.more);
}

/** A new location, or a closed one again. */
function open(
  { code, name, address = null }: CreateLocation,
  known: Location | undefined,
  room: boolean,
): Location | Rejection {
  if (known && !known.closed) {
    const errors = [{ field: 'code', message: `${code} is another location` }];
    return rejected('duplicate', `There is a location ${code} already.`, { field: 'code', errors });
  }
  if (!known && !room) {
    const errors = [{ field: 'code', message: 'would be one location too many' }];
    return rejected('validation', 'There are as many locations as there may be.', { errors });
  }
  return { code, name, address, closed: false };
}

function close(location: Location, all: Locations, more: boolean): Location | Rejection {
  const { code } = location;
  if (code === MAIN)
    return rejected('location-not-empty', `${MAIN} always exists and can not be closed.`, { location: code });
  const item = all.stockedAt(code);
  if (!item && more)
    return rejected('location-not-empty', `There is stock of many items at ${code}.`, { location: code });
  if (!item) return { ...location, closed: true };
  const { onHand, reserved, unavailable, incoming } = levelAt(item, code);
  const detail = `There is stock at ${code}, for example of ${item.name}.`;
  return rejected('location-not-empty', detail, {
    location: code,
    itemId: item.id,
    onHand,
    reserved,
    unavailable,
    incoming,
  });
}

/** Whether anything of an item is at a location, or on its way there. */
export function isStocked(item: ItemState, code: string): boolean {
  const { onHand, reserved, unavailable, incoming } = levelAt(item, code);
  return onHand !== 0 || reserved !== 0 || unavailable !== 0 || incoming !== 0;
}

/** Why nothing can be moved to or from a place; undefined when it can. */
export function refusedPlace(code: string, location: Location | undefined): Rejection | undefined {
  if (!location) return unknown(code);
  return location.closed ? rejected('not-found', `The location ${code} is closed.`, { location: code }) : undefined;
}

function unknown(code: string): Rejection {
  return rejected('not-found', `There is no location ${code}.`, { location: code });
}
