import type { Alert, LedgerEvent, Room } from '@app/contracts';
import { digestOfAlert, digestOfEvent } from './log';

/** What a room has to bring: positions that rise, and what is at each of them. */
export interface Slice {
  positions: number[];
  digests: number[];
}

/** What is known of an item from its events alone. */
interface Known {
  available: number;
  reorderLevel: number;
  deleted: boolean;
  low: boolean;
}

/**
 * What every room has to bring, from the ledger as REST tells it and from nothing else. The alerts are worked out here once more, by
 * the words of the documentation: what the product says about itself proves nothing about it.
 */
export class Truth {
  readonly alerts: Alert[];
  readonly head: number;
  private readonly slices = new Map<Room, Slice>();
  private readonly digests: number[];

  constructor(readonly ledger: readonly LedgerEvent[]) {
    this.alerts = alertsOf(ledger);
    this.head = ledger.at(-1)?.position ?? 0;
    this.digests = ledger.map(digestOfEvent);
  }

  slice(room: Room): Slice {
    const known = this.slices.get(room);
    if (known) return known;
    const slice = room === 'alerts' ? this.ofAlerts() : this.ofEvents(room);
    this.slices.set(room, slice);
    return slice;
  }

  /** The last event of an item up to a position. */
  lastOf(itemId: string, upTo: number): LedgerEvent | undefined {
    return this.ledger.findLast((event) => event.itemId === itemId && event.position <= upTo);
  }

  /** Items that are low at a position: told so, and neither recovered nor deleted since. */
  lowAt(position: number): string[] {
    const low = new Set<string>();
    const upTo = this.ledger.filter((event) => event.position <= position);
    const alerts = new Map(this.alerts.map((alert) => [alert.position, alert]));
    for (const { position: at, itemId, type } of upTo) {
      if (type === 'item.deleted') low.delete(itemId);
      const alert = alerts.get(at);
      if (alert?.kind === 'low-stock') low.add(itemId);
      if (alert?.kind === 'recovered') low.delete(itemId);
    }
    return [...low].sort();
  }

  private ofAlerts(): Slice {
    return { positions: this.alerts.map(({ position }) => position), digests: this.alerts.map(digestOfAlert) };
  }

  private ofEvents(room: Room): Slice {
    const slice: Slice = { positions: [], digests: [] };
    this.ledger.forEach((event, index) => {
      if (!isIn(event, room)) return;
      slice.positions.push(event.position);
      slice.digests.push(this.digests[index] ?? 0);
    });
    return slice;
  }
}

function isIn({ itemId, location, category, fields }: LedgerEvent, room: Room): boolean {
  if (room === 'items') return true;
  const [kind, name] = [room.slice(0, room.indexOf(':')), room.slice(room.indexOf(':') + 1)];
  if (kind === 'item') return itemId === name;
  if (kind === 'location') return location === name;
  return category === name || fields?.category?.[0] === name;
}

function alertsOf(ledger: readonly LedgerEvent[]): Alert[] {
  const items = new Map<string, Known>();
  const alerts: Alert[] = [];
  for (let start = 0; start < ledger.length;) {
    let end = start;
    while (end < ledger.length && ledger[end]?.operationId === ledger[start]?.operationId) end++;
    // Only what an operation left counts, so each item is looked at once, at its last event in it.
    const lasts = new Map<string, LedgerEvent>();
    for (const event of ledger.slice(start, end)) {
      learn(items, event);
      lasts.delete(event.itemId);
      lasts.set(event.itemId, event);
    }
    for (const event of lasts.values()) alerts.push(...look(items.get(event.itemId), event));
    start = end;
  }
  return alerts;
}

function learn(items: Map<string, Known>, { itemId, type, after, fields }: LedgerEvent): void {
  const item = items.get(itemId) ?? { available: 0, reorderLevel: 0, deleted: false, low: false };
  items.set(itemId, item);
  item.available = after.available;
  const level = fields?.reorderLevel?.[1];
  if (typeof level === 'number') item.reorderLevel = level;
  if (type === 'item.deleted') Object.assign(item, { deleted: true, low: false });
  if (type === 'item.restored') item.deleted = false;
}

function look(item: Known | undefined, { itemId, sku, name, position }: LedgerEvent): Alert[] {
  if (!item || item.deleted) return [];
  const { available, reorderLevel: threshold, low } = item;
  const well = threshold + Math.max(1, Math.ceil(threshold / 10));
  if (low ? available < well : available > threshold) return [];
  item.low = !low;
  return [{ kind: low ? 'recovered' : 'low-stock', itemId, sku, name, available, threshold, position }];
}
