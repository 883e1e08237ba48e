import type { Location } from '@app/contracts';
import type { ItemState } from '../../../apps/inventory/src/items/item';
import type { Rejection } from '../../../apps/inventory/src/items/rejection';
import { codesOf } from '../../../apps/inventory/src/items/catalogue';
import { GENESIS } from '../../../apps/inventory/src/ledger/chain';
import type { Command } from '../../../apps/inventory/src/ledger/command';
import type { Entry, Tail } from '../../../apps/inventory/src/ledger/ledger.repository';
import { Plan } from '../../../apps/inventory/src/ledger/plan';
import { isStocked } from '../../../apps/inventory/src/locations/location';
import {
  hasOpen,
  noOrders,
  ORDER_KINDS,
  type KnownOrders,
  type OrderKind,
} from '../../../apps/inventory/src/orders/kinds';
import { holderOf } from '../../../apps/inventory/src/reservations/reservation';
import { Counts, type Moment } from '../../../apps/inventory/src/stock/counts';

/** A ledger in memory: what the writer does between plans, without a database. Its clock is set by the spec. */
export class LedgerOfPlans {
  readonly states = new Map<string, ItemState>();
  readonly entries: Entry[] = [];
  readonly locations = new Map<string, Location>();
  readonly orders = noOrders();
  private readonly counts = new Counts();
  tail: Tail = { position: 0, hash: GENESIS, at: '' };
  time = Date.parse('2026-01-01T00:00:00Z');

  constructor(private readonly mostHeld = 1_000_000) {}

  /** The next group, a millisecond later. */
  plan(): Plan<{ command: Command }> {
    const now = new Date((this.time += 1)).toISOString();
    const holder = (code: string) =>
      [...this.states.values()].find((state) => !state.deleted && codesOf(state).includes(code));
    const reversalOf = (position: number) =>
      this.entries.find(({ event }) => event.links.reverses === position)?.event.position;
    const locations = { version: 0, size: this.locations.size, get: (code: string) => this.locations.get(code) };
    const suspects = (code: string) =>
      [...this.states.values()].flatMap((state) => (isStocked(state, code) ? state.id : []));
    const item = (itemId: string) => this.states.get(itemId);
    const orders = this.known();
    // All of it: what an approval has looked at already is left out by its own numbers.
    const movedSince = (location: string) =>
      this.entries.flatMap(({ event }) => (event.location === location ? event : []));
    const firstCount = (moment: Moment) => this.counts.first(moment);
    const known = { item, holder, locations, reversalOf, suspects, orders, movedSince, firstCount };
    return new Plan({ epoch: 'e', tail: this.tail, now, ...known });
  }

  commit(plan: Plan<{ command: Command }>): void {
    this.entries.push(...plan.entries);
    this.counts.add(plan.entries.map(({ event }) => event));
    this.tail = plan.tail;
    for (const state of plan.changed) this.states.set(state.id, state);
    for (const location of plan.locationBatch?.changes ?? []) this.locations.set(location.code, location);
    for (const kind of ORDER_KINDS) this.keep(kind, plan);
  }

  /** A group of one command; why it was refused, if it was. */
  run(command: Command): Rejection | undefined {
    const plan = this.plan();
    plan.add({ command });
    this.commit(plan);
    const [decided] = plan.decided;
    return decided && 'rejection' in decided ? decided.rejection : undefined;
  }

  private keep<Kind extends OrderKind>(kind: Kind, { orders }: Plan<{ command: Command }>): void {
    for (const [id, state] of orders.changes[kind]) this.orders[kind].set(id, state);
  }

  private known(): KnownOrders {
    const { reservation } = this.orders;
    return {
      get: (kind, id) => this.orders[kind].get(id),
      openOf: (kind, itemId, location) =>
        [...this.orders[kind].values()]
          .filter((state) => hasOpen(state, itemId, location))
          .sort((one, other) => other.since - one.since),
      heldBy: (holder) =>
        [...reservation.values()].filter(({ status, actor }) => status === 'held' && holderOf(actor) === holder).length,
      mostHeld: this.mostHeld,
    };
  }
}
