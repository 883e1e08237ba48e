import type { Hold } from '../reservations/reservation';
import type { OrderKind, OrderMaps, StateOf } from './kinds';

export interface OrderQuery<Kind extends OrderKind> {
  status?: StateOf<Kind>['status'];
  itemId?: string;
  location?: string;
  /** Only those that are older: see `since` of an order. */
  before: number;
  limit: number;
}

/** Which orders with something open of an item are meant. */
export interface OpenQuery<Kind extends OrderKind> {
  itemId: string;
  /** Absent: wherever. */
  location?: string;
  /** Absent: all that are open. */
  status?: StateOf<Kind>['status'];
  limit: number;
}

/** The stored orders of each kind. Written by the ledger's own transaction alone, see `LedgerRepository.commit`. */
export abstract class OrdersRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  /** All reservations that are held. */
  abstract held(): AsyncIterable<Hold>;
  abstract states<Kind extends OrderKind>(kind: Kind, ids: readonly string[]): Promise<StateOf<Kind>[]>;
  /** The youngest first. */
  abstract openOf<Kind extends OrderKind>(kind: Kind, query: OpenQuery<Kind>): Promise<StateOf<Kind>[]>;
  /** The youngest first. */
  abstract page<Kind extends OrderKind>(kind: Kind, query: OrderQuery<Kind>): Promise<StateOf<Kind>[]>;
  /** Replaces the stored orders by these, and takes away any other, unless the ledger has moved on from `position`. */
  abstract replaceAll(orders: OrderMaps, position: number): Promise<void>;
  /** All of a kind: for a verification. */
  abstract all<Kind extends OrderKind>(kind: Kind): AsyncIterable<StateOf<Kind>>;
}
