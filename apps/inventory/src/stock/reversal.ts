import type { EventType, LedgerEvent } from '@app/contracts';
import { after } from '../items/bounds';
import { NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import type { FirstCount } from './counts';
import type { ItemDraft } from './line';
import { withCounts } from './past';

/** What can be taken back. A count says what was there, and nobody can take back that; the rest has routes of its own. */
const REVERSIBLE: readonly EventType[] = [
  'stock.received',
  'stock.returned',
  'stock.issued',
  'stock.written_off',
  'stock.adjusted',
  'stock.transferred_out',
  'stock.transferred_in',
  'stock.set_aside',
  'stock.put_back',
];

/** The events to take back with the one at a position: both halves of a transfer stand side by side. */
export function halvesOf(position: number, around: readonly LedgerEvent[]): LedgerEvent[] {
  const event = around.find((one) => one.position === position);
  if (!event) return [];
  const step = event.type === 'stock.transferred_out' ? 1 : event.type === 'stock.transferred_in' ? -1 : 0;
  const other = around.find((one) => one.position === position + step && one.operationId === event.operationId);
  return around.filter((one) => one === event || one === other);
}

/** Why an event can't be reversed at all; undefined for one that can. */
export function irreversible({ type, position, links }: LedgerEvent): Rejection | undefined {
  const { reservationId, transferId, expectationId, stocktakeId } = links;
  const owned = [reservationId, transferId, expectationId, stocktakeId].some((owner) => owner !== undefined);
  if (REVERSIBLE.includes(type) && !owned) return undefined;
  const detail = owned
    ? `The event at ${position} belongs to something larger, which has routes of its own.`
    : `The event at ${position} is ${type}, which can not be reversed.`;
  return rejected('not-reversible', detail, { position, eventType: type });
}

export function reversedAlready(position: number, by: number): Rejection {
  const detail = `The event at ${position} was reversed by the one at ${by}.`;
  return rejected('already-reversed', detail, { position, reversedBy: by });
}

/**
 * Takes back events of one item, last first, as if they had not happened: at the time they were said to have happened, so that
 * a count made since still holds. Whether they may be, and were not already, is decided before.
 */
export function reverse(
  item: ItemState,
  originals: readonly LedgerEvent[],
  now: string,
  firstCount: FirstCount,
): ItemDraft[] | Rejection {
  const drafts = withCounts(item, originals.toReversed().map(opposite), firstCount);
  const state = after(item, drafts, now);
  return isRejection(state) ? state : drafts.map((draft) => ({ itemId: item.id, draft }));
}

function opposite({ position, location, change, effectiveAt, unitCost }: LedgerEvent): Draft {
  const { onHand, unavailable } = change;
  return {
    type: 'stock.reversed',
    location,
    change: { ...NO_CHANGE, onHand: 0 - onHand, unavailable: 0 - unavailable },
    effectiveAt,
    unitCost,
    fields: null,
    links: { reverses: position },
  };
}
