import type { Crossing, EventText, Figures, Item, LedgerEvent, Location, Stocktake } from '@app/contracts';
import { figuresFrom } from '../items/item';
import type { OrderKind, ViewOf } from '../orders/kinds';
import { textOf } from './event-text';

/** What is answered beside events: an item after a catalogue command or of a look, a location, an order, a stocktake; null when it is gone. */
export type Reply = Item | Location | ViewOf<OrderKind> | Stocktake | null;

/** What a command came to, once its group is durable. */
export interface Outcome {
  events: EventText[];
  /** Each item touched, once, as it was after the operation. */
  figures: Figures[];
  reply: Reply;
  position: number;
  replayed: boolean;
}

/** The outcome that a command's events tell, the first time and at every repeat. */
export function outcomeOf(
  events: readonly LedgerEvent[],
  { reply, position, replayed }: Pick<Outcome, 'reply' | 'position' | 'replayed'>,
  alerts?: ReadonlyMap<number, Crossing>,
): Outcome {
  const figures = new Map<string, Figures>();
  for (const { itemId: id, sku, seq, after } of events) figures.set(id, figuresFrom({ id, sku, seq }, after));
  const texts = events.map((event) => textOf(event, alerts?.get(event.position)));
  return { events: texts, figures: [...figures.values()], reply, position, replayed };
}
