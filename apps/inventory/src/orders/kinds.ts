import type { Expectation, LedgerEvent, Links, Operation, Reservation, Transfer } from '@app/contracts';
import { expectationRules, type ExpectationChange, type ExpectationState } from '../expectations/expectation';
import { reservationRules, type ReservationChange, type ReservationState } from '../reservations/reservation';
import { transferRules, type TransferChange, type TransferState } from '../transfers/transfer';
import type { OrderRules, Quota } from './order';

/** The kinds of order that there are. */
interface Kinds {
  reservation: { state: ReservationState; change: ReservationChange; view: Reservation };
  transfer: { state: TransferState; change: TransferChange; view: Transfer };
  expectation: { state: ExpectationState; change: ExpectationChange; view: Expectation };
}

export type OrderKind = keyof Kinds;
export type StateOf<Kind extends OrderKind> = Kinds[Kind]['state'];
export type ChangeOf<Kind extends OrderKind> = Kinds[Kind]['change'];
export type ViewOf<Kind extends OrderKind> = Kinds[Kind]['view'];

type RulesOf = { readonly [Kind in OrderKind]: OrderRules<StateOf<Kind>, ChangeOf<Kind>, ViewOf<Kind>> };

export const RULES: RulesOf = {
  reservation: reservationRules,
  transfer: transferRules,
  expectation: expectationRules,
};

export const ORDER_KINDS = Object.keys(RULES) as readonly OrderKind[];

/** Makes an order, or changes one that there is. */
export type OrderCommand<Kind extends OrderKind = OrderKind> = {
  [One in Kind]: { kind: One; operation: Operation; id: string; change: ChangeOf<One> };
}[Kind];

export function isOrderCommand(command: { kind: string }): command is OrderCommand {
  return command.kind in RULES;
}

/** Whether a command makes a new order. */
export function makesOrder({ kind, change }: OrderCommand): boolean {
  return change.do === RULES[kind].first;
}

/** Orders by kind and id. */
export type OrderMaps = { readonly [Kind in OrderKind]: Map<string, StateOf<Kind>> };

export function noOrders(): OrderMaps {
  return { reservation: new Map(), transfer: new Map(), expectation: new Map() };
}

/** The orders that a group is decided on. */
export interface KnownOrders extends Quota {
  get<Kind extends OrderKind>(kind: Kind, id: string): StateOf<Kind> | undefined;
  /** Those with something open of an item, at a location or wherever, the youngest first. */
  openOf<Kind extends OrderKind>(kind: Kind, itemId: string, location?: string): readonly StateOf<Kind>[];
}

/** Whether something is open in an order of an item, at a location or wherever. */
export function hasOpen({ lines }: StateOf<OrderKind>, itemId: string, location?: string): boolean {
  return lines.some(
    (line) => line.open > 0 && line.itemId === itemId && (location === undefined || line.location === location),
  );
}

/** Some orders over others, with what is open of an item, the youngest first. */
export function openIn<Kind extends OrderKind>(
  kind: Kind,
  above: OrderMaps,
  below: KnownOrders,
  [itemId, location]: [itemId: string, location?: string],
): StateOf<Kind>[] {
  const others = below.openOf(kind, itemId, location).filter(({ id }) => !above[kind].has(id));
  const own = [...above[kind].values()].filter((state) => hasOpen(state, itemId, location));
  return [...own, ...others].sort((one, other) => other.since - one.since);
}

/** The kind of the order that an event belongs to. */
export function kindOf(links: Links): OrderKind | undefined {
  return ORDER_KINDS.find((kind) => links[RULES[kind].link] !== undefined);
}

/** Takes an event into the order that it belongs to; `known` has those that `into` has not. */
export function fold(into: OrderMaps, event: LedgerEvent, known?: Pick<KnownOrders, 'get'>): void {
  const kind = kindOf(event.links);
  if (kind) foldInto(kind, into, event, known);
}

function foldInto<Kind extends OrderKind>(
  kind: Kind,
  into: OrderMaps,
  event: LedgerEvent,
  known?: Pick<KnownOrders, 'get'>,
): void {
  const id = event.links[RULES[kind].link] ?? '';
  into[kind].set(id, RULES[kind].evolve(into[kind].get(id) ?? known?.get(kind, id), event));
}

export function sizeOf(orders: OrderMaps): number {
  return ORDER_KINDS.reduce((sum, kind) => sum + orders[kind].size, 0);
}
