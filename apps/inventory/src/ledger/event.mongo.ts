import type { Actor, Change, Crossing, EventType, LedgerEvent, Links, Totals } from '@app/contracts';
import { Schema } from 'mongoose';
import type { Entry, OperationRecord } from './ledger.repository';

/** An event at rest. What is null or empty is left out: a third of the bytes, and BSON is most of what a commit costs. */
export interface EventDocument {
  _id: number;
  type: EventType;
  itemId: string;
  sku?: string;
  name: string;
  seq: number;
  at: string;
  effectiveAt: string;
  actor: Actor;
  operationId: string;
  reason?: string;
  reference?: string;
  note?: string;
  location?: string;
  change: Change;
  before: Totals;
  after: Totals;
  level?: Change;
  unitCost?: number;
  category?: string;
  links?: Links;
  fields?: Record<string, [unknown, unknown]>;
  hash: string;
  op?: OperationRecord;
  /** With the position once more: the index of the few that have an alert is then in the order of the ledger. */
  alert?: Crossing & { position: number };
}

const figures = { onHand: Number, reserved: Number, unavailable: Number, incoming: Number };
const required = true;

/**
 * The ledger's schema. Documents are written through the driver, since validating each again would cost more than the write;
 * here the schema says what they are and which indexes there are: position, item and seq, operation, and no other that an
 * ordinary event is in.
 */
export const EventSchema = new Schema(
  {
    _id: { type: Number, required, min: 1 },
    type: { type: String, required },
    itemId: { type: String, required },
    seq: { type: Number, required, min: 1 },
    at: { type: String, required },
    effectiveAt: { type: String, required },
    operationId: { type: String, required },
    change: { type: figures, required },
    hash: { type: String, required },
  },
  { collection: 'ledger', autoIndex: false, versionKey: false, strict: false },
)
  .index({ itemId: 1, seq: 1 }, { name: 'item_seq', unique: true })
  .index(
    { 'links.reverses': 1 },
    { name: 'reverses', unique: true, partialFilterExpression: { 'links.reverses': { $exists: true } } },
  )
  // Which of the item's counts at a place came first after a time.
  .index(
    { itemId: 1, location: 1, effectiveAt: 1, _id: 1 },
    { name: 'counts', partialFilterExpression: { type: 'stock.counted' } },
  )
  .index({ 'alert.position': 1 }, { name: 'alerts', partialFilterExpression: { 'alert.position': { $exists: true } } })
  .index({ operationId: 1 }, { name: 'operation', unique: true, partialFilterExpression: { op: { $exists: true } } });

export function documentOf({ event, hash, operation, alert }: Entry): EventDocument {
  const { position, epoch: _, links, ...facts } = event;
  const document: Record<string, unknown> = { _id: position };
  for (const [key, value] of Object.entries(facts)) if (value !== null) document[key] = value;
  if (Object.keys(links).length > 0) document.links = links;
  document.hash = hash;
  if (operation) document.op = operation;
  if (alert) document.alert = { ...alert, position };
  return document as unknown as EventDocument;
}

/** Member by member in the order of a new event, so that a repeat is answered with the very same bytes. */
export function entryOf(stored: EventDocument, epoch: string): Entry {
  const event: LedgerEvent = {
    position: stored._id,
    epoch,
    type: stored.type,
    itemId: stored.itemId,
    sku: stored.sku ?? null,
    name: stored.name,
    seq: stored.seq,
    at: stored.at,
    effectiveAt: stored.effectiveAt,
    actor: stored.actor,
    operationId: stored.operationId,
    reason: stored.reason ?? null,
    reference: stored.reference ?? null,
    note: stored.note ?? null,
    location: stored.location ?? null,
    change: stored.change,
    before: stored.before,
    after: stored.after,
    level: stored.level ?? null,
    unitCost: stored.unitCost ?? null,
    category: stored.category ?? null,
    links: stored.links ?? {},
    fields: stored.fields ?? null,
  };
  const { hash, op, alert } = stored;
  const entry: Entry = op ? { event, hash, operation: op } : { event, hash };
  if (alert) entry.alert = { kind: alert.kind, threshold: alert.threshold };
  return entry;
}
