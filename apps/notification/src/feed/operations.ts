import type { LedgerEvent } from '@app/contracts';
import { sizeOf } from './ring';

/**
 * Splits off the last operation of a page that ended before the head: its other events may be on the next page. A page
 * that is one operation stays whole.
 */
export function withoutCutOperation(events: LedgerEvent[]): { whole: LedgerEvent[]; cut: LedgerEvent[] } {
  const last = events.at(-1);
  const start = events.findLastIndex(({ operationId }) => operationId !== last?.operationId) + 1;
  return start === 0 ? { whole: events, cut: [] } : { whole: events.slice(0, start), cut: events.slice(start) };
}

/** Cuts events into pieces of about `limit` events and `size` characters, never inside an operation. */
export function* pieces(events: LedgerEvent[], limit: number, size: number): Generator<LedgerEvent[]> {
  let start = 0;
  let gathered = 0;
  for (let index = 0; index < events.length; index++) {
    const full = index - start >= limit || gathered >= size;
    if (full && events[index]?.operationId !== events[index - 1]?.operationId) {
      yield events.slice(start, index);
      start = index;
      gathered = 0;
    }
    const event = events[index];
    if (event) gathered += sizeOf(event);
  }
  if (start < events.length) yield start === 0 ? events : events.slice(start);
}
