import type {
  Actor,
  EventType,
  LedgerEvent,
  Reservation,
  ReservationLine,
  ReservationStatus,
  ReservedLine,
} from '@app/contracts';
import { refusalOf } from '../items/bounds';
import { evolve, MAIN, NO_CHANGE, type Draft, type ItemState } from '../items/item';
import { rejected, type Rejection } from '../items/rejection';
import type { ItemDraft } from '../stock/line';

/** A reservation as the fold of its events. Never changed in place. */
export interface ReservationState extends Omit<Reservation, 'lines' | 'dryRun'> {
  readonly lines: readonly Readonly<ReservedLine>[];
  /** Position of its first event: the higher, the younger. */
  since: number;
}

/** What the writer keeps in memory of a held reservation. */
export interface Hold {
  id: string;
  expiresAt: string;
  holder: string;
  /** About how many events it takes to end it. */
  lines: number;
}

/** What may be done to a reservation. `expire` is the writer's own, and only for the time that it was armed for. */
export type ReservationChange =
  | { do: 'reserve'; lines: readonly ReservationLine[]; ttlSeconds: number; reference?: string }
  | { do: 'extend'; ttlSeconds: number }
  | { do: 'commit' | 'release' }
  | { do: 'fulfil'; lines?: readonly ReservationLine[] }
  | { do: 'expire'; expiresAt: string };

/** The reservations that a group is decided on. */
export interface KnownReservations {
  get(id: string): ReservationState | undefined;
  /** Those with something open of an item at a location, the youngest first. */
  at(itemId: string, location: string): readonly ReservationState[];
  /** How many are held by somebody, see `holderOf`. */
  heldBy(holder: string): number;
  /** How many may be. */
  readonly mostHeld: number;
}

export function isOpen({ status }: Pick<ReservationState, 'status'>): boolean {
  return status === 'held' || status === 'committed';
}

/** Whose quota a reservation counts in. */
export function holderOf({ kind, id }: Pick<Actor, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

/** What of an item at a location is still reserved by it. */
export function openAt({ lines }: Pick<ReservationState, 'lines'>, itemId: string, location: string): number {
  return lines.find((line) => line.itemId === itemId && line.location === location)?.open ?? 0;
}

/** The fold: live, in a rebuild and in a verification the same. */
export function evolveReservation(before: ReservationState | undefined, event: LedgerEvent): ReservationState {
  const { itemId, position, at, fields, links } = event;
  const location = event.location ?? MAIN;
  const state = before ?? begun(links.reservationId ?? '', event);
  const lines =
    event.type === 'stock.reserved'
      ? [
          ...state.lines,
          { itemId, location, quantity: event.change.reserved, fulfilled: 0, open: event.change.reserved },
        ]
      : state.lines.map((line) => (line.itemId === itemId && line.location === location ? moved(line, event) : line));
  return {
    ...state,
    // They were decided by these rules and stored as they were: their types are those of the members.
    status: fields?.status ? (fields.status[1] as ReservationStatus) : state.status,
    expiresAt: fields?.expiresAt ? (fields.expiresAt[1] as string | null) : state.expiresAt,
    lines,
    updatedAt: at,
    position,
  };
}

function begun(id: string, { actor, reference, at, position }: LedgerEvent): ReservationState {
  const times = { createdAt: at, updatedAt: at, since: position, position };
  return { id, status: 'held', expiresAt: null, lines: [], reference, actor, ...times };
}

function moved(line: Readonly<ReservedLine>, { type, change }: LedgerEvent): ReservedLine {
  const fulfilled = type === 'stock.fulfilled' ? -change.reserved : 0;
  return { ...line, open: line.open + change.reserved, fulfilled: line.fulfilled + fulfilled };
}

/** New: all lines or none, demand summed for each item and location. */
export function reserve(
  id: string,
  { lines, ttlSeconds }: Extract<ReservationChange, { do: 'reserve' }>,
  itemOf: (id: string) => ItemState | undefined,
  now: string,
): ItemDraft[] | Rejection {
  const fields = { status: [null, 'held'], expiresAt: [null, later(now, ttlSeconds)] } satisfies Draft['fields'];
  const states = new Map<string, ItemState>();
  const drafts: ItemDraft[] = [];
  for (const { itemId, location, quantity } of summed(lines)) {
    const item = states.get(itemId) ?? itemOf(itemId);
    if (!item || item.deleted) return rejected('not-found', `There is no item ${itemId}.`, { itemId });
    const draft = draftOf('stock.reserved', id, location, { reserved: quantity }, fields, now);
    const refused = refusalOf(item, draft);
    if (refused) return refused;
    states.set(itemId, evolve(item, { ...draft, seq: item.seq + 1, position: item.position, at: now }));
    drafts.push({ itemId, draft });
  }
  return drafts;
}

/** Why somebody can't hold one more; undefined when it can be. */
export function beyondQuota(all: KnownReservations, holder: string): Rejection | undefined {
  const held = all.heldBy(holder);
  if (held < all.mostHeld) return undefined;
  return rejected('too-many-reservations', `${held} reservations are held; commit, fulfil or release some.`, {
    held,
    most: all.mostHeld,
  });
}

/** A change of one that there is. One whose time has come is expired, whether or not that has been written yet. */
export function changeReservation(
  state: ReservationState,
  to: Exclude<ReservationChange, { do: 'reserve' }>,
  now: string,
): ItemDraft[] | Rejection {
  if (!isOpen(state)) return closed(state, state.status);
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
  return openLines(state).map(({ itemId, location, open }) => ({
    itemId,
    draft: draftOf(type, state.id, location, { reserved: -open }, fields, now),
  }));
}

/** Something changed that moves no stock: it stands on each item that is concerned. */
function noted(state: ReservationState, type: EventType, fields: Draft['fields'], now: string): ItemDraft[] {
  return openLines(state).map(({ itemId, location }) => ({
    itemId,
    draft: draftOf(type, state.id, location, {}, fields, now),
  }));
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
  return wanted.map(({ itemId, location, quantity }) => ({
    itemId,
    draft: draftOf('stock.fulfilled', state.id, location, { onHand: -quantity, reserved: -quantity }, fields, now),
  }));
}

function openLines({ lines }: ReservationState): readonly Readonly<ReservedLine>[] {
  return lines.filter(({ open }) => open > 0);
}

/** What lines want of each item and location, in the order in which these are first named. */
function summed(lines: readonly ReservationLine[]): Required<ReservationLine>[] {
  const sums = new Map<string, Required<ReservationLine>>();
  for (const { itemId, quantity, location = MAIN } of lines) {
    const key = `${itemId}@${location}`;
    sums.set(key, { itemId, location, quantity: quantity + (sums.get(key)?.quantity ?? 0) });
  }
  return [...sums.values()];
}

function draftOf(
  type: EventType,
  reservationId: string,
  location: string,
  change: Partial<Draft['change']>,
  fields: Draft['fields'],
  now: string,
): Draft {
  const links = { reservationId };
  return { type, location, change: { ...NO_CHANGE, ...change }, effectiveAt: now, unitCost: null, fields, links };
}

function closed({ id }: ReservationState, reservationStatus: ReservationStatus): Rejection {
  const detail = `The reservation ${id} is ${reservationStatus}.`;
  return rejected('reservation-closed', detail, { reservationId: id, reservationStatus });
}

function later(now: string, seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1_000).toISOString();
}

/** The reservation as clients see it. */
export function reservationOf({ since: _, lines, ...state }: ReservationState): Reservation {
  return { ...state, lines: [...lines] };
}
