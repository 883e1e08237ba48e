import { insufficient, type ShortFigure } from '../items/bounds';
import { availableOf, levelAt, MAIN, type Draft, type ItemState } from '../items/item';
import { isRejection, type Rejection } from '../items/rejection';
import type { ItemLine, Step } from './line';

/** Times that lines which were not possible are tried again, behind those that were: a bound on what a hostile request costs. */
const ROUNDS = 8;

type Decide = (item: ItemState, line: ItemLine) => Step | Rejection;

/**
 * The events of all lines of one item, line by line, in an order in which every one of them is possible: as given if that is
 * one, else with what comes in first and what goes out last. Their sum decides, not their order.
 */
export function inSomeOrder(item: ItemState, lines: readonly ItemLine[], decide: Decide): Draft[][] | Rejection {
  // A count says what is there at its turn, and so does changeFrom: such lines can't change places.
  const fixed = lines.some((line) => line.type === 'count' || line.changeFrom !== undefined);
  const asGiven = play(item, lines, decide, fixed ? 1 : ROUNDS);
  if (!isRejection(asGiven) || fixed || lines.length === 1) return asGiven;
  const inFirst = [...lines].sort((one, other) => direction(other) - direction(one));
  const played = play(item, inFirst, decide, ROUNDS);
  return isRejection(played) ? summed(item, lines, asGiven) : played;
}

/** Plays the lines; those that are not possible at their turn wait for the next round. */
function play(item: ItemState, lines: readonly ItemLine[], decide: Decide, rounds: number): Draft[][] | Rejection {
  const played: Draft[][] = [];
  let state = item;
  let waiting = lines;
  for (let round = 1; ; round++) {
    const late: ItemLine[] = [];
    let refused: Rejection | undefined;
    for (const line of waiting) {
      const step = decide(state, line);
      if (isRejection(step)) {
        if (round === rounds) return step;
        refused ??= step;
        late.push(line);
      } else {
        played.push(step.drafts);
        state = step.state;
      }
    }
    if (!refused) return played;
    // Nothing has become possible: nothing will.
    if (late.length === waiting.length) return refused;
    waiting = late;
  }
}

/** What a line does to the item as a whole: 1 when it brings in, −1 when it takes out, 0 when it moves within. */
function direction({ type, quantity }: ItemLine): number {
  if (type === 'adjust') return Math.sign(quantity);
  if (type === 'receive' || type === 'return') return 1;
  return type === 'issue' || type === 'write_off' ? -1 : 0;
}

/** What lines take together from one figure of a location, and what they bring there. */
interface Demand {
  location: string;
  shortOf: ShortFigure;
  requested: number;
  brought: number;
  there: number;
}

/**
 * Tells what all lines together want of the item at a place and what there is, where that is what makes them impossible: of a
 * place for which what other lines bring there is too little, else of the one that was met first.
 */
function summed(item: ItemState, lines: readonly ItemLine[], refused: Rejection): Rejection {
  const { location, shortOf } = refused.extra;
  if (refused.rejected !== 'insufficient-stock' || typeof location !== 'string') return refused;
  const met = demandOf(item, lines, location, shortOf as ShortFigure);
  const others = lines.flatMap((line) => {
    const figure = takenFrom(line);
    return figure ? demandOf(item, lines, line.location ?? MAIN, figure) : [];
  });
  const short = [met, ...others].find(({ requested, brought, there }) => requested > there + brought) ?? met;
  return short.requested > short.there ? insufficient(item, short.location, short.requested, short.shortOf) : refused;
}

function demandOf(item: ItemState, lines: readonly ItemLine[], location: string, shortOf: ShortFigure): Demand {
  const level = levelAt(item, location);
  const taking = lines.filter((line) => takenFrom(line) === shortOf && (line.location ?? MAIN) === location);
  const bringing = lines.filter((line) => broughtTo(line)?.join() === [location, shortOf].join());
  const there = shortOf === 'available' ? availableOf(level) : level.unavailable;
  return { location, shortOf, requested: sumOf(taking), brought: sumOf(bringing), there };
}

function sumOf(lines: readonly ItemLine[]): number {
  return lines.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0);
}

/** Which figure of its location a line takes from. */
function takenFrom(line: ItemLine): ShortFigure | undefined {
  if (line.type === 'put_back') return 'unavailable';
  return direction(line) < 0 || line.type === 'transfer' || line.type === 'set_aside' ? 'available' : undefined;
}

/** Where a line brings something, and to which figure there. */
function broughtTo(line: ItemLine): [location: string, figure: ShortFigure] | undefined {
  const { type, location = MAIN, toLocation = MAIN } = line;
  if (type === 'transfer') return [toLocation, 'available'];
  if (type === 'set_aside') return [location, 'unavailable'];
  return type === 'put_back' || direction(line) > 0 ? [location, 'available'] : undefined;
}
