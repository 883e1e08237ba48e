import type { Alert, Crossing, LedgerEvent } from '@app/contracts';

/** Kept beside the events and not in them, so that it does not go out with them; gone when they are. */
const alerts = new WeakMap<LedgerEvent, Alert>();

/** Notes that an item became low with an event, or recovered. */
export function noteAlert(event: LedgerEvent, { kind, threshold }: Crossing): void {
  alerts.set(event, alertFrom(event, kind, threshold));
}

/** What the room `alerts` is told of an event; undefined for most. */
export function alertOf(event: LedgerEvent): Alert | undefined {
  return alerts.get(event);
}

export function alertFrom(event: LedgerEvent, kind: Alert['kind'], threshold: number): Alert {
  const { itemId, sku, name, position } = event;
  return { kind, itemId, sku, name, available: event.after.available, threshold, position };
}
