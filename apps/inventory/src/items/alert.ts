import { crossing, reorderBand, type Crossing } from '@app/contracts';
import { evolve, totalsOf, type Foldable, type ItemState, type LedgerPlace } from './item';

/**
 * What the state that an operation left means for the item's alert. Asked once an operation and not once an event: between the
 * two events of a transfer nothing is missing that will not be there a moment later.
 */
export function crossingOf(item: ItemState): Crossing | undefined {
  if (item.deleted) return undefined;
  const crossed = crossing(item.low, totalsOf(item).available, reorderBand(item.reorderLevel));
  return crossed && { kind: crossed === 'fell' ? 'low-stock' : 'recovered', threshold: item.reorderLevel };
}

/** Who became low with an operation, or recovered, by the position of the item's last event in it; the states learn of it. */
export function takeAlerts(states: Map<string, ItemState>): Map<number, Crossing> {
  const alerts = new Map<number, Crossing>();
  for (const [itemId, state] of states) {
    const alert = crossingOf(state);
    if (!alert) continue;
    alerts.set(state.position, alert);
    states.set(itemId, alerted(state, alert));
  }
  return alerts;
}

export function alerted(item: ItemState, { kind }: Crossing): ItemState {
  return { ...item, low: kind === 'low-stock' };
}

/** The state after an event of the ledger, with what that event meant for the item's alert. */
export function evolveEntry(
  item: ItemState,
  { event, alert }: { event: Foldable & LedgerPlace; alert?: Crossing },
): ItemState {
  const next = evolve(item, event, event);
  return alert ? alerted(next, alert) : next;
}
