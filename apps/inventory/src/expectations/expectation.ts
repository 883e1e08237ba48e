import type {
  CreateExpectation,
  EndOrder,
  Expectation,
  ExpectationLine,
  ExpectationStatus,
  ExpectedLine,
  LedgerEvent,
  ReceiveExpectation,
} from '@app/contracts';
import { MAIN } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import { abandoned, ending, missed, type Ending } from '../orders/incoming';
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

/** What became of the pieces of one item for one location. What is cancelled is the difference. */
type Line = OrderLine & Readonly<Omit<ExpectedLine, 'cancelled'>>;

/** Goods ordered from outside, as the fold of their events. */
export interface ExpectationState extends OrderState {
  readonly status: ExpectationStatus;
  readonly expectedAt: string | null;
  readonly supplier: string | null;
  readonly lines: readonly Line[];
  readonly reason: string | null;
}

type Arrived = Pick<Line, 'itemId' | 'location' | 'quantity' | 'unitCost'>;

export type ExpectationChange =
  ({ do: 'expect' } & CreateExpectation) | ({ do: 'receive' } & ReceiveExpectation) | ({ do: 'cancel' } & EndOrder);

export const expectationRules: OrderRules<ExpectationState, ExpectationChange, Expectation> = {
  link: 'expectationId',
  figure: 'incoming',
  first: 'expect',
  isOpen: ({ status }) => status === 'open',
  begins: ({ type, change }) => type === 'stock.expected' && change.incoming > 0,
  evolve: evolveExpectation,
  // Also of a receipt: where more than was expected arrives, nothing may be expected any more, and the place be closed.
  placesOf: (change, state) => {
    if (change.do === 'cancel' || (change.do === 'receive' && !(state && expectationRules.isOpen(state)))) return [];
    return (change.lines ?? []).map(({ location = MAIN }, at) => ({ code: location, field: `lines.${at}.location` }));
  },
  decide: (change, ground) => {
    if (change.do === 'expect') return expect(change, ground);
    const { id, state, now } = ground;
    if (!state) return rejected('not-found', `There is no expectation ${id}.`, { expectationId: id });
    if (!expectationRules.isOpen(state)) return over(state);
    return change.do === 'receive' ? receive(state, change, ground) : missed(state, cancelled(state, now));
  },
  viewOf: ({ id, status, lines, expectedAt, supplier, reason, ...state }) => {
    const { reference, actor, createdAt, updatedAt, position } = state;
    const shown = lines.map(({ itemId, location, quantity, received, open, unitCost }) => {
      const cancelled = Math.max(0, quantity - received - open);
      return { itemId, location, quantity, received, cancelled, open, unitCost };
    });
    const more = { expectedAt, supplier, reason, reference, actor, createdAt, updatedAt, position };
    return { id, status, lines: shown, ...more };
  },
  faultIn: ({ itemId, location }, { id, lines }) => {
    const line = lines.find((one) => one.itemId === itemId && one.location === location);
    if (!line || line.open <= Math.max(0, line.quantity - line.received)) return undefined;
    return `expectation ${id} has more to come than was ordered`;
  },
};

/** Expected, then received or not any more. */
export function evolveExpectation(before: ExpectationState | undefined, event: LedgerEvent): ExpectationState {
  const { itemId, change, unitCost, at, position, links } = event;
  const location = event.location ?? MAIN;
  const state = before ?? begin(event, links.expectationId);
  const quantity = change.incoming;
  const lines = expectationRules.begins(event)
    ? [...state.lines, { itemId, location, quantity, received: 0, open: quantity, unitCost }]
    : withLine(state.lines, itemId, location, (line) => {
        return { ...line, open: line.open + change.incoming, received: line.received + change.onHand };
      });
  const status = told(event, 'status', state.status);
  const expectedAt = told(event, 'expectedAt', state.expectedAt);
  const supplier = told(event, 'supplier', state.supplier);
  const reason = event.fields?.status ? event.reason : state.reason;
  return { ...state, status, expectedAt, supplier, lines, reason, updatedAt: at, position };
}

function begin(event: LedgerEvent, id: string | undefined): ExpectationState {
  return { status: 'open', expectedAt: null, supplier: null, lines: [], reason: null, ...begun(event, id) };
}

/** All lines or none, summed for each item and location. */
function expect(
  { lines, expectedAt, supplier }: CreateExpectation,
  { id, item: itemOf, now }: OrderGround<ExpectationState>,
): ItemDraft[] | Rejection {
  const costs = costsOf(lines);
  if (isRejection(costs)) return costs;
  const fields: NonNullable<DraftOfOrder['fields']> = { status: [null, 'open'] };
  if (expectedAt !== undefined) fields.expectedAt = [null, expectedAt];
  if (supplier !== undefined) fields.supplier = [null, supplier];
  const drafts = summed(lines).map(({ itemId, location, quantity }) => {
    const unitCost = costs.get(placeOf({ itemId, location })) ?? null;
    const change = { incoming: quantity };
    const coming = { type: 'stock.expected', itemId, location, change, unitCost, fields, now } as const;
    return draftOf({ expectationId: id }, coming);
  });
  return possible(drafts, itemOf, now);
}

function placeOf({ itemId, location = MAIN }: { itemId: string; location?: string }): string {
  return `${itemId}@${location}`;
}

/** What a piece costs, of each item and location: pieces that are summed can't cost this and that. */
function costsOf(lines: readonly ExpectationLine[]): Map<string, number> | Rejection {
  const costs = new Map<string, number>();
  for (const [at, line] of lines.entries()) {
    if (line.unitCost === undefined) continue;
    const known = costs.get(placeOf(line));
    if (known !== undefined && known !== line.unitCost) {
      const errors = [{ field: `lines.${at}.unitCost`, message: `must be ${known}, as for the same item before` }];
      return rejected('validation', 'Lines of the same item and location have one cost.', { errors });
    }
    costs.set(placeOf(line), line.unitCost);
  }
  return costs;
}

/** Takes in what has come. More than was expected is taken in only by who says so. */
function receive(
  state: ExpectationState,
  { lines, acceptMore = false }: ReceiveExpectation,
  { item: itemOf, now }: OrderGround<ExpectationState>,
): ItemDraft[] | Rejection {
  const refused = refusedReceipt(state, lines ?? [], acceptMore);
  if (refused) return refused;
  const open = new Map(openLines(state).map((line) => [placeOf(line), line.open]));
  const drafts = arrived(state, lines).map(({ itemId, location, quantity, unitCost }) => {
    const place = placeOf({ itemId, location });
    const expected = Math.min(quantity, open.get(place) ?? 0);
    open.set(place, (open.get(place) ?? 0) - expected);
    const change = { onHand: quantity, incoming: 0 - expected };
    const receipt = { type: 'stock.received', itemId, location, change, unitCost, now } as const;
    return draftOf({ expectationId: state.id }, receipt);
  });
  const done = [...open.values()].every((left) => left === 0);
  return possible(done ? ending(drafts, state.status, 'received') : drafts, itemOf, now);
}

/** What has come, summed for each item, location and cost: that of the delivery, else that of the order. */
function arrived(state: ExpectationState, lines: readonly ExpectationLine[] | undefined): Arrived[] {
  if (!lines) return openLines(state).map((line) => ({ ...line, quantity: line.open }));
  const sums = new Map<string, Arrived>();
  for (const { itemId, location = MAIN, quantity, unitCost } of lines) {
    const ordered = state.lines.find((line) => line.itemId === itemId && line.location === location);
    const cost = unitCost ?? ordered?.unitCost ?? null;
    const key = `${placeOf({ itemId, location })}@${cost}`;
    sums.set(key, { itemId, location, quantity: quantity + (sums.get(key)?.quantity ?? 0), unitCost: cost });
  }
  return [...sums.values()];
}

/** What was ordered of none is no over-delivery but another delivery: that is a movement. */
function refusedReceipt(
  state: ExpectationState,
  lines: readonly ExpectationLine[],
  acceptMore: boolean,
): Rejection | undefined {
  for (const { itemId, location, quantity } of summed(lines)) {
    const open = openAt(state, itemId, location);
    const ordered = state.lines.some((line) => line.itemId === itemId && line.location === location);
    if (quantity <= open || (acceptMore && ordered)) continue;
    const detail = `Only ${open} of item ${itemId} are still expected at ${location}.`;
    const figures = { expectationId: state.id, itemId, location, requested: quantity, open };
    return rejected('exceeds-expectation', detail, figures);
  }
  return undefined;
}

/** Ends what is expected of an item that there will not be any more. */
export function abandonExpectation(state: ExpectationState, itemId: string, now: string): ItemDraft[] {
  return abandoned(state, itemId, cancelled(state, now));
}

function cancelled({ id }: ExpectationState, now: string): Ending {
  return { links: { expectationId: id }, status: 'cancelled' satisfies ExpectationStatus, now };
}

function over({ id, status }: ExpectationState): Rejection {
  const extra = { expectationId: id, expectationStatus: status };
  return rejected('expectation-closed', `The expectation ${id} is ${status}.`, extra);
}
