import { invalid } from '@app/common';
import { EVENT_TYPES, type EventFilter, type EventText, type EventType } from '@app/contracts';

/** Which events a reader wants; no member, no restriction. */
export interface Selection {
  itemId?: string;
  types?: EventType[];
}

/** @throws DomainError `validation` for a type that does not exist: a typing error would otherwise be a feed that stays silent */
export function selectionOf({ itemId, types }: EventFilter): Selection {
  return { ...(itemId !== undefined && { itemId }), ...(types !== undefined && { types: typesOf(types) }) };
}

function typesOf(text: string): EventType[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    const found = EVENT_TYPES.find((type) => type === name);
    if (found === undefined)
      throw invalid('types', `must be event types separated by commas, out of ${EVENT_TYPES.join(', ')}`);
    return found;
  });
}

export function selects({ itemId, types }: Selection, event: EventText): boolean {
  return (itemId === undefined || event.itemId === itemId) && (types === undefined || types.includes(event.type));
}
