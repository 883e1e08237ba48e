import type { Circumstances, CreateItem, IfMatch, LedgerEvent, Line, Operation, UpdateItem } from '@app/contracts';
import { codesOf } from '../items/catalogue';
import { BLANK, MAIN, type ItemState } from '../items/item';
import type { LocationChange, Locations } from '../locations/location';
import {
  isOrderCommand,
  makesOrder,
  RULES,
  type KnownOrders,
  type OrderCommand,
  type OrderKind,
} from '../orders/kinds';
import type { Place } from '../orders/order';
import type { Moment } from '../stock/counts';
import type { Approval } from '../stocktakes/approval';

/** What may be asked of the writer. A `look` changes nothing: it is a snapshot exact at its position. */
export type Command =
  | { kind: 'create'; operation: Operation; itemId: string; item: CreateItem }
  | { kind: 'update'; operation: Operation; itemId: string; changes: UpdateItem; ifMatch?: IfMatch }
  | { kind: 'delete'; operation: Operation; itemId: string; ifMatch?: IfMatch }
  | { kind: 'restore'; operation: Operation; itemId: string }
  | { kind: 'move'; operation: Operation; lines: Line[]; circumstances: Circumstances }
  | { kind: 'reverse'; operation: Operation; originals: LedgerEvent[]; reason: string }
  | { kind: 'location'; operation: Operation; change: LocationChange }
  | OrderCommand
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
  readonly orders: KnownOrders;
  /** When a place was first counted after a moment; undefined when it was not. */
  firstCount(moment: Moment): string | undefined;
  /** What happened at a location since the approval of its stocktake was prepared. */
  movedSince(location: string): readonly LedgerEvent[];
}

/** What a command needs to see before it can be decided. */
export function needs(command: Command): { ids: string[]; codes: string[] } {
  // The items of an order that there is are known once it was looked up.
  if (isOrderCommand(command)) return { ids: makesOrder(command) ? itemsIn(command) : [], codes: [] };
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
    case 'stocktake':
      return { ids: command.lines.map(({ itemId }) => itemId), codes: [] };
    case 'location':
      return { ids: command.change.do === 'close' ? [...command.change.candidates] : [], codes: [] };
    default:
      return { ids: [command.itemId], codes: [] };
  }
}

/** Codes that a command takes beside those that it needs: of a deleted item that comes back. */
export function codesWanted(command: Command, view: Pick<View, 'item'>): string[] {
  const back = command.kind === 'restore' ? view.item(command.itemId) : undefined;
  return back?.deleted ? codesOf(back) : [];
}

function itemsIn({ change }: OrderCommand): string[] {
  return 'lines' in change && change.lines ? change.lines.map(({ itemId }) => itemId) : [];
}

/** The places that a command moves stock from or to, apart from `main`, which is always there. */
export function placesOf(command: Command, orders: Pick<KnownOrders, 'get'>): Place[] {
  return placesIn(command, orders).filter(({ code }) => code !== MAIN);
}

function placesIn(command: Command, orders: Pick<KnownOrders, 'get'>): Place[] {
  if (isOrderCommand(command)) return placesOfOrder(command, orders);
  if (command.kind === 'reverse') return command.originals.flatMap(({ location }) => placeAt(location));
  if (command.kind === 'stocktake') return placeAt(command.stocktake.location);
  if (command.kind !== 'move') return [];
  return command.lines.flatMap(({ location, toLocation }) => [...placeAt(location), ...placeAt(toLocation)]);
}

function placesOfOrder<Kind extends OrderKind>(
  { kind, id, change }: OrderCommand<Kind>,
  orders: Pick<KnownOrders, 'get'>,
): Place[] {
  return RULES[kind].placesOf(change, orders.get(kind, id));
}

function placeAt(code: string | null | undefined): Place[] {
  return code === undefined || code === null ? [] : [{ code }];
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
