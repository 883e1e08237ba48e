import type { Actor, Circumstances, LedgerEvent, Operation } from '@app/contracts';
import { levelAt, totalsOf, type Draft, type ItemState } from '../items/item';
import { isOrderCommand, type KnownOrders, type OrderCommand, type OrderKind } from '../orders/kinds';
import type { OrderChange } from '../orders/order';
import type { ItemChange } from './command';

/** Where an event gets its place in the ledger: the item beside it, and who did it why. */
export interface Circumstance {
  before: ItemState;
  after: ItemState;
  operation: Operation;
  circumstances: Circumstances;
  epoch: string;
}

/** A draft that has become an event. */
export function stamped(draft: Draft, { before, after, operation, circumstances, epoch }: Circumstance): LedgerEvent {
  const { type, location, change, effectiveAt, unitCost, fields, links = {} } = draft;
  const { reason, reference, note } = circumstances;
  return {
    position: after.position,
    epoch,
    type,
    itemId: after.id,
    sku: after.sku,
    name: after.name,
    seq: after.seq,
    at: after.updatedAt,
    effectiveAt,
    actor: actorOf(operation.actor),
    operationId: operation.id,
    reason: reason ?? null,
    reference: reference ?? null,
    note: note ?? null,
    location,
    change,
    before: totalsOf(before),
    after: totalsOf(after),
    level: location === null ? null : levelFigures(after, location),
    unitCost,
    category: after.category,
    links,
    fields,
  };
}

/** Only what an event shows of its actor: a caller has more. */
function actorOf({ kind, id, name }: Actor): Actor {
  return { kind, id, name };
}

function levelFigures(item: ItemState, location: string): LedgerEvent['level'] {
  const { onHand, reserved, unavailable, incoming } = levelAt(item, location);
  return { onHand, reserved, unavailable, incoming };
}

/** Why a command changes what it does: all of its events say so. */
export function circumstancesOf(command: ItemChange, orders: KnownOrders): Circumstances {
  if (command.kind === 'move') return command.circumstances;
  // Who looks for an invoice number finds what was taken back of it, and who looks for an order what became of it.
  if (command.kind === 'reverse')
    return { reason: command.reason, reference: command.originals[0]?.reference ?? undefined };
  // Who looks for a stocktake by its id finds all that it has booked.
  if (command.kind === 'stocktake') return { reason: command.reason, reference: command.stocktake.id };
  return isOrderCommand(command) ? circumstancesOfOrder(command, orders) : {};
}

function circumstancesOfOrder<Kind extends OrderKind>(
  { kind, id, change }: OrderCommand<Kind>,
  orders: KnownOrders,
): Circumstances {
  const { reason, reference = orders.get(kind, id)?.reference ?? undefined }: OrderChange = change;
  return { reason, reference };
}
