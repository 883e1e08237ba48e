import type { LedgerEvent } from '@app/contracts';
import { levelAt, type ItemState } from '../items/item';

/** Where and when something happened. */
export interface Moment {
  itemId: string;
  location: string;
  effectiveAt: string;
  /** Of what is to be taken back: a count of the same millisecond came after it if its position is higher. What is new comes after. */
  position?: number | undefined;
}

export function momentKey({ itemId, location, effectiveAt, position }: Moment): string {
  return `${itemId}@${location} ${effectiveAt} ${position ?? ''}`;
}

/** When a place was first counted after a moment; undefined when it was not. */
export type FirstCount = (moment: Moment) => string | undefined;

/** Whether a place may have been counted after a moment: only then it has to be looked up when. */
export function mayBeCounted(item: ItemState, { location, effectiveAt, position }: Moment): boolean {
  const { countedAt } = levelAt(item, location);
  if (countedAt === null) return false;
  return position === undefined ? effectiveAt < countedAt : effectiveAt <= countedAt;
}

type Told = Pick<
  LedgerEvent,
  'type' | 'operationId' | 'itemId' | 'location' | 'change' | 'effectiveAt' | 'position' | 'fields'
>;

/** As far as a count may stand from what it makes up for: a half of a transfer may come between. */
const BESIDE = 2;

/**
 * The counts among events, without those that only make up for something: see `withCounts`.
 * @param events in their order; with each count those beside it
 */
export function countsAmong<Event extends Told>(events: readonly Event[]): Event[] {
  return events.filter((event, at) => {
    if (event.type !== 'stock.counted') return false;
    const beside = events.slice(Math.max(0, at - BESIDE), at + BESIDE + 1);
    return !beside.some((other) => makesUp(event, other));
  });
}

function makesUp(count: Told, other: Told): boolean {
  const { onHand } = count.change;
  // A stocktake says what was counted.
  if (count.fields || onHand === 0 || other.change.onHand !== -onHand) return false;
  const together =
    other.operationId === count.operationId && other.itemId === count.itemId && other.location === count.location;
  // What is counted in an operation has the time of what else it says.
  return together && (other.type === 'stock.reversed' || other.effectiveAt < count.effectiveAt);
}

/** Counts of whatever places. */
export class Counts {
  private readonly places = new Map<string, Pick<Told, 'effectiveAt' | 'position'>[]>();

  /** @param events as `countsAmong` takes them */
  add(events: readonly Told[]): void {
    for (const { itemId, location, effectiveAt, position } of countsAmong(events)) {
      const key = `${itemId}@${location}`;
      const place = this.places.get(key) ?? [];
      place.push({ effectiveAt, position });
      this.places.set(key, place);
    }
  }

  first({ itemId, location, effectiveAt, position = Infinity }: Moment): string | undefined {
    let first: string | undefined;
    for (const count of this.places.get(`${itemId}@${location}`) ?? []) {
      const after = count.effectiveAt === effectiveAt ? count.position > position : count.effectiveAt > effectiveAt;
      if (after) first = earlier(first, count.effectiveAt);
    }
    return first;
  }
}

export function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
