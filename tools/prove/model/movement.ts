import type { Line } from '@app/contracts';
import { freeAt, isRefusal, placeOf, play, type Moment, type Refusal, type Shelf } from './shelf';

/** What lines come to: shelves by item; or why not. `hard` ones need an order that the rules need not look for. */
export interface Outcome {
  shelves: Map<string, Shelf>;
  hard: boolean;
}

/** Lines that move within an item: where there are three, one may have to wait for another in ways that are not tried. */
const WITHIN = ['transfer', 'set_aside', 'put_back'];
const TAKING = ['issue', 'write_off', 'transfer', 'set_aside'];

/** All lines or none, in whatever order they are possible; the items in the order in which they are first named. */
export function playAll(
  shelfOf: (itemId: string) => Shelf,
  lines: readonly (Line & { itemId: string })[],
  moment: Moment,
): Outcome | Refusal {
  const outcome: Outcome = { shelves: new Map(), hard: false };
  for (const itemId of new Set(lines.map((line) => line.itemId))) {
    const own = lines.filter((line) => line.itemId === itemId);
    const shelf = shelfOf(itemId);
    const after = playItem(shelf, own, moment);
    if (isRefusal(after)) return { code: after.code, figures: { itemId, ...after.figures } };
    outcome.shelves.set(itemId, after);
    if (isRefusal(inOrder(shelf, own, moment)) && own.filter(({ type }) => WITHIN.includes(type)).length > 2)
      outcome.hard = true;
  }
  return outcome;
}

function playItem(shelf: Shelf, lines: readonly Line[], moment: Moment): Shelf | Refusal {
  const asGiven = inOrder(shelf, lines, moment);
  const fixed = lines.some(({ type, changeFrom }) => type === 'count' || changeFrom !== undefined);
  if (!isRefusal(asGiven) || fixed || lines.length === 1) return asGiven;
  for (const order of orders(lines)) {
    const after = inOrder(shelf, order, moment);
    if (!isRefusal(after)) return after;
  }
  return { code: 'insufficient-stock', figures: demanded(shelf, lines) };
}

function inOrder(shelf: Shelf, lines: readonly Line[], moment: Moment): Shelf | Refusal {
  let state = shelf;
  for (const line of lines) {
    const after = play(state, line, moment);
    if (isRefusal(after)) return after;
    state = after;
  }
  return state;
}

function orders<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one, at) => orders(all.filter((_, other) => other !== at)).map((rest) => [one, ...rest]));
}

/** Where all is about one place and one of its figures is too small, the refusal has to tell how much all lines together want of it. */
function demanded(shelf: Shelf, lines: readonly Line[]): Record<string, unknown> {
  const [location = '', elsewhere] = new Set(lines.map((line) => line.location ?? 'main'));
  if (elsewhere !== undefined) return {};
  const taken = sumOf(lines.filter(({ type, quantity }) => TAKING.includes(type) || quantity < 0));
  const putBack = sumOf(lines.filter(({ type }) => type === 'put_back'));
  const available = freeAt(shelf, location);
  const { unavailable } = placeOf(shelf, location);
  // Of two that are too small, it is the one that was met first.
  if (taken > available === putBack > unavailable) return {};
  const [requested, shortOf] = taken > available ? [taken, 'available'] : [putBack, 'unavailable'];
  return { location, requested, shortOf, available, unavailable };
}

function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0);
}
