import type { LedgerEvent } from '@app/contracts';
import { evolveReservation, holderOf, openAt, type KnownReservations, type ReservationState } from './reservation';

/** Reservations as the commands of a group leave them, over those that the group is decided on. */
export class PlannedReservations implements KnownReservations {
  private readonly states = new Map<string, ReservationState>();
  /** How many more, or fewer, somebody holds by now. */
  private readonly held = new Map<string, number>();

  constructor(private readonly known: KnownReservations) {}

  get(id: string): ReservationState | undefined {
    return this.states.get(id) ?? this.known.get(id);
  }

  at(itemId: string, location: string): ReservationState[] {
    const known = this.known.at(itemId, location).filter(({ id }) => !this.states.has(id));
    return [...this.states.values(), ...known]
      .filter((state) => openAt(state, itemId, location) > 0)
      .sort((one, other) => other.since - one.since);
  }

  heldBy(holder: string): number {
    return this.known.heldBy(holder) + (this.held.get(holder) ?? 0);
  }

  get mostHeld(): number {
    return this.known.mostHeld;
  }

  /** The states after the group, of those that it changes. */
  get changes(): ReservationState[] {
    return [...this.states.values()];
  }

  /** What events make of the reservations that they belong to. Nothing is kept: it may be a dry run. */
  after(events: readonly LedgerEvent[]): Map<string, ReservationState> {
    const states = new Map<string, ReservationState>();
    for (const event of events) {
      const id = event.links.reservationId;
      if (id !== undefined) states.set(id, evolveReservation(states.get(id) ?? this.get(id), event));
    }
    return states;
  }

  keep(states: ReadonlyMap<string, ReservationState>): void {
    for (const [id, state] of states) {
      const holder = holderOf(state.actor);
      const more = Number(state.status === 'held') - Number(this.get(id)?.status === 'held');
      if (more !== 0) this.held.set(holder, (this.held.get(holder) ?? 0) + more);
      this.states.set(id, state);
    }
  }
}
