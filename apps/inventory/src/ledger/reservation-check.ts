import type { LedgerEvent } from '@app/contracts';
import { hash } from 'node:crypto';
import { evolveReservation, isOpen, type ReservationState } from '../reservations/reservation';
import { canonicalJson } from './chain';

const KIND = 'reservation';

/**
 * The part of a verification that concerns reservations: whatever is reserved belongs to one, so that the reserved figures of the
 * items are the sums of their lines; nothing is given back or issued twice; and what is stored is the sum of the events.
 */
export class ReservationCheck {
  private readonly open = new Map<string, ReservationState>();
  /** The finished ones, of which there may be millions: what they came to, and where. */
  private readonly finished = new Map<string, { position: number; digest: string }>();

  constructor(private readonly fault: (position: number, kind: string, detail: string) => void) {}

  add(event: LedgerEvent): void {
    const { position, change, links } = event;
    const id = links.reservationId;
    if (id === undefined) {
      if (change.reserved !== 0) this.fault(position, KIND, 'what is reserved belongs to no reservation');
      return;
    }
    if (this.finished.has(id)) this.fault(position, KIND, `reservation ${id} was finished before`);
    const before = this.open.get(id);
    if ((event.type === 'stock.reserved') !== (event.fields?.status?.[0] === null))
      this.fault(position, KIND, `reservation ${id} begins without being reserved`);
    const after = evolveReservation(before, event);
    this.checkLine(event, after);
    if (event.type === 'stock.expired' && !(after.expiresAt !== null && after.expiresAt <= event.at))
      this.fault(position, KIND, `reservation ${id} expires before its time`);
    this.keep(id, after);
  }

  /** Compares a stored reservation with the fold of its events up to a position. */
  compare(stored: ReservationState, upTo: number): void {
    const { id, position } = stored;
    const open = this.open.get(id);
    const digest = open ? digestOf(open) : this.finished.get(id)?.digest;
    this.open.delete(id);
    this.finished.delete(id);
    // One that has moved on since is checked by the next verification.
    if (position > upTo) return;
    if (digest === undefined) this.fault(position, KIND, `reservation ${id} has no event`);
    else if (digest !== digestOf(stored)) this.fault(position, KIND, `reservation ${id} is not the sum of its events`);
    else if (open && isOpen(open) !== hasOpen(open))
      this.fault(
        position,
        KIND,
        `reservation ${id} is ${open.status}, and ${hasOpen(open) ? 'some' : 'none'} of it is reserved`,
      );
  }

  /** Those that were not compared are not stored. */
  end(): void {
    for (const [id, { position }] of [...this.open, ...this.finished])
      this.fault(position, KIND, `reservation ${id} is not stored`);
  }

  private checkLine({ itemId, location, position }: LedgerEvent, after: ReservationState): void {
    const line = after.lines.find((one) => one.itemId === itemId && one.location === location);
    if (!line) this.fault(position, KIND, `reservation ${after.id} has no such item at ${location}`);
    else if (line.open < 0) this.fault(position, KIND, `reservation ${after.id} gives back more than it had`);
  }

  private keep(id: string, state: ReservationState): void {
    if (isOpen(state) || hasOpen(state)) this.open.set(id, state);
    else {
      this.open.delete(id);
      this.finished.set(id, { position: state.position, digest: digestOf(state) });
    }
  }
}

function hasOpen({ lines }: ReservationState): boolean {
  return lines.some(({ open }) => open !== 0);
}

function digestOf(state: ReservationState): string {
  return hash('sha256', canonicalJson(state), 'base64');
}
