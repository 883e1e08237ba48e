import { tracing, type OpenSpan } from '@app/common';
import type { LedgerEvent } from '@app/contracts';

/** Kept beside the events, as the alerts are. */
const traces = new WeakMap<LedgerEvent, string>();

/** Notes the trace of the command that made an event. */
export function noteTrace(event: LedgerEvent, traceparent: string): void {
  traces.set(event, traceparent);
}

/** A span in the trace of each event that has one, for what is done with all of them now. */
export function spansOf(name: string, events: readonly LedgerEvent[]): OpenSpan[] {
  const trace = tracing();
  if (!trace) return [];
  return events.flatMap((event) => {
    const parent = traces.get(event);
    const attributes = { 'stockwire.position': event.position, 'stockwire.item': event.itemId };
    return parent === undefined ? [] : [trace.begin({ name, kind: 'producer', parent, attributes })];
  });
}
