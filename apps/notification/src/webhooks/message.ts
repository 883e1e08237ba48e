import type { Cursor, LedgerEvent } from '@app/contracts';

/** What one delivery carries. */
export interface Message {
  /** `webhook-id`: of this webhook and this event, whoever sends it and however often. */
  id: string;
  type: string;
  position: number | null;
  body: string;
}

/** Endpoints that are at the head share the events, and so their texts. */
const bodies = new WeakMap<LedgerEvent, string>();

export function eventMessage(webhookId: string, event: LedgerEvent): Message {
  let body = bodies.get(event);
  if (body === undefined) {
    body = bodyOf(event.type, event.at, event);
    bodies.set(event, body);
  }
  const { epoch, position, type } = event;
  return { id: `${webhookId}_${epoch}_${position}`, type, position, body };
}

/** Tells the receiver that the ledger is another one: what it knew up to `previous` does not continue in what comes after `now`. */
export function resetMessage(webhookId: string, previous: Cursor, now: Cursor, at: Date): Message {
  const type = 'ledger.reset';
  const body = bodyOf(type, at.toISOString(), { epoch: now.epoch, position: now.position, previous });
  return { id: `${webhookId}_${now.epoch}_reset_${now.position}`, type, position: now.position, body };
}

const NOTHING = { quantity: 0, reserved: 0, unavailable: 0, available: 0, incoming: 0 };
const SAMPLE = {
  itemId: '0'.repeat(24),
  sku: 'TEST',
  name: 'This is a test',
  seq: 0,
  actor: { kind: 'system', id: 'stockwire', name: 'stockwire' },
  reason: null,
  reference: null,
  note: null,
  location: null,
  change: { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 },
  before: NOTHING,
  after: NOTHING,
  level: null,
  unitCost: null,
  category: null,
  links: {},
  fields: null,
} as const;

/** Looks like an event, so that a receiver that reads one does not stumble, and is none: position 0 is nobody's. */
export function testMessage(webhookId: string, epoch: string, nonce: string, now: Date): Message {
  const [type, at] = ['webhook.test', now.toISOString()];
  const data = { position: 0, epoch, type, ...SAMPLE, at, effectiveAt: at, operationId: nonce };
  return { id: `${webhookId}_test_${nonce}`, type, position: null, body: bodyOf(type, at, data) };
}

function bodyOf(type: string, timestamp: string, data: object): string {
  return JSON.stringify({ type, timestamp, data });
}
