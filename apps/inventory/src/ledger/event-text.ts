import type { EventText, LedgerEvent } from '@app/contracts';

/** The event as followers and callers get it. */
export function textOf(event: LedgerEvent): EventText {
  const { position, type, itemId, seq, location } = event;
  return { position, type, itemId, seq, location, json: JSON.stringify(event) };
}
