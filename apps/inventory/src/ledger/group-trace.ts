import { tracing } from '@app/common';
import type { Waiting } from './answers';
import type { Decided } from './plan';

type Group = readonly Decided<Waiting>[];

/** A group is one transaction of many requests: what the database does for it is shown in the trace of the first that has one. */
export function traceWrite(group: Group, write: () => Promise<void>): Promise<void> {
  const trace = tracing();
  const first = trace && group.find(({ entry }) => entry.trace !== undefined)?.entry.trace;
  if (first === undefined) return write();
  const attributes = { 'stockwire.commands': group.length };
  return trace!.within({ name: 'ledger.write', kind: 'internal', parent: first, attributes }, write);
}

/** In the trace of each request: how long its command waited and was written for; its events are followed under that. */
export function traceGroup(group: Group): void {
  const trace = tracing();
  if (!trace) return;
  for (const { entry, ...decided } of group) {
    if (entry.trace === undefined) continue;
    const span = trace.begin({ name: 'ledger.commit', kind: 'internal', parent: entry.trace, at: entry.since });
    const { position, events } = 'outcome' in decided ? decided.outcome : { position: undefined, events: [] };
    for (const text of events) text.trace = span.traceparent;
    span.end({
      'stockwire.commands': group.length,
      'stockwire.command': entry.command.kind,
      ...(position !== undefined && { 'stockwire.position': position }),
    });
  }
}
