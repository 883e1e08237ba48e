import type { BookedLine, LedgerEvent, Operation } from '@app/contracts';
import { after, refusedCount } from '../items/bounds';
import { levelAt, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import { releasing, type CountedPlace, type Shelves } from '../reservations/release';
import type { ItemDraft } from '../stock/line';
import { withCounts } from '../stock/past';
import { ended, type LineState, type StocktakeState } from './stocktake';

/** What an approval needs of a line: what was counted, and what the ledger had at that moment. */
export interface Countable {
  itemId: string;
  counted: number;
  onHand: number;
  /** Number of the item's last event then. */
  seq: number;
  at: string;
  /** What was recorded since, up to where it was looked, of the time before the count. */
  late: number;
  /** Nobody has counted it: it is taken for none found since the stocktake was opened. */
  assumed: boolean;
}

/** What is to be approved. */
export interface Approval {
  stocktake: StocktakeState;
  lines: readonly Countable[];
  /** The state of the ledger up to which `late` was looked up. */
  seen: number;
  uncounted: 'ignore' | 'zero';
  releaseHolds: boolean;
  reason: string;
}

/** The lines that an approval books. */
export function countable(
  { openedAt }: Pick<StocktakeState, 'openedAt'>,
  lines: readonly LineState[],
  uncounted: 'ignore' | 'zero',
): Countable[] {
  return lines.flatMap(({ itemId, count, expected, seq }) => {
    if (count) {
      const { quantity, onHand, at } = count;
      return { itemId, counted: quantity, onHand, seq: count.seq, at, late: 0, assumed: false };
    }
    const opened = { itemId, counted: 0, onHand: expected, seq, at: openedAt, late: 0, assumed: true };
    return uncounted === 'zero' ? opened : [];
  });
}

/**
 * Whether an event that was recorded after a count tells of the time before it: then the counter has seen what the ledger had
 * not, and it belongs to what should have been there. What was recorded when it happened came after the count, whatever two
 * clocks say; for another count and for what is taken back it is the time that tells: this one makes up for it, or is made up
 * for (see `withCounts`).
 */
export function isLate(
  { type, at, effectiveAt }: Pick<LedgerEvent, 'type' | 'at' | 'effectiveAt'>,
  countedAt: string,
): boolean {
  if (type === 'stock.counted' || type === 'stock.reversed') return effectiveAt <= countedAt;
  return effectiveAt < countedAt && effectiveAt !== at;
}

export type Since = readonly Pick<
  LedgerEvent,
  'type' | 'at' | 'effectiveAt' | 'itemId' | 'location' | 'seq' | 'change'
>[];

/** What events say of the time before a line was counted. */
export function lateIn(
  events: Since,
  { itemId, seq, at }: Pick<Countable, 'itemId' | 'seq' | 'at'>,
  location: string,
): number {
  return events.reduce((sum, event) => {
    const own = event.itemId === itemId && event.location === location && event.seq > seq;
    return own && isLate(event, at) ? sum + event.change.onHand : sum;
  }, 0);
}

/** Refusals that are told at most. */
const TOLD = 100;
/** Lines of reservations that an approval releases at most: they are part of its one operation. */
const RELEASED = 2_000;

/**
 * Books what was counted: for each line the difference to what was on hand at the moment of the count, at that time, so that
 * what has moved since stays as it is. All lines or none. That the stocktake is open is looked at before.
 */
export function approve(approval: Approval, since: Since, shelves: Shelves, now: string): ItemDraft[] | Rejection {
  const { stocktake, lines } = approval;
  const drafts: ItemDraft[] = [];
  const refusals: Rejection[] = [];
  const events = byItem(since);
  let released = 0;
  for (const line of lines) {
    const decision = decideLine(approval, line, events.get(line.itemId) ?? [], shelves, now);
    if (isRejection(decision)) refusals.push(decision);
    else drafts.push(...decision);
    if (!isRejection(decision)) released += decision.filter(({ draft }) => draft.type === 'stock.released').length;
  }
  if (refusals.length > 0) return allOf(refusals);
  if (released > RELEASED) return tooMuchToRelease(released);
  return drafts.length > 0 ? drafts : empty(stocktake);
}

function byItem(events: Since): Map<string, Since> {
  const own = new Map<string, Since>();
  for (const event of events) own.set(event.itemId, [...(own.get(event.itemId) ?? []), event]);
  return own;
}

function decideLine(
  { stocktake: { id, location }, releaseHolds }: Approval,
  line: Countable,
  since: Since,
  shelves: Shelves,
  now: string,
): ItemDraft[] | Rejection {
  const { itemId } = line;
  const item = shelves.items.get(itemId) ?? shelves.item(itemId);
  // There is no shelf that it could be on any more.
  if (!item || item.deleted) return [];
  const draft = draftOf(line, since, item, location, now);
  const decide = (): ItemDraft[] | Rejection => {
    const state = shelves.items.get(itemId) ?? item;
    const drafts = withCounts(state, [draft], shelves.firstCount).map((one) => ({
      ...one,
      links: { stocktakeId: id },
    }));
    const { onHand } = levelAt(state, location);
    // Only where no later count makes up for it.
    const refused = drafts.length === 1 ? refusedCount(state, location, onHand + draft.change.onHand) : undefined;
    if (refused) return refused;
    const next = after(state, drafts, now);
    if (isRejection(next)) return next;
    shelves.items.set(itemId, next);
    return drafts.map((one) => ({ itemId, draft: one }));
  };
  const quantity = levelAt(item, location).onHand + draft.change.onHand;
  return releasing(decide, releaseHolds ? [{ itemId, location, quantity }] : [], shelves, now);
}

function draftOf(line: Countable, since: Since, item: ItemState, location: string, now: string): Draft {
  const { counted, at } = line;
  const expected = line.onHand + line.late + lateIn(since, line, location);
  return {
    type: 'stock.counted',
    location,
    change: { ...NO_CHANGE, onHand: differenceOf(line, expected, levelAt(item, location).onHand) },
    effectiveAt: at < now ? at : now,
    unitCost: null,
    fields: { counted: [expected, counted] },
  };
}

/** Of what nobody has counted, no more can be missing than there is: what was sold meanwhile was there. */
function differenceOf({ counted, assumed }: Countable, expected: number, onHand: number): number {
  const difference = counted - expected;
  return assumed ? Math.max(difference, 0 - onHand) : difference;
}

/** Where a count leaves less than is promised or set aside: only there it matters who has reserved what. */
export function shortPlaces(
  { stocktake: { location }, lines }: Approval,
  since: Since,
  itemOf: (id: string) => ItemState | undefined,
): CountedPlace[] {
  const events = byItem(since);
  return lines.flatMap((line) => {
    const item = itemOf(line.itemId);
    if (!item) return [];
    const { onHand, reserved, unavailable } = levelAt(item, location);
    const expected = line.onHand + line.late + lateIn(events.get(line.itemId) ?? [], line, location);
    const quantity = onHand + differenceOf(line, expected, onHand);
    return quantity < reserved + unavailable ? { itemId: line.itemId, location, quantity } : [];
  });
}

/** The first refusal, and what was refused of the other lines. */
function allOf(refusals: readonly Rejection[]): Rejection {
  const [first = rejected('validation', '')] = refusals;
  const lines = refusals.slice(0, TOLD).map(({ rejected: code, detail, extra }) => {
    const { reservations: _, ...figures } = extra;
    return { code, detail, ...figures };
  });
  return { ...first, extra: { ...first.extra, refused: refusals.length, lines } };
}

function tooMuchToRelease(released: number): Rejection {
  const detail = `${released} lines of reservations would have to be released, more than ${RELEASED}: release some before.`;
  return rejected('reserved-exceeds-stock', detail, { released, most: RELEASED });
}

function empty({ id }: StocktakeState): Rejection {
  return rejected('stocktake-empty', `Nothing of the stocktake ${id} was counted: count, or cancel it.`, {
    stocktakeId: id,
  });
}

/** The stocktake once these events have booked it. */
export function approvedBy(
  { operation, stocktake, lines, uncounted }: Approval & { operation: Operation },
  events: readonly LedgerEvent[],
  now: string,
): StocktakeState {
  const booked = new Set(events.flatMap(({ fields, itemId }) => (fields?.counted ? itemId : []))).size;
  const approval = {
    operationId: operation.id,
    firstPosition: events[0]?.position ?? 0,
    position: events.at(-1)?.position ?? 0,
    uncounted,
    booked,
    gone: lines.length - booked,
  };
  return ended(stocktake, 'approved', { at: now, by: operation.actor, approval });
}

/** What the events of an approval say of its lines. */
export function bookedBy(events: readonly LedgerEvent[]): BookedLine[] {
  const lines = new Map<string, BookedLine>();
  const changes = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { type, itemId, sku, name, change, fields, level } of events) {
    if (type !== 'stock.counted') continue;
    changes.set(itemId, (changes.get(itemId) ?? 0) + change.onHand);
    counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
    const own = lines.get(itemId);
    const onHand = level?.onHand ?? 0;
    const [expected, counted] = fields?.counted ?? [own?.expected, own?.counted];
    // Numbers, as `draftOf` has put them there.
    const told = { counted: Number(counted ?? 0), expected: Number(expected ?? 0) };
    lines.set(itemId, { itemId, sku, name, ...told, change: 0, onHand, superseded: false });
  }
  return [...lines.values()].map((line) => {
    const { itemId } = line;
    return { ...line, change: changes.get(itemId) ?? 0, superseded: (counts.get(itemId) ?? 0) > 1 };
  });
}
