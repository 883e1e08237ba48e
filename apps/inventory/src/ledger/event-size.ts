import type { LedgerEvent } from '@app/contracts';

/** An event's JSON without its free texts. */
const EVENT_BYTES = 1_000;

/** About how many bytes of JSON an event is: exact enough to bound a page, and far cheaper than making the JSON. */
export function sizeOf({ name, note, reason, reference, fields }: LedgerEvent): number {
  const texts = name.length + (note?.length ?? 0) + (reason?.length ?? 0) + (reference?.length ?? 0);
  return EVENT_BYTES + texts + (fields ? JSON.stringify(fields).length : 0);
}
