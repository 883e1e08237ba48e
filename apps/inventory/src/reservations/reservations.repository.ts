import type { ReservationStatus } from '@app/contracts';
import type { Hold, ReservationState } from './reservation';

export interface ReservationQuery {
  status?: ReservationStatus;
  itemId?: string;
  /** Only those that are older: see `since` of a reservation. */
  before: number;
  limit: number;
}

/** Which open reservations of an item at a location are meant. */
export interface ReservedAt {
  itemId: string;
  location: string;
  /** Only those that may be released for a count. */
  held: boolean;
  limit: number;
}

/** The stored reservations. Written by the ledger's own transaction alone, see `LedgerRepository.commit`. */
export abstract class ReservationsRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  /** All that are held. */
  abstract held(): AsyncIterable<Hold>;
  abstract states(ids: readonly string[]): Promise<ReservationState[]>;
  /** The youngest first. */
  abstract at(place: ReservedAt): Promise<ReservationState[]>;
  /** The youngest first. */
  abstract page(query: ReservationQuery): Promise<ReservationState[]>;
  /** Replaces the stored reservations by these, and takes away any other, unless the ledger has moved on from `position`. */
  abstract replaceAll(states: Iterable<ReservationState>, position: number): Promise<void>;
  /** All of them: for a verification. */
  abstract all(): AsyncIterable<ReservationState>;
}
