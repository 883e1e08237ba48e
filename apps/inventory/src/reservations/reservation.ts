import type {
  Actor,
  EventType,
  LedgerEvent,
  Reservation,
  ReservationLine,
  ReservationStatus,
  ReservedLine,
} from '@app/contracts';
import { MAIN, type Draft } from '../items/item';
import { rejected, type Rejection } from '../items/rejection';
import {
  begun,
  draftOf,
  openAt,
  openLines,
  possible,
  summed,
  told,
  withLine,
  type OrderGround,
  type OrderRules,
  type OrderState,
  type Quota,
} from '../orders/order';
import type { ItemDraft } from '../stock/line';

/** A reservation as the fold of its events. */
export interface ReservationState extends OrderState {
  readonly status: ReservationStatus;
  readonly expiresAt: string | null;
  readonly lines: readonly Readonly<ReservedLine>[];
}

/** What the writer keeps in memory of a held reservation. */
export interface Hold {
  id: string;
  expiresAt: string;
  holder: string;
  /** About how many events it takes to end it. */
  lines: number;
}

type Reserve = { do: 'reserve'; lines: readonly ReservationLine[]; ttlSeconds: number; reference?: string };

/** What may be done to a reservation. `expire` is the writer's own, and only for the time that it was armed for. */
export type ReservationChange =
  | Reserve
  | { do: 'extend'; ttlSeconds: number }
  | { do: 'commit' | 'release' }
  | { do: 'fulfil'; lines?: readonly ReservationLine[] }
  | { do: 'expire'; expiresAt: string };

export const reservationRules: OrderRules<ReservationState, ReservationChange, Reservation> = {
  link: 'reservationId',
  figure: 'reserved',
  first: 'reserve',
  isOpen: ({ status }) => status === 'held' || status === 'committed',
  begins: ({ type }) => type === 'stock.reserved',
  evolve: evolveReservation,
  placesOf: (change) =>
    change.do === 'reserve' ? change.lines.map(({ location = MAIN }) => ({ code: location })) : [],
  decide: (change, ground) => {
    if (change.do === 'reserve') return beyondQuota(ground.quota, holderOf(ground.actor)) ?? reserve(change, ground);
    const { id, state, now } = ground;
    if (state) return changeReservation(state, change, now);
    return rejected('not-found', `There is no reservation ${id}.`, { reservationId: id });
  },
  viewOf: ({ id, status, expiresAt, lines, reference, actor, createdAt, updatedAt, position }) => {
    return { id, status, expiresAt, lines: [...lines], reference, actor, createdAt, updatedAt, position };
  },
  faultIn: ({ type, at }, { id, expiresAt }) =>
    type === 'stock.expired' && !(expiresAt !== null && expiresAt <= at)
      ? `reservation ${id} expires before its time`
      : undefined,
};

/** Whose quota a reservation counts in. */
export function holderOf({ kind, id }: Pick<Actor, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

export function evolveReservation(before: ReservationState | undefined, event: LedgerEvent): ReservationState {
  const { itemId, position, at, links } = event;
  const location = event.location ?? MAIN;
  const state: ReservationState = before ?? {
    status: 'held',
    expiresAt: null,
    lines: [],
    ...begun(event, links.reservationId),
  };
  const quantity = event.change.reserved;
  const lines =
    event.type === 'stock.reserved'
      ? [...state.lines, { itemId, location, quantity, fulfilled: 0, open: quantity }]
      : withLine(state.lines, itemId, location, (line) => moved(line, event));
  const [status, expiresAt] = [told(event, 'status', state.status), told(event, 'expiresAt', state.expiresAt)];
  return { ...state, status, expiresAt, lines, updatedAt: at, position };
}

function moved(line: Readonly<ReservedLine>, { type, change }: LedgerEvent): ReservedLine {
  const fulfilled = type === 'stock.fulfilled' ? -change.reserved : 0;
  return { ...line, open: line.open + change.reserved, fulfilled: line.fulfilled + fulfilled };
}

/** New: all lines or none, demand summed for each item and location. */
export function reserve(
  { lines, ttlSeconds }: Reserve,
  { id, item: itemOf, now }: Pick<OrderGround<ReservationState>, 'id' | 'item' | 'now'>,
): ItemDraft[] | Rejection {
  const fields = { status: [null, 'held'], expiresAt: [null, later(now, ttlSeconds)] } satisfies Draft['fields'];
  const drafts = summed(lines).map(({ itemId, location, quantity }) => {
    const change = { reserved: quantity };
    return draftOf({ reservationId: id }, { type: 'stock.reserved', itemId, location, change, fields, now });
  });
  return possible(drafts, itemOf, now);
}

/** Why somebody can't hold one more; undefined when it can be. */
export function beyondQuota(quota: Quota, holder: string): Rejection | undefined {
  const held = quota.heldBy(holder);
  if (held < quota.mostHeld) return undefined;
  return rejected('too-many-reservations', `${held} reservations are held; commit, fulfil or release some.`, {
    held,
    most: quota.mostHeld,
  });
}

/** A change of one that there is. One whose time has come is expired, whether or not that has been written yet. */
export function changeReservation(
  state: ReservationState,
  to: Exclude<ReservationChange, Reserve>,
  now: string,
): ItemDraft[] | Rejection {
  if (!reservationRules.isOpen(state)) return closed(state, state.status);
  const overdue = state.status === 'held' && state.expiresAt !== null && state.expiresAt <= now;
  if (to.do === 'expire') {
    if (!overdue || state.expiresAt !== to.expiresAt) return closed(state, state.status);
    return freed(state, 'stock.expired', 'expired', now);
  }
  if (overdue) return closed(state, 'expired');
  switch (to.do) {
    case 'extend':
      if (state.status !== 'held') return closed(state, state.status);
      return noted(state, 'stock.hold_extended', { expiresAt: [state.expiresAt, later(now, to.ttlSeconds)] }, now);
    case 'commit':
      if (state.status === 'committed') return [];
      return noted(
        state,
        'stock.committed',
        { status: ['held', 'committed'], expiresAt: [state.expiresAt, null] },
        now,
      );
    case 'release':
      return release(state, now);
    case 'fulfil':
      return fulfil(state, to.lines, now);
  }
}

/** Gives back what is still reserved. */
export function release(state: ReservationState, now: string): ItemDraft[] {
  return freed(state, 'stock.released', 'released', now);
}

function freed(state: ReservationState, type: EventType, to: ReservationStatus, now: string): ItemDraft[] {
  const fields = { status: [state.status, to] } satisfies Draft['fields'];
  return openLines(state).map(({ itemId, location, open }) =>
    draftOf({ reservationId: state.id }, { type, itemId, location, change: { reserved: -open }, fields, now }),
  );
}

/** Something changed that moves no stock: it stands on each item that is concerned. */
function noted(state: ReservationState, type: EventType, fields: Draft['fields'], now: string): ItemDraft[] {
  return openLines(state).map(({ itemId, location }) =>
    draftOf({ reservationId: state.id }, { type, itemId, location, change: {}, fields, now }),
  );
}

/** Issues what is reserved, or a part of it: it is on hand, since it was reserved. */
function fulfil(
  state: ReservationState,
  lines: readonly ReservationLine[] | undefined,
  now: string,
): ItemDraft[] | Rejection {
  const wanted = lines
    ? summed(lines)
    : openLines(state).map(({ itemId, location, open }) => ({ itemId, location, quantity: open }));
  let left = openLines(state).reduce((sum, { open }) => sum + open, 0);
  for (const { itemId, location, quantity } of wanted) {
    const open = openAt(state, itemId, location);
    left -= quantity;
    if (quantity <= open) continue;
    const detail = `Only ${open} of item ${itemId} are still reserved at ${location}.`;
    return rejected('exceeds-reservation', detail, { itemId, location, requested: quantity, open });
  }
  const fields = left === 0 ? ({ status: [state.status, 'fulfilled'] } satisfies Draft['fields']) : null;
  return wanted.map(({ itemId, location, quantity }) => {
    const change = { onHand: -quantity, reserved: -quantity };
    return draftOf({ reservationId: state.id }, { type: 'stock.fulfilled', itemId, location, change, fields, now });
  });
}

function closed({ id }: ReservationState, reservationStatus: ReservationStatus): Rejection {
  const detail = `The reservation ${id} is ${reservationStatus}.`;
  return rejected('reservation-closed', detail, { reservationId: id, reservationStatus });
}

function later(now: string, seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1_000).toISOString();
}
