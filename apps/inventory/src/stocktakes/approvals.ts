import type { LedgerEvent } from '@app/contracts';
import { ended, type StocktakeState } from './stocktake';

const KIND = 'stocktake';

/** An operation that has booked a stocktake. */
interface Booking {
  operationId: string;
  first: LedgerEvent;
  position: number;
  items: Set<string>;
}

/**
 * The part of a verification and of a rebuild that concerns stocktakes: each was booked by one operation at most, and the stored
 * one is approved exactly when it was. What was counted is no projection: the sheets are papers beside the ledger.
 */
export class Approvals {
  private readonly bookings = new Map<string, Booking>();

  constructor(private readonly fault: (position: number, kind: string, detail: string) => void = () => undefined) {}

  add(event: LedgerEvent): void {
    const { position, operationId, itemId, links } = event;
    const id = links.stocktakeId;
    if (id === undefined) return;
    const known = this.bookings.get(id);
    if (known && known.operationId !== operationId) {
      this.fault(position, KIND, `stocktake ${id} was booked before, at ${known.position}`);
      return;
    }
    const booking = known ?? { operationId, first: event, position, items: new Set() };
    booking.position = position;
    booking.items.add(itemId);
    this.bookings.set(id, booking);
  }

  /** Compares a stored stocktake with what was booked up to a position. */
  compare({ id, status, approval }: StocktakeState, upTo: number): void {
    const booking = this.bookings.get(id);
    // Approved since: for the next verification.
    if (!booking && (approval?.position ?? 0) > upTo) return;
    if ((status === 'approved') !== (booking !== undefined)) {
      const told = booking ? 'was booked' : 'was not booked';
      this.fault(booking?.position ?? upTo, KIND, `stocktake ${id} ${told} and is ${status}`);
    } else if (booking && booking.operationId !== approval?.operationId)
      this.fault(booking.position, KIND, `stocktake ${id} names another operation than the one that has booked it`);
  }

  /** What a stored stocktake should be, where it is not: approved if it was booked, else open again. */
  corrected(stored: StocktakeState): StocktakeState | undefined {
    const booking = this.bookings.get(stored.id);
    if (!booking) {
      if (stored.status !== 'approved') return undefined;
      return { ...stored, status: 'open', closedAt: null, closedBy: null, approval: null, version: stored.version + 1 };
    }
    const { operationId, first, position, items } = booking;
    if (stored.approval?.operationId === operationId && stored.status === 'approved') return undefined;
    const approval = {
      operationId,
      firstPosition: first.position,
      position,
      uncounted: items.size > stored.counted ? ('zero' as const) : ('ignore' as const),
      booked: items.size,
      gone: 0,
    };
    return ended(stored, 'approved', { at: first.at, by: first.actor, approval });
  }
}
