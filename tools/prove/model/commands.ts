import type { LedgerEvent, Line, Operation } from '@app/contracts';
import type { Command } from '../../../apps/inventory/src/ledger/command';
import { reservationRules, type ReservationChange } from '../../../apps/inventory/src/reservations/reservation';
import { halvesOf, irreversible } from '../../../apps/inventory/src/stock/reversal';
import type { LedgerOfPlans } from './ledger-of-plans';
import { DELETED_ITEM, isGiven, NO_ITEM, type LineWish, type MoveWish, type Want, type Wish } from './wish';

const NOBODY = 'f'.repeat(24);

/** Names what wishes are about, as the ledger of the moment has it, and numbers operations, items and reservations. */
export class Commands {
  private operations = 0;

  constructor(private readonly ledger: LedgerOfPlans) {}

  of({ want, dryRun }: Wish): Command {
    const operation = { ...this.operation(), ...(dryRun && { dryRun }) };
    switch (want.do) {
      case 'create':
      case 'update':
      case 'setQuantity':
      case 'delete':
      case 'restore':
        return this.onItem(want, operation);
      case 'move':
        return {
          kind: 'move',
          operation,
          lines: want.lines.map((line) => this.line(line)),
          circumstances: this.when(want.secondsAgo),
        };
      case 'count': {
        const line = { ...this.lineOf(want.line), type: 'count' as const, releaseHolds: want.releaseHolds };
        return { kind: 'move', operation, lines: [line], circumstances: this.when(want.secondsAgo) };
      }
      case 'reverse': {
        const events = this.ledger.entries.map(({ event }) => event);
        const originals = this.originals(events, want.back);
        return { kind: 'reverse', operation, originals, reason: 'mistake' };
      }
      case 'open':
      case 'close':
        return { kind: 'location', operation, change: this.place(want) };
      default:
        return this.onReservation(want, operation);
    }
  }

  /** What the writer puts before every group, for what is overdue. */
  expiry(id: string, expiresAt: string): Command {
    return { kind: 'reservation', operation: this.operation(), id, change: { do: 'expire', expiresAt } };
  }

  private onItem(
    want: Extract<Want, { do: 'create' | 'update' | 'setQuantity' | 'delete' | 'restore' }>,
    operation: Operation,
  ): Command {
    if (want.do === 'create') {
      const itemId = String(this.operations).padStart(24, '0');
      const { sku, quantity } = want;
      return { kind: 'create', operation, itemId, item: { name: 'new', quantity, ...(sku !== undefined && { sku }) } };
    }
    const itemId = this.item(want.do === 'restore' && want.item % 2 === 0 ? DELETED_ITEM : want.item);
    if (want.do === 'restore') return { kind: 'restore', operation, itemId };
    if (want.do === 'setQuantity') {
      const { quantity, releaseHolds } = want;
      return { kind: 'update', operation, itemId, changes: { quantity, releaseHolds } };
    }
    const seq = this.ledger.states.get(itemId)?.seq ?? 0;
    const ifMatch = want.ifMatch === undefined ? {} : { ifMatch: [seq - want.ifMatch] };
    if (want.do === 'delete') return { kind: 'delete', operation, itemId, ...ifMatch };
    const { name, sku } = want;
    const changes = { ...(name !== undefined && { name }), ...(sku !== undefined && { sku }) };
    return { kind: 'update', operation, itemId, changes, ...ifMatch };
  }

  private onReservation(
    want: Extract<Want, { do: 'reserve' | 'extend' | 'commit' | 'release' | 'fulfil' | 'fulfilPart' }>,
    operation: Operation,
  ): Command {
    const of = (id: string, change: ReservationChange): Command => {
      return { kind: 'reservation', operation, id, change };
    };
    if (want.do === 'reserve') {
      const { ttlSeconds } = want;
      const id = String(this.operations).padStart(24, 'e');
      return of(id, { do: 'reserve', lines: want.lines.map((line) => this.lineOf(line)), ttlSeconds });
    }
    const id = this.reservation(want.which);
    if (want.do === 'extend') return of(id, { do: 'extend', ttlSeconds: want.ttlSeconds });
    if (want.do !== 'fulfilPart') return of(id, { do: want.do });
    return of(id, { do: 'fulfil', lines: this.part(id, want.lines) });
  }

  /** One of the youngest, open ones most. */
  private reservation(which: number): string {
    const all = [...this.ledger.orders.reservation.values()];
    const open = which === 9 ? all : all.filter((state) => reservationRules.isOpen(state));
    return open.at(-1 - (which % Math.max(1, open.length)))?.id ?? all.at(-1)?.id ?? NOBODY;
  }

  /** Of the lines that the reservation has, mostly: made-up ones would nearly always be refused. */
  private part(id: string, wanted: readonly LineWish[]): ReturnType<Commands['lineOf']>[] {
    const own = this.ledger.orders.reservation.get(id)?.lines ?? [];
    return wanted.map((wish) => {
      const { itemId, location } = own[wish.item % (own.length + 1)] ?? this.lineOf(wish);
      return { itemId, location, quantity: wish.quantity };
    });
  }

  private place({ do: what, location: code }: Extract<Want, { do: 'open' | 'close' }>) {
    if (what === 'open') return { do: 'open', location: { code, name: code } } as const;
    return { do: 'close', code, seen: this.ledger.tail.position, candidates: [], more: false } as const;
  }

  private line({ item, type, quantity, location, toLocation, bySku, changeFrom }: MoveWish): Line {
    const itemId = this.item(item);
    const state = this.ledger.states.get(itemId);
    const onHand = changeFrom === 'current' ? (state?.levels.at(location)?.onHand ?? 0) : changeFrom;
    return {
      // One that the rules have made up is not known to the model.
      ...(bySku && state?.sku && isGiven(state.sku) ? { sku: state.sku } : { itemId }),
      type,
      quantity,
      location,
      ...(type === 'transfer' && { toLocation }),
      ...(onHand !== undefined && { changeFrom: onHand }),
    };
  }

  private lineOf({ item, location, quantity }: LineWish): { itemId: string; location: string; quantity: number } {
    return { itemId: this.item(item), location, quantity };
  }

  /** One of the youngest that are there, mostly; now and then a deleted one, or one that there never was. */
  private item(number: number): string {
    if (number === NO_ITEM) return NOBODY;
    const states = [...this.ledger.states.values()].filter(({ deleted }) => deleted === (number === DELETED_ITEM));
    return states.at(-1 - (number % Math.min(4, states.length)))?.id ?? NOBODY;
  }

  private when(secondsAgo: number | undefined): { effectiveAt?: string } {
    if (secondsAgo === undefined) return {};
    return { effectiveAt: new Date(this.ledger.time - secondsAgo * 1_000).toISOString() };
  }

  /** One of the latest events that can be reversed, mostly. */
  private originals(events: readonly LedgerEvent[], back: number): LedgerEvent[] {
    const moved = events.filter((event) => !irreversible(event));
    const event = (back === 12 ? events : moved).at(-1 - back) ?? events.at(-1);
    return event ? halvesOf(event.position, events) : [];
  }

  private operation(): Operation {
    const id = String(this.operations++).padStart(32, '0');
    return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
  }
}
