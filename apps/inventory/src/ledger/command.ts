import type { Circumstances, CreateItem, IfMatch, LedgerEvent, Line, Operation, UpdateItem } from '@app/contracts';
import { codesOf, create, remove, restore, stale, update } from '../items/catalogue';
import { BLANK, levelAt, MAIN, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import { releasing, type CountedPlace, type Shelves } from '../reservations/release';
import {
  beyondQuota,
  changeReservation,
  holderOf,
  reserve,
  type KnownReservations,
  type ReservationChange,
} from '../reservations/reservation';
import { refusedPlace, type LocationChange, type Locations } from '../locations/location';
import type { ItemDraft, ItemLine } from '../stock/line';
import { irreversible, reverse, reversedAlready } from '../stock/reversal';
import { move } from '../stock/stock';
import { approve, type Approval } from '../stocktakes/approval';
import { closed } from '../stocktakes/stocktake';

/** What may be asked of the writer. A `look` changes nothing: it is a snapshot exact at its position. */
export type Command =
  | { kind: 'create'; operation: Operation; itemId: string; item: CreateItem }
  | { kind: 'update'; operation: Operation; itemId: string; changes: UpdateItem; ifMatch?: IfMatch }
  | { kind: 'delete'; operation: Operation; itemId: string; ifMatch?: IfMatch }
  | { kind: 'restore'; operation: Operation; itemId: string }
  | { kind: 'move'; operation: Operation; lines: Line[]; circumstances: Circumstances }
  | { kind: 'reverse'; operation: Operation; originals: LedgerEvent[]; reason: string }
  | { kind: 'location'; operation: Operation; change: LocationChange }
  | { kind: 'reservation'; operation: Operation; reservationId: string; change: ReservationChange }
  | ({ kind: 'stocktake'; operation: Operation } & Approval)
  | { kind: 'look'; itemId: string };

export type Change = Exclude<Command, { kind: 'look' }>;
/** What changes items, by events. */
export type ItemChange = Exclude<Change, { kind: 'location' }>;

/** Everything as the commands before this one left it. */
export interface View extends Locations {
  item(id: string): ItemState | undefined;
  /** Who has a code (`sku:…`, `barcode:…`) now. */
  holder(code: string): ItemState | undefined;
  /** The position of the event that has reversed the one at a position. */
  reversalOf(position: number): number | undefined;
  readonly reservations: KnownReservations;
  /** What happened at a location since the approval of its stocktake was prepared. */
  movedSince(location: string): readonly LedgerEvent[];
}

/** What a command needs to see before it can be decided. */
export function needs(command: Command): { ids: string[]; codes: string[] } {
  switch (command.kind) {
    case 'create':
      return { ids: [], codes: codesOf({ ...BLANK, ...pick(command.item) }) };
    case 'update':
      return { ids: [command.itemId], codes: codesOf({ ...BLANK, ...pick(command.changes) }) };
    case 'move':
      return {
        ids: command.lines.flatMap((line) => line.itemId ?? []),
        codes: command.lines.flatMap((line) => codeOf(line) ?? []),
      };
    case 'reverse':
      return { ids: command.originals.map(({ itemId }) => itemId), codes: [] };
    case 'reservation':
      // The items of one that there is are known once it was looked up.
      return {
        ids: command.change.do === 'reserve' ? command.change.lines.map(({ itemId }) => itemId) : [],
        codes: [],
      };
    case 'stocktake':
      return { ids: command.lines.map(({ itemId }) => itemId), codes: [] };
    case 'location':
      return { ids: command.change.do === 'close' ? [...command.change.candidates] : [], codes: [] };
    default:
      return { ids: [command.itemId], codes: [] };
  }
}

/** The places that a command moves stock from or to, apart from `main`, which is always there. */
export function placesOf(command: Command): string[] {
  if (command.kind === 'reverse') return command.originals.flatMap(({ location }) => elsewhere(location));
  if (command.kind === 'stocktake') return elsewhere(command.stocktake.location);
  if (command.kind === 'reservation')
    return command.change.do === 'reserve' ? command.change.lines.flatMap(({ location }) => elsewhere(location)) : [];
  if (command.kind !== 'move') return [];
  return command.lines.flatMap(({ location, toLocation }) => [...elsewhere(location), ...elsewhere(toLocation)]);
}

function elsewhere(location: string | null | undefined): string[] {
  return location === undefined || location === null || location === MAIN ? [] : [location];
}

function pick({ sku = null, barcodes = [] }: { sku?: string | null; barcodes?: string[] }): {
  sku: string | null;
  barcodes: string[];
} {
  return { sku, barcodes };
}

/** The code by which a line names its item, if it does. */
export function codeOf(line: Line): string | undefined {
  if (line.sku !== undefined) return `sku:${line.sku}`;
  return line.barcode === undefined ? undefined : `barcode:${line.barcode}`;
}

/** Decides any command on items. Pure: the same view, command and time give the same events. */
export function decideCommand(command: ItemChange, view: View, now: string): ItemDraft[] | Rejection {
  if (command.kind === 'move') return decideMove(command, view, now);
  if (command.kind === 'reverse') return decideReversal(command, view, now);
  if (command.kind === 'reservation') return decideReservation(command, view, now);
  if (command.kind === 'stocktake') return decideApproval(command, view, now);
  if (command.kind === 'create') {
    const taken = takenCode(needs(command).codes, command.itemId, view);
    return taken ?? of(command.itemId, create(command.itemId, command.item, now));
  }
  const item = view.item(command.itemId);
  if (!item || (item.deleted && command.kind !== 'restore')) return notFound(command.itemId);
  const refused = command.kind === 'restore' ? undefined : stale(item, command.ifMatch);
  return refused ?? decideOnItem(command, item, view, now);
}

function decideOnItem(
  command: Extract<Change, { kind: 'update' | 'delete' | 'restore' }>,
  item: ItemState,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  if (command.kind === 'delete') return of(item.id, remove(item, now));
  const codes = command.kind === 'update' ? needs(command).codes : item.deleted ? codesOf(item) : [];
  const taken = takenCode(codes, item.id, view);
  if (taken) return taken;
  return command.kind === 'update' ? decideUpdate(item, command.changes, view, now) : of(item.id, restore(item, now));
}

function decideUpdate(item: ItemState, changes: UpdateItem, view: View, now: string): ItemDraft[] | Rejection {
  const items = new Map([[item.id, item]]);
  const decide = (): ItemDraft[] | Rejection => of(item.id, update(items.get(item.id) ?? item, changes, now));
  const decision = decide();
  if (!isRejection(decision)) return decision;
  const quantity = levelAt(item, MAIN).onHand + (changes.quantity ?? item.quantity) - item.quantity;
  const counted = changes.releaseHolds ? [{ itemId: item.id, location: MAIN, quantity }] : [];
  return releasing(decide, counted, shelvesOf(items, view), now);
}

function shelvesOf(items: Map<string, ItemState>, view: View): Shelves {
  return { items, item: (id) => view.item(id), reservations: view.reservations, released: new Set() };
}

function of(itemId: string, drafts: ReturnType<typeof remove>): ItemDraft[] | Rejection {
  return isRejection(drafts) ? drafts : drafts.map((draft) => ({ itemId, draft }));
}

function notFound(itemId: string): Rejection {
  return rejected('not-found', `There is no item ${itemId}.`, { itemId });
}

/** The database's unique index has the last word; this gives the usual case its answer without a failed transaction. */
function takenCode(codes: readonly string[], itemId: string, view: View): Rejection | undefined {
  const taken = codes.find((code) => (view.holder(code)?.id ?? itemId) !== itemId);
  return taken === undefined ? undefined : duplicate(taken);
}

export function duplicate(code: string): Rejection {
  const colon = code.indexOf(':');
  const field = code.slice(0, colon) === 'sku' ? 'sku' : 'barcodes';
  const value = code.slice(colon + 1);
  const errors = [{ field, message: `${value} belongs to another item` }];
  return rejected('duplicate', `The ${field === 'sku' ? 'sku' : 'barcode'} ${value} belongs to another item.`, {
    field,
    errors,
  });
}

function decideMove(command: Extract<Command, { kind: 'move' }>, view: View, now: string): ItemDraft[] | Rejection {
  const items = new Map<string, ItemState>();
  const lines: ItemLine[] = [];
  for (const { itemId, sku: _sku, barcode: _barcode, ...line } of command.lines) {
    const code = codeOf({ ...line, sku: _sku, barcode: _barcode });
    const item = code === undefined ? view.item(itemId ?? '') : view.holder(code);
    if (!item || item.deleted) {
      return code === undefined
        ? notFound(itemId ?? '')
        : rejected('not-found', `There is no item with ${code.replace(':', ' ')}.`);
    }
    items.set(item.id, item);
    lines.push({ ...line, itemId: item.id });
  }
  const refused = refusedAmong(placesOf(command), view);
  if (refused) return refused;
  const decide = (): ItemDraft[] | Rejection => move(items, lines, command.circumstances, now);
  const decision = decide();
  if (!isRejection(decision)) return decision;
  return releasing(decide, lines.flatMap(countedBy), shelvesOf(items, view), now);
}

/** What a line counts and may release reservations for. */
function countedBy({ itemId, type, quantity, location = MAIN, releaseHolds }: ItemLine): CountedPlace[] {
  return type === 'count' && releaseHolds ? [{ itemId, location, quantity }] : [];
}

function decideReservation(
  command: Extract<Command, { kind: 'reservation' }>,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  const { operation, reservationId, change } = command;
  if (change.do === 'reserve') {
    const refused = beyondQuota(view.reservations, holderOf(operation.actor)) ?? refusedAmong(placesOf(command), view);
    return refused ?? reserve(reservationId, change, (id) => view.item(id), now);
  }
  const state = view.reservations.get(reservationId);
  if (state) return changeReservation(state, change, now);
  return rejected('not-found', `There is no reservation ${reservationId}.`, { reservationId });
}

function decideApproval(
  command: Extract<Command, { kind: 'stocktake' }>,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  const { location } = command.stocktake;
  const refused = closed(command.stocktake) ?? refusedAmong(placesOf(command), view);
  return refused ?? approve(command, view.movedSince(location), shelvesOf(new Map(), view), now);
}

function decideReversal(
  command: Extract<Command, { kind: 'reverse' }>,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  const { originals } = command;
  for (const original of originals) {
    const by = view.reversalOf(original.position);
    const refused = irreversible(original) ?? (by === undefined ? undefined : reversedAlready(original.position, by));
    if (refused) return refused;
  }
  const itemId = originals[0]?.itemId ?? '';
  const item = view.item(itemId);
  if (!item || item.deleted) return notFound(itemId);
  return refusedAmong(placesOf(command), view) ?? reverse(item, originals, now);
}

function refusedAmong(places: readonly string[], view: View): Rejection | undefined {
  for (const place of places) {
    const refused = refusedPlace(place, view.location(place));
    if (refused) return refused;
  }
  return undefined;
}
