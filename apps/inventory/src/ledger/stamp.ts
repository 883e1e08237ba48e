import type { Actor, Circumstances, LedgerEvent, Operation } from '@app/contracts';
import { levelAt, totalsOf, type Draft, type ItemState } from '../items/item';

/** What becomes an event: what was decided, and the item before and after it, which knows its place in the ledger. */
interface Stampable {
  draft: Draft;
  before: ItemState;
  after: ItemState;
  operation: Operation;
  circumstances: Circumstances;
  epoch: string;
}

/** A decision as the event that the ledger keeps. */
export function stamped({ draft, before, after, operation, circumstances, epoch }: Stampable): LedgerEvent {
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
