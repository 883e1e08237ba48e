import type { Change, LedgerEvent, Totals } from '@app/contracts';

type Figures = Record<keyof Change, number>;

/** Adds up events as an accountant would: nothing of the rules is used. Everything wrong throws. */
export class Sums {
  private readonly places = new Map<string, Figures>();
  private readonly items = new Map<string, Figures & { seq: number }>();
  private readonly offTime = new Map<string, Pick<LedgerEvent, 'at' | 'effectiveAt' | 'change'>[]>();
  private position = 0;

  add({ position, itemId, seq, location, change, before, after, level, at, effectiveAt }: LedgerEvent): void {
    insist(position === this.position + 1, `position ${position} follows ${this.position}`);
    const item = this.items.get(itemId) ?? { ...ZERO, seq: 0 };
    insist(seq === item.seq + 1, `item ${itemId} goes from seq ${item.seq} to ${seq}`);
    insistOnSame(`before at ${position}`, before, totals(item));
    const sum = { ...plus(item, change), seq };
    insistOnSame(`after at ${position}`, after, totals(sum));
    this.items.set(itemId, sum);
    this.position = position;
    if (location === null) return;
    const key = `${itemId}@${location}`;
    const place = plus(this.places.get(key) ?? ZERO, change);
    insistOnSame(`level at ${position}`, level, place);
    const { onHand, reserved, unavailable, incoming } = place;
    const least = Math.min(onHand, reserved, unavailable, incoming, onHand - reserved - unavailable);
    insist(least >= 0, `position ${position} leaves less than nothing of ${key}: ${JSON.stringify(place)}`);
    this.places.set(key, place);
    if (at !== effectiveAt) this.offTime.set(key, [...(this.offTime.get(key) ?? []), { at, effectiveAt, change }]);
  }

  /** What the effective clock shows at a place beside what the recorded one shows: both after each time at which that changes. */
  hindsight(itemId: string, location: string): ReadonlyMap<string, number> {
    const changes = (this.offTime.get(`${itemId}@${location}`) ?? []).flatMap(({ at, effectiveAt, change }) => {
      return [
        { time: effectiveAt, pieces: change.onHand },
        { time: at, pieces: -change.onHand },
      ];
    });
    return steps(changes);
  }

  at(itemId: string, location: string): Figures {
    return this.places.get(`${itemId}@${location}`) ?? ZERO;
  }

  totals(itemId: string): Totals {
    return totals(this.items.get(itemId) ?? ZERO);
  }
}

const ZERO: Figures = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 };

function plus(one: Figures, other: Change): Figures {
  return {
    onHand: one.onHand + other.onHand,
    reserved: one.reserved + other.reserved,
    unavailable: one.unavailable + other.unavailable,
    incoming: one.incoming + other.incoming,
  };
}

function totals({ onHand, reserved, unavailable, incoming }: Figures): Totals {
  return { quantity: onHand, reserved, unavailable, available: onHand - reserved - unavailable, incoming };
}

/** What changes come to after each time; where nothing changes there is no step. */
export function steps(changes: readonly { time: string; pieces: number }[]): Map<string, number> {
  const found = new Map<string, number>();
  let sum = 0;
  for (const time of [...new Set(changes.map((change) => change.time))].sort()) {
    const before = sum;
    for (const change of changes) if (change.time === time) sum += change.pieces;
    if (sum !== before) found.set(time, sum);
  }
  return found;
}

export function insist(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the model does not agree: ${what}`);
}

/** Compares the named members only. Test runners' own comparisons cost a hundred times as much. */
export function insistOnSame(what: string, actual: unknown, expected: object): void {
  const found = (actual ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(expected)) {
    const same = JSON.stringify(found[name]) === JSON.stringify(value);
    if (!same) insist(false, `${what}: ${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(value)}`);
  }
}
