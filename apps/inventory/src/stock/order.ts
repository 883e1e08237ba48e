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

/** Tells what all lines together want of the item there and what there is, where that is what makes them impossible. */
function summed(item: ItemState, lines: readonly ItemLine[], refused: Rejection): Rejection {
  const { location } = refused.extra;
  if (refused.rejected !== 'insufficient-stock' || typeof location !== 'string') return refused;
  const shortOf = refused.extra.shortOf as ShortFigure;
  const wanting = lines.filter((line) => takenFrom(line) === shortOf && (line.location ?? MAIN) === location);
  const requested = wanting.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0);
  const level = levelAt(item, location);
  const there = shortOf === 'available' ? availableOf(level) : level.unavailable;
  return requested > there ? insufficient(item, location, requested, shortOf) : refused;
}

/** Which figure of its location a line takes from. */
function takenFrom(line: ItemLine): ShortFigure | undefined {
  if (line.type === 'put_back') return 'unavailable';
  return direction(line) < 0 || line.type === 'transfer' || line.type === 'set_aside' ? 'available' : undefined;
}
