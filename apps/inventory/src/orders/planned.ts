import type { LedgerEvent } from '@app/contracts';
import { holderOf } from '../reservations/reservation';
import { FoundOrders } from './found';
import { fold, kindOf, noOrders, ORDER_KINDS, type OrderKind, type OrderMaps } from './kinds';

/** Orders as the commands of a group leave them, over those that the group is decided on. */
export class PlannedOrders extends FoundOrders {
  /** How many more reservations, or fewer, somebody holds by now. */
  private readonly held = new Map<string, number>();

  /** The states after the group, of those that it changes. */
  get changes(): OrderMaps {
    return this.states;
  }

  override heldBy(holder: string): number {
    return super.heldBy(holder) + (this.held.get(holder) ?? 0);
  }

  /** What events make of the orders that they belong to. Nothing is kept: it may be a dry run. */
  after(events: readonly LedgerEvent[]): OrderMaps | undefined {
    if (!events.some(({ links }) => kindOf(links))) return undefined;
    const states = noOrders();
    for (const event of events) fold(states, event, this);
    return states;
  }

  keep(states: OrderMaps): void {
    for (const [id, { actor, status }] of states.reservation) {
      const holder = holderOf(actor);
      const more = Number(status === 'held') - Number(this.get('reservation', id)?.status === 'held');
      if (more !== 0) this.held.set(holder, (this.held.get(holder) ?? 0) + more);
    }
    for (const kind of ORDER_KINDS) this.keepOf(kind, states);
  }

  private keepOf<Kind extends OrderKind>(kind: Kind, states: OrderMaps): void {
    for (const state of states[kind].values()) this.take(kind, state);
  }
}
