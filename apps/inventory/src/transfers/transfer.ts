import type {
  CloseTransfer,
  CreateTransfer,
  EndOrder,
  LedgerEvent,
  ReceiveTransfer,
  Transfer,
  TransferredLine,
  TransferStatus,
} from '@app/contracts';
import { rejected, type Rejection } from '../items/rejection';
import { abandoned, ending, missed, missing, type Ending } from '../orders/incoming';
import {
  begun,
  draftOf,
  openAt,
  openLines,
  possible,
  summed,
  told,
  withLine,
  type DraftOfOrder,
  type OrderGround,
  type OrderLine,
  type OrderRules,
  type OrderState,
} from '../orders/order';
import type { ItemDraft } from '../stock/line';

/** What became of the pieces of one item, which are on their way to `location`. What is missing is the difference. */
type Line = OrderLine & Readonly<Omit<TransferredLine, 'missing'>>;

/** Goods under way, as the fold of their events. */
export interface TransferState extends OrderState {
  readonly status: TransferStatus;
  readonly from: string;
  readonly to: string;
  readonly lines: readonly Line[];
  readonly reason: string | null;
}

export type TransferChange =
  | ({ do: 'dispatch' } & CreateTransfer)
  | ({ do: 'receive' } & ReceiveTransfer)
  | ({ do: 'close' } & CloseTransfer)
  | ({ do: 'cancel' } & EndOrder);

export const transferRules: OrderRules<TransferState, TransferChange, Transfer> = {
  link: 'transferId',
  figure: 'incoming',
  first: 'dispatch',
  isOpen: ({ status }) => status === 'in_transit',
  begins: ({ type, change }) => type === 'stock.transferred_out' || (type === 'stock.expected' && change.incoming > 0),
  evolve: evolveTransfer,
  // Where goods are expected can't be closed, but where they came from may have been.
  placesOf: (change, state) => {
    if (change.do === 'dispatch') return (['from', 'to'] as const).map((field) => ({ code: change[field], field }));
    return change.do === 'cancel' && state && transferRules.isOpen(state) ? [{ code: state.from }] : [];
  },
  decide: (change, ground) => {
    if (change.do === 'dispatch') return dispatch(change, ground);
    const { id, state, now } = ground;
    if (!state) return rejected('not-found', `There is no transfer ${id}.`, { transferId: id });
    if (!transferRules.isOpen(state)) return over(state);
    if (change.do === 'receive') return receive(state, change, ground);
    // What has not arrived is lost.
    return change.do === 'close' ? missed(state, endOf(state, 'closed', now)) : cancel(state, ground);
  },
  viewOf: ({ id, status, from, to, lines, reason, reference, actor, createdAt, updatedAt, position }) => {
    const shown = lines.map(({ itemId, quantity, received, returned, open }) => {
      const missing = quantity - received - returned - open;
      return { itemId, quantity, received, returned, missing, open };
    });
    return { id, status, from, to, lines: shown, reason, reference, actor, createdAt, updatedAt, position };
  },
  faultIn: (event, { id, lines }) => {
    const line = lines.find(({ itemId }) => itemId === event.itemId);
    // What comes back is said before it is no longer expected.
    if (!line || line.received + Math.max(line.returned, line.open) <= line.quantity) return undefined;
    return `transfer ${id} brings more than was sent`;
  },
};

/** Sent, then expected, then arrived or not; what comes back comes in where it came from. */
export function evolveTransfer(before: TransferState | undefined, event: LedgerEvent): TransferState {
  const { type, itemId, change, at, position, links } = event;
  const state = before ?? begin(event, links.transferId);
  const [from, to] = [told(event, 'from', state.from), told(event, 'to', state.to)];
  const status = told(event, 'status', state.status);
  const sent = { itemId, location: to, quantity: -change.onHand, received: 0, returned: 0, open: 0 };
  const lines =
    type === 'stock.transferred_out' ? [...state.lines, sent] : withLine(state.lines, itemId, to, moved(event));
  const reason = event.fields?.status ? event.reason : state.reason;
  return { ...state, status, from, to, lines, reason, updatedAt: at, position };
}

function begin(event: LedgerEvent, id: string | undefined): TransferState {
  return { status: 'in_transit', from: '', to: '', lines: [], reason: null, ...begun(event, id) };
}

function moved({ type, change: { onHand, incoming } }: LedgerEvent): (line: Line) => Line {
  return (line) => {
    const open = line.open + incoming;
    if (type !== 'stock.transferred_in') return { ...line, open };
    return incoming < 0
      ? { ...line, open, received: line.received + onHand }
      : { ...line, open, returned: line.returned + onHand };
  };
}

/** All lines or none, summed for each item: gone from where they were, and on their way to where they are expected. */
function dispatch(
  { from, to, lines }: CreateTransfer,
  { id, item: itemOf, now }: OrderGround<TransferState>,
): ItemDraft[] | Rejection {
  const fields = { status: [null, 'in_transit'], from: [null, from], to: [null, to] } satisfies DraftOfOrder['fields'];
  const drafts = summed(lines).flatMap(({ itemId, quantity }) => {
    const common = { itemId, now, fields };
    const out = { ...common, type: 'stock.transferred_out', location: from, change: { onHand: -quantity } } as const;
    const coming = { ...common, type: 'stock.expected', location: to, change: { incoming: quantity } } as const;
    return [out, coming].map((draft) => draftOf({ transferId: id }, draft));
  });
  return possible(drafts, itemOf, now);
}

function receive(
  state: TransferState,
  { lines }: ReceiveTransfer,
  { item: itemOf, now }: OrderGround<TransferState>,
): ItemDraft[] | Rejection {
  const wanted = lines ? summed(lines) : openLines(state).map((line) => ({ ...line, quantity: line.open }));
  let left = openLines(state).reduce((sum, { open }) => sum + open, 0);
  const drafts: ItemDraft[] = [];
  for (const { itemId, quantity } of wanted) {
    const open = openAt(state, itemId, state.to);
    if (quantity > open) return exceeds(state, itemId, quantity, open);
    left -= quantity;
    const change = { onHand: quantity, incoming: -quantity };
    drafts.push(draftOn(state, { itemId, type: 'stock.transferred_in', location: state.to, change, now }));
  }
  return possible(left === 0 ? ending(drafts, state.status, 'received') : drafts, itemOf, now);
}

/** What has not arrived comes back to where it left. */
function cancel(state: TransferState, { item: itemOf, now }: OrderGround<TransferState>): ItemDraft[] | Rejection {
  const drafts = openLines(state).flatMap((line) => {
    const { itemId, open } = line;
    const change = { onHand: open };
    const back = draftOn(state, { itemId, type: 'stock.transferred_in', location: state.from, change, now });
    return [back, missing(line, { transferId: state.id }, now)];
  });
  return possible(ending(drafts, state.status, 'cancelled'), itemOf, now);
}

/** Ends what is under way of an item that there will not be any more. */
export function abandonTransfer(state: TransferState, itemId: string, now: string): ItemDraft[] {
  return abandoned(state, itemId, endOf(state, 'closed', now));
}

function endOf({ id }: TransferState, status: TransferStatus, now: string): Ending {
  return { links: { transferId: id }, status, now };
}

function draftOn({ id }: TransferState, draft: DraftOfOrder): ItemDraft {
  return draftOf({ transferId: id }, draft);
}

function exceeds(state: TransferState, itemId: string, requested: number, open: number): Rejection {
  const detail = `Only ${open} of item ${itemId} are still under way.`;
  return rejected('exceeds-transfer', detail, { transferId: state.id, itemId, location: state.to, requested, open });
}

function over({ id, status }: TransferState): Rejection {
  return rejected('transfer-closed', `The transfer ${id} is ${status}.`, { transferId: id, transferStatus: status });
}
