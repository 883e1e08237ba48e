import type { Actor, LedgerEvent, Links } from '@app/contracts';
import { after } from '../items/bounds';
import { MAIN, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import type { ItemDraft } from '../stock/line';

/** Pieces of one item at one location that an order is about. */
export interface OrderLine {
  readonly itemId: string;
  readonly location: string;
  readonly quantity: number;
  /** What of them is still reserved, or still to come. */
  readonly open: number;
}

/**
 * What several events on items belong to: a reservation, a transfer, an expectation. It is the fold of the events that link to it,
 * so the ledger alone tells it. Never changed in place.
 */
export interface OrderState {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly OrderLine[];
  readonly reference: string | null;
  readonly actor: Actor;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Position of its first event: the higher, the younger. */
  readonly since: number;
  readonly position: number;
}

/** The links by which an event says what order it belongs to. */
export type OrderLink = 'reservationId' | 'transferId' | 'expectationId';

/** What may be asked of an order; each kind has a closed set of these. */
export interface OrderChange {
  readonly do: string;
  readonly lines?: readonly Wanted[];
  readonly reference?: string;
  readonly reason?: string;
}

/** Somewhere that a command moves stock from or to, and the field of the request that says so. */
export interface Place {
  code: string;
  field?: string;
}

/** How many reservations somebody holds, and how many may be: see `holderOf`. */
export interface Quota {
  heldBy(holder: string): number;
  readonly mostHeld: number;
}

/** What an order's rules decide on. */
export interface OrderGround<State> {
  id: string;
  /** Undefined for one that is only to be, and for one that there is not. */
  state: State | undefined;
  item: (id: string) => ItemState | undefined;
  actor: Actor;
  quota: Quota;
  now: string;
}

/** What makes a kind of order: all of it pure. The plan, a rebuild, a verification and the database's writes run on these. */
export interface OrderRules<State extends OrderState, Change extends OrderChange, View> {
  readonly link: OrderLink;
  /** The figure of items that is the sum of what is open in orders. */
  readonly figure: 'reserved' | 'incoming';
  /** The change that makes a new one. */
  readonly first: Change['do'];
  isOpen(state: State): boolean;
  /** Whether an event is of those by which an order comes into being. */
  begins(event: LedgerEvent): boolean;
  /** The fold: live, in a rebuild and in a verification the same. */
  evolve(before: State | undefined, event: LedgerEvent): State;
  /** Where a change moves stock from or to, as far as it could be closed meanwhile. */
  placesOf(change: Change, state: State | undefined): Place[];
  decide(change: Change, ground: OrderGround<State>): ItemDraft[] | Rejection;
  /** The order as clients see it. */
  viewOf(state: State): View;
  /** What an event may not make of an order, beside taking more than there is: for a verification. */
  faultIn?(event: LedgerEvent, after: State): string | undefined;
}

/** What every order has from its first event. */
export function begun({ actor, reference, at, position }: LedgerEvent, id = ''): Omit<OrderState, 'status' | 'lines'> {
  return { id, reference, actor, createdAt: at, updatedAt: at, since: position, position };
}

/** The value that an event gives to something of its order; what it says nothing of stays. */
export function told<Value>({ fields }: LedgerEvent, name: string, before: Value): Value {
  // It was decided by these rules and stored as it was: its type is that of the member.
  return fields?.[name] ? (fields[name][1] as Value) : before;
}

/** The lines with the one of an item at a location changed. */
export function withLine<Line extends OrderLine>(
  lines: readonly Line[],
  itemId: string,
  location: string,
  change: (line: Line) => Line,
): Line[] {
  return lines.map((line) => (line.itemId === itemId && line.location === location ? change(line) : line));
}

/** What of an item at a location is still open in an order. */
export function openAt({ lines }: Pick<OrderState, 'lines'>, itemId: string, location: string): number {
  return lines.find((line) => line.itemId === itemId && line.location === location)?.open ?? 0;
}

export function openLines<Line extends OrderLine>({ lines }: { lines: readonly Line[] }): Line[] {
  return lines.filter(({ open }) => open > 0);
}

/** Pieces of an item, as a request names them. */
export interface Wanted {
  itemId: string;
  quantity: number;
  location?: string;
}

/** What lines want of each item and location, in the order in which these are first named. */
export function summed(lines: readonly Wanted[]): Required<Wanted>[] {
  const sums = new Map<string, Required<Wanted>>();
  for (const { itemId, quantity, location = MAIN } of lines) {
    const key = `${itemId}@${location}`;
    sums.set(key, { itemId, location, quantity: quantity + (sums.get(key)?.quantity ?? 0) });
  }
  return [...sums.values()];
}

/** The events, or why the first that can't be can't: its item is not there, or has too little after those before it. */
export function possible(
  drafts: ItemDraft[],
  itemOf: (id: string) => ItemState | undefined,
  now: string,
): ItemDraft[] | Rejection {
  const states = new Map<string, ItemState>();
  for (const { itemId, draft } of drafts) {
    const item = states.get(itemId) ?? itemOf(itemId);
    if (!item || item.deleted) return rejected('not-found', `There is no item ${itemId}.`, { itemId });
    const state = after(item, [draft], now);
    if (isRejection(state)) return state;
    states.set(itemId, state);
  }
  return drafts;
}

/** An event of an order on one of its items. */
export function draftOf(
  links: Links,
  { itemId, now, type, location, change, fields = null, unitCost = null }: DraftOfOrder,
): ItemDraft {
  const draft = { type, location, change: { ...NO_CHANGE, ...change }, effectiveAt: now, unitCost, fields, links };
  return { itemId, draft };
}

export interface DraftOfOrder extends Pick<Draft, 'type'> {
  itemId: string;
  now: string;
  location: string;
  change: Partial<Draft['change']>;
  fields?: Draft['fields'];
  unitCost?: number | null;
}
