import type { Circumstances, EventType } from '@app/contracts';
import { after, refusedCount } from '../items/bounds';
import { figuresOf, levelAt, MAIN, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import type { FirstCount } from './counts';
import { EVENTS, type ItemDraft, type ItemLine, type Step } from './line';
import { inSomeOrder } from './order';
import { withCounts } from './past';

/**
 * Decides a movement: all lines or none. Lines of one item are summed before they are checked, so what one line brings in
 * another may take out, whichever comes first in the request; the events then stand in the order in which nothing is ever
 * negative. Lines of different items never wait for each other.
 */
export function move(
  items: ReadonlyMap<string, ItemState>,
  lines: readonly ItemLine[],
  circumstances: Circumstances,
  now: string,
  firstCount: FirstCount,
): ItemDraft[] | Rejection {
  const places = new Map<string, number[]>();
  lines.forEach(({ itemId }, place) => places.set(itemId, [...(places.get(itemId) ?? []), place]));
  const drafts: ItemDraft[][] = lines.map(() => []);
  for (const [itemId, own] of places) {
    const item = items.get(itemId);
    if (!item || item.deleted) return rejected('not-found', `There is no item ${itemId}.`, { itemId });
    const ownLines = own.flatMap((place) => lines[place] ?? []);
    const { effectiveAt } = circumstances;
    const decided = inSomeOrder(item, ownLines, (state, line) => decide(state, line, effectiveAt, now, firstCount));
    if (isRejection(decided)) return decided;
    // In the places that the item's lines have in the request, whatever their order among themselves.
    own.forEach((place, index) => {
      drafts[place] = (decided[index] ?? []).map((draft) => ({ itemId, draft }));
    });
  }
  return drafts.flat();
}

/** Decides one line on the state that the lines before it left. */
function decide(
  item: ItemState,
  line: ItemLine,
  happenedAt: string | undefined,
  now: string,
  firstCount: FirstCount,
): Step | Rejection {
  const location = line.location ?? MAIN;
  const { onHand } = levelAt(item, location);
  if (line.changeFrom !== undefined && line.changeFrom !== onHand) return stale(item, location, line.changeFrom);
  // Nothing has happened yet in the future: a client whose clock is ahead means now.
  const effectiveAt = happenedAt !== undefined && happenedAt < now ? happenedAt : now;
  const own = draftsOf(line, location, onHand, effectiveAt);
  // Only a time that was given can be before a count: what is happening now is after all that happened.
  const drafts = happenedAt === undefined ? own : withCounts(item, own, firstCount);
  const countsToday = line.type === 'count' && drafts.length === own.length;
  const refused = countsToday ? refusedCount(item, location, line.quantity) : undefined;
  if (refused) return refused;
  const state = after(item, drafts, now);
  return isRejection(state) ? state : { drafts, state };
}

function stale(item: ItemState, location: string, changeFrom: number): Rejection {
  const { onHand } = levelAt(item, location);
  return rejected('stale-quantity', `${onHand} of ${item.name} are on hand at ${location}, not ${changeFrom}.`, {
    itemId: item.id,
    location,
    onHand,
    current: figuresOf(item),
  });
}

/** What a line does, before it is known whether it may. */
function draftsOf(line: ItemLine, location: string, onHand: number, effectiveAt: string): Draft[] {
  const { type, quantity } = line;
  const [event, counterpart] = EVENTS[type];
  const draft = (of: EventType, at: string, change: Partial<Draft['change']>): Draft => ({
    type: of,
    location: at,
    change: { ...NO_CHANGE, ...change },
    effectiveAt,
    unitCost: line.unitCost ?? null,
    fields: null,
  });
  switch (type) {
    case 'receive':
    case 'return':
    case 'adjust':
      return [draft(event, location, { onHand: quantity })];
    case 'issue':
    case 'write_off':
      return [draft(event, location, { onHand: -quantity })];
    case 'count':
      return [draft(event, location, { onHand: quantity - onHand })];
    case 'transfer':
      return [
        draft(event, location, { onHand: -quantity }),
        draft(counterpart ?? event, line.toLocation ?? MAIN, { onHand: quantity }),
      ];
    case 'set_aside':
      return [draft(event, location, { unavailable: quantity })];
    case 'put_back':
      return [draft(event, location, { unavailable: -quantity })];
  }
}
