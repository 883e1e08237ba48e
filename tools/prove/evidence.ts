import type { LedgerEvent } from '@app/contracts';

/** What of an event the proof rests on. Thousands of whole events would not fit in memory. */
export interface Fact {
  position: number;
  itemId: string;
  seq: number;
  type: string;
  operationId: string;
  /** Which operation of ours it belongs to. */
  tag: string | undefined;
  change: number;
  before: number;
  after: number;
  /** Differs when any of it, or the time, differs. */
  digest: string;
}

export function factOf(event: LedgerEvent): Fact {
  const { position, itemId, seq, type, operationId, change, before, after, at } = event;
  const digest = [position, itemId, seq, type, operationId, change.onHand, after.quantity, at].join(' ');
  const figures = { change: change.onHand, before: before.quantity, after: after.quantity };
  return { position, itemId, seq, type, operationId, tag: tagOf(event), ...figures, digest };
}

/** Movements carry their tag as reference, a creation as sku, an update as the new description. */
function tagOf({ type, reference, sku, fields }: LedgerEvent): string | undefined {
  if (type === 'item.created') return sku ?? undefined;
  if (type !== 'item.updated') return reference ?? undefined;
  const [, description] = fields?.description ?? [];
  return typeof description === 'string' ? description : undefined;
}

/** What the client knows of one operation. `changes` of pieces, by item; an item that is yet to be created has no id. */
export interface Attempted {
  tag: string;
  outcome: 'acknowledged' | 'refused' | 'unknown';
  changes: { itemId?: string; change: number }[];
  /** From the acknowledgement. */
  operationId?: string;
  /** From the acknowledgement: of the last event. */
  position?: number;
}

/** What one follower was told, in the order in which it was told. */
export interface Followed {
  name: string;
  /** Position after which it began. */
  from: number;
  digests: string[];
  positions: number[];
}

export interface Evidence {
  /** The whole ledger, as read at the end. */
  ledger: Fact[];
  attempted: Attempted[];
  /** By `GET /items` at the end. */
  quantities: Map<string, number>;
  followed: Followed[];
}
