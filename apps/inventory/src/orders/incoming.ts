import type { Links } from '@app/contracts';
import type { ItemDraft } from '../stock/line';
import { draftOf, openLines, type OrderLine, type OrderState } from './order';

/** What ends when an order of pieces on their way ends, and what it is then. */
export interface Ending {
  links: Links;
  status: string;
  now: string;
}

/** All that is still on its way does not come any more. */
export function missed({ status, lines }: OrderState, { links, status: to, now }: Ending): ItemDraft[] {
  return ending(
    openLines({ lines }).map((line) => missing(line, links, now)),
    status,
    to,
  );
}

/** Ends what is on its way of an item that there will not be any more; with its last item the whole order. */
export function abandoned(
  { status, lines }: OrderState,
  itemId: string,
  { links, status: to, now }: Ending,
): ItemDraft[] {
  const open = openLines({ lines });
  const own = open.filter((line) => line.itemId === itemId);
  const drafts = own.map((line) => missing(line, links, now));
  return own.length === open.length ? ending(drafts, status, to) : drafts;
}

/** The events by which an order comes to its end: each says so. */
export function ending(drafts: readonly ItemDraft[], from: string, to: string): ItemDraft[] {
  return drafts.map(({ itemId, draft }) => ({ itemId, draft: { ...draft, fields: { status: [from, to] } } }));
}

/** Pieces that do not come any more. */
export function missing({ itemId, location, open }: OrderLine, links: Links, now: string): ItemDraft {
  return draftOf(links, { itemId, type: 'stock.expected', location, change: { incoming: -open }, now });
}
