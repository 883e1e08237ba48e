import type { components } from './schema';

export type Item = components['schemas']['Item'];
export type StockEvent = components['schemas']['Event'];
type Level = components['schemas']['Level'];

/** So many levels are shown in an item; all of them by `GET /items/{id}/levels`. */
const LEVELS_SHOWN = 50;

/** The item after one of its events, as the server would show it. */
export function after(item: Item, event: StockEvent): Item {
  const { name, sku, category, seq, position, at } = event;
  return {
    ...item,
    ...changed(event),
    ...event.after,
    name,
    sku,
    category,
    levels: levelsAfter(item.levels, event),
    seq,
    position,
    updatedAt: at,
  };
}

/** The fields of an item that an event of the catalogue changed; other events tell of other things in `fields`. */
function changed({ type, fields }: StockEvent): Partial<Item> {
  if (!fields || !type.startsWith('item.')) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, [, value]]) => [name, value]));
}

function levelsAfter(levels: Level[], { location, level }: StockEvent): Level[] {
  if (location === null || !level) return levels;
  const { onHand, reserved, unavailable, incoming } = level;
  const available = onHand - reserved - unavailable;
  const next = levels.filter((one) => one.location !== location);
  next.push({ location, onHand, reserved, unavailable, available, incoming });
  return next.sort((a, b) => (a.location < b.location ? -1 : 1)).slice(0, LEVELS_SHOWN);
}
