import type { Crossing, EventText, LedgerEvent } from '@app/contracts';

/** The event as followers and callers get it. */
export function textOf(event: LedgerEvent, alert?: Crossing): EventText {
  const { position, type, itemId, seq, location } = event;
  const categories = categoriesOf(event);
  return {
    position,
    type,
    itemId,
    seq,
    location,
    ...(categories.length > 0 && { categories }),
    ...(alert && { alert }),
    json: JSON.stringify(event),
  };
}

/** An item that changes its category leaves one and comes into another. */
function categoriesOf({ category, fields }: LedgerEvent): string[] {
  const former = fields?.category?.[0];
  return [category, former].filter((name): name is string => typeof name === 'string');
}
