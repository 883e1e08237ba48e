import type { EventType, Line, MovementType } from '@app/contracts';
import type { Draft, ItemState } from '../items/item';

/** The events that each movement becomes. */
export const EVENTS: Readonly<Record<MovementType, readonly [EventType, ...EventType[]]>> = {
  receive: ['stock.received'],
  return: ['stock.returned'],
  issue: ['stock.issued'],
  write_off: ['stock.written_off'],
  adjust: ['stock.adjusted'],
  count: ['stock.counted'],
  transfer: ['stock.transferred_out', 'stock.transferred_in'],
  set_aside: ['stock.set_aside'],
  put_back: ['stock.put_back'],
};

/** A line whose item is known by id. */
export type ItemLine = Line & { itemId: string };

/** One event of a movement and the item it belongs to. */
export interface ItemDraft {
  itemId: string;
  draft: Draft;
}

/** What a line comes to: its events, and the item after them. */
export interface Step {
  drafts: Draft[];
  state: ItemState;
}
