import type { Circumstances, EventType, Line, MovementType } from '@app/contracts';
import { availableOf, evolve, figuresOf, levelAt, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';

const MAIN = 'main';
const MOST = 1_000_000_000;

/** The event that each movement becomes. */
export const EVENT: Readonly<Record<MovementType, EventType>> = {
  receive: 'stock.received',
  return: 'stock.returned',
  issue: 'stock.issued',
  write_off: 'stock.written_off',
  adjust: 'stock.adjusted',
  count: 'stock.counted',
};

/** A line whose item is known by id. */
export type ItemLine = Omit<Line, 'itemId' | 'sku' | 'barcode'> & { itemId: string };

/** One event of a movement and the item it belongs to. */
export interface ItemDraft {
  itemId: string;
  draft: Draft;
}

/**
 * Decides a movement: all lines or none. Lines of one item are summed before they are checked, so what one line brings in
 * another may take out, whichever comes first in the request; the events then stand in the order in which nothing is ever negative.
 */
export function move(
  items: ReadonlyMap<string, ItemState>,
  lines: readonly ItemLine[],
  circumstances: Circumstances,
  now: string,
): ItemDraft[] | Rejection {
  const asGiven = inOrder(items, lines, circumstances, now);
  if (!isRejection(asGiven) || asGiven.rejected !== 'insufficient-stock' || lines.length === 1) return asGiven;
  // A count says what is there at its turn, and so does changeFrom: such lines can't change places.
  if (lines.some((line) => line.type === 'count' || line.changeFrom !== undefined)) return asGiven;
  const inFirst = [...lines.filter((line) => sign(line) > 0), ...lines.filter((line) => sign(line) < 0)];
  return inOrder(items, inFirst, circumstances, now);
}

function inOrder(
  items: ReadonlyMap<string, ItemState>,
  lines: readonly ItemLine[],
  circumstances: Circumstances,
  now: string,
): ItemDraft[] | Rejection {
  const states = new Map<string, ItemState>();
  const drafts: ItemDraft[] = [];
  for (const line of lines) {
    const item = states.get(line.itemId) ?? items.get(line.itemId);
    if (!item || item.deleted)
      return rejected('not-found', `There is no item ${line.itemId}.`, { itemId: line.itemId });
    const decision = decide(item, line, circumstances.effectiveAt, now);
    if (isRejection(decision))
      return decision.rejected === 'insufficient-stock' ? summed(items, lines, line, decision) : decision;
    let state = item;
    for (const draft of decision) {
      state = evolve(state, { ...draft, seq: state.seq + 1, position: state.position, at: now });
      drafts.push({ itemId: line.itemId, draft });
    }
    states.set(line.itemId, state);
  }
  return drafts;
}

/** Decides one line on the state that the lines before it left. Never negative: availability is checked against that state. */
export function decide(
  item: ItemState,
  line: ItemLine,
  happenedAt: string | undefined,
  now: string,
): Draft[] | Rejection {
  const location = line.location ?? MAIN;
  if (location !== MAIN) return rejected('not-found', `There is no location ${location}.`, { location });
  const level = levelAt(item, location);
  if (line.changeFrom !== undefined && line.changeFrom !== level.onHand) {
    return rejected(
      'stale-quantity',
      `${level.onHand} of ${item.name} are on hand at ${location}, not ${line.changeFrom}.`,
      {
        itemId: item.id,
        location,
        onHand: level.onHand,
        current: figuresOf(item),
      },
    );
  }
  const onHand = line.type === 'count' ? line.quantity - level.onHand : sign(line) * Math.abs(line.quantity);
  const draft: Draft = {
    type: EVENT[line.type],
    location,
    change: { ...NO_CHANGE, onHand },
    // Nothing has happened yet in the future: a client whose clock is ahead means now.
    effectiveAt: happenedAt !== undefined && happenedAt < now ? happenedAt : now,
    unitCost: line.unitCost ?? null,
    fields: null,
  };
  // Only a time that was given can be before a count: what is happening now is after all that happened.
  if (happenedAt !== undefined && level.countedAt !== null && draft.effectiveAt < level.countedAt) {
    return madeUpFor(item, draft, level.countedAt);
  }
  return refusal(item, location, onHand) ?? [draft];
}

function refusal(item: ItemState, location: string, onHand: number): Rejection | undefined {
  const available = availableOf(levelAt(item, location));
  if (available + onHand < 0) {
    const detail = `Only ${available} of ${item.name} are available at ${location}.`;
    return rejected('insufficient-stock', detail, { itemId: item.id, location, requested: -onHand, available });
  }
  if (item.quantity + onHand > MOST) {
    const detail = `${item.name} would have more than ${MOST} pieces on hand.`;
    return rejected('quantity-out-of-range', detail, { itemId: item.id, location });
  }
  return undefined;
}

/**
 * A movement from before a count: what was counted then still is what was there, so the count makes up for it. The one of the
 * two that adds comes first, and nothing is negative in between.
 */
function madeUpFor(item: ItemState, draft: Draft, countedAt: string): Draft[] | Rejection {
  const onHand = draft.change.onHand === 0 ? 0 : -draft.change.onHand;
  const makesUp: Draft = {
    ...draft,
    type: 'stock.counted',
    change: { ...NO_CHANGE, onHand },
    effectiveAt: countedAt,
    unitCost: null,
  };
  const added = item.quantity + Math.abs(onHand);
  if (added > MOST) return refusal(item, draft.location ?? MAIN, Math.abs(onHand)) ?? [draft, makesUp];
  return onHand > 0 ? [makesUp, draft] : [draft, makesUp];
}

/** +1 when a line brings in, −1 when it takes out, 0 for a count. */
function sign(line: Pick<Line, 'type' | 'quantity'>): number {
  if (line.type === 'count') return 0;
  if (line.type === 'adjust') return Math.sign(line.quantity);
  return line.type === 'receive' || line.type === 'return' ? 1 : -1;
}

/** Tells what all lines together wanted of the item there, and what there was before the first. */
function summed(
  items: ReadonlyMap<string, ItemState>,
  lines: readonly ItemLine[],
  failed: ItemLine,
  rejection: Rejection,
): Rejection {
  const location = failed.location ?? MAIN;
  const wanting = lines.filter(
    (line) => line.itemId === failed.itemId && (line.location ?? MAIN) === location && sign(line) < 0,
  );
  const item = items.get(failed.itemId);
  if (wanting.length < 2 || !item) return rejection;
  const requested = wanting.reduce((sum, line) => sum + Math.abs(line.quantity), 0);
  return { ...rejection, extra: { ...rejection.extra, requested, available: availableOf(levelAt(item, location)) } };
}
