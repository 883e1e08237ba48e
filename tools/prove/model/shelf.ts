import type { LedgerEvent, Line } from '@app/contracts';

/** One item at one place, as one would keep it on paper. Goods on their way (`incoming`) are for those who add transfers. */
export interface Place {
  onHand: number;
  unavailable: number;
  reserved: number;
  incoming: number;
  /** When it was last counted; empty for never. */
  countedAt: string;
}

/** One item's places, how many events it took, and what is known of its past. Never changed in place. */
export interface Shelf {
  readonly places: ReadonlyMap<string, Place>;
  readonly events: number;
  readonly counts: readonly Count[];
  readonly hindsight: readonly Hindsight[];
}

/** Somebody counted: as which of the item's events. */
interface Count {
  location: string;
  at: string;
  event: number;
}

/** What is known by now to have been at a place for a while, beside what the books said then. */
export interface Hindsight {
  location: string;
  from: string;
  upTo: string;
  pieces: number;
}

/** Why not, with the figures that the refusal has to name. */
export interface Refusal {
  code: string;
  figures: Record<string, unknown>;
}

/** When something happened. What was said to have happened earlier can be before a count. */
export interface Moment {
  at: string;
  said: boolean;
  now: string;
  /** Which event is taken back, if one is. */
  event?: number;
}

const EMPTY: Place = { onHand: 0, unavailable: 0, reserved: 0, incoming: 0, countedAt: '' };
export const NOTHING: Shelf = { places: new Map(), events: 0, counts: [], hindsight: [] };

export function placeOf(shelf: Shelf, location: string): Place {
  return shelf.places.get(location) ?? EMPTY;
}

export function freeAt(shelf: Shelf, location: string): number {
  const { onHand, unavailable, reserved } = placeOf(shelf, location);
  return onHand - unavailable - reserved;
}

export function isRefusal(answer: Shelf | Refusal): answer is Refusal {
  return 'code' in answer;
}

/** Adds to a place; one more event. */
export function add(shelf: Shelf, location: string, change: Partial<Place>): Shelf {
  const place = { ...placeOf(shelf, location) };
  place.onHand += change.onHand ?? 0;
  place.unavailable += change.unavailable ?? 0;
  place.reserved += change.reserved ?? 0;
  if (change.countedAt !== undefined) place.countedAt = change.countedAt;
  return { ...shelf, places: new Map(shelf.places).set(location, place), events: shelf.events + 1 };
}

/**
 * Puts pieces on or takes them off. What happened before a count does not change what was counted, neither then nor now: two
 * events, no change, and it was so from then to the first count after it.
 */
function put(shelf: Shelf, location: string, pieces: number, moment: Moment): Shelf {
  const { at: from, said, now } = moment;
  const put_ = add(shelf, location, { onHand: pieces });
  if (pieces === 0 || !said) return put_;
  const [counted] = countsAfter(shelf, location, moment).sort();
  const hindsight = [...shelf.hindsight, { location, from, upTo: counted ?? now, pieces }];
  const after = counted === undefined ? put_ : add(put_, location, { onHand: -pieces });
  return { ...after, hindsight };
}

function countsAfter({ counts }: Shelf, place: string, { at: time, event: number = Infinity }: Moment): string[] {
  return counts.flatMap(({ location, at, event }) => {
    const after = at > time || (at === time && event > number);
    return location === place && after ? at : [];
  });
}

const OUT = ['issue', 'write_off', 'transfer'];

/** One line on the shelf as it stands. */
export function play(shelf: Shelf, line: Line, moment: Moment): Shelf | Refusal {
  const { type, quantity, location = 'main', toLocation = 'main' } = line;
  const { onHand, unavailable, reserved, countedAt } = placeOf(shelf, location);
  if (line.changeFrom !== undefined && line.changeFrom !== onHand)
    return { code: 'stale-quantity', figures: { location, onHand } };
  if (type === 'count') {
    const today = !moment.said || moment.at >= countedAt || quantity === onHand;
    if (today && quantity < reserved)
      return {
        code: 'reserved-exceeds-stock',
        figures: { location, counted: quantity, onHand, reserved, unavailable },
      };
    if (today && quantity < reserved + unavailable) return short(shelf, location, onHand - quantity);
    const after = put(shelf, location, quantity - onHand, moment);
    const counts = [...after.counts, { location, at: moment.at, event: after.events }];
    if (moment.at <= countedAt) return { ...after, counts };
    const place = { ...placeOf(after, location), countedAt: moment.at };
    return { ...after, counts, places: new Map(after.places).set(location, place) };
  }
  const own = type === 'adjust' ? quantity : OUT.includes(type) ? -quantity : quantity;
  const sets = type === 'set_aside' ? quantity : type === 'put_back' ? -quantity : 0;
  if (unavailable + sets < 0) return short(shelf, location, quantity, 'unavailable');
  const after = sets === 0 ? put(shelf, location, own, moment) : add(shelf, location, { unavailable: sets });
  if (freeAt(after, location) < 0) return short(shelf, location, Math.abs(quantity));
  return type === 'transfer' ? put(after, toLocation, quantity, moment) : after;
}

/** Takes back what events did to this item, the last first. */
export function takeBack(shelf: Shelf, events: readonly LedgerEvent[], now: string): Shelf | Refusal {
  let after = shelf;
  const places = new Set<string>();
  for (const { location, change, effectiveAt: at, seq: event } of events.toReversed()) {
    const place = location ?? 'main';
    places.add(place);
    after = put(after, place, -change.onHand, { at, event, said: true, now });
    if (change.unavailable === 0) continue;
    // Pieces and what of them was set aside come back in one event.
    const both = add(after, place, { unavailable: -change.unavailable });
    after = { ...both, events: after.events };
  }
  // Where a count since makes up for it, there are figures in between, which are nobody's business.
  const plain = after.events - shelf.events === events.length;
  for (const location of places)
    if (freeAt(after, location) < 0 || placeOf(after, location).unavailable < 0)
      return {
        code: 'insufficient-stock',
        figures: { location, ...(plain && { available: freeAt(shelf, location) }) },
      };
  return after;
}

export function short(shelf: Shelf, location: string, requested: number, shortOf = 'available'): Refusal {
  const { onHand, unavailable, reserved } = placeOf(shelf, location);
  const available = freeAt(shelf, location);
  const figures = { location, requested, shortOf, available, onHand, reserved, unavailable };
  return { code: 'insufficient-stock', figures };
}
