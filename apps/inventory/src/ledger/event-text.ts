import type { Crossing, EventText, LedgerEvent } from '@app/contracts';

/** The event as followers and callers get it. */
export function textOf(event: LedgerEvent, alert?: Crossing): EventText {
  const { position, type, itemId, seq, location, category, fields } = event;
  const text: EventText = { position, type, itemId, seq, location, json: JSON.stringify(event) };
  // An item that changes its category leaves one and comes into another.
  const categories = [category, fields?.category?.[0]].filter((name) => typeof name === 'string');
  if (categories.length > 0) text.categories = categories;
  if (alert) text.alert = alert;
  return text;
}
