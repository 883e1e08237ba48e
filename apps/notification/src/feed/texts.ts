import type { LedgerEvent } from '@app/contracts';

/** Kept beside the events, as the alerts are. */
const texts = new WeakMap<LedgerEvent, string>();

/** Notes the JSON that an event came as. */
export function noteText(event: LedgerEvent, json: string): void {
  texts.set(event, json);
}

/** An event as JSON, as the ledger wrote it: it need not be written again for each who gets it. */
export function textOf(event: LedgerEvent): string {
  return texts.get(event) ?? JSON.stringify(event);
}
