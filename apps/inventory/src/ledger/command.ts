import type { Circumstances, CreateItem, IfMatch, Line, Operation, UpdateItem } from '@app/contracts';
import { codesOf, create, remove, restore, stale, update } from '../items/catalogue';
import { BLANK, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import { move, type ItemDraft, type ItemLine } from '../stock/stock';

/** What may be asked of the writer. A `look` changes nothing: it is a snapshot exact at its position. */
export type Command =
  | { kind: 'create'; operation: Operation; itemId: string; item: CreateItem }
  | { kind: 'update'; operation: Operation; itemId: string; changes: UpdateItem; ifMatch?: IfMatch }
  | { kind: 'delete'; operation: Operation; itemId: string; ifMatch?: IfMatch }
  | { kind: 'restore'; operation: Operation; itemId: string }
  | { kind: 'move'; operation: Operation; lines: Line[]; circumstances: Circumstances }
  | { kind: 'look'; itemId: string };

export type Change = Exclude<Command, { kind: 'look' }>;

/** The items as the commands before this one left them. */
export interface View {
  item(id: string): ItemState | undefined;
  /** Who has a code (`sku:…`, `barcode:…`) now. */
  holder(code: string): ItemState | undefined;
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
    default:
      return { ids: [command.itemId], codes: [] };
  }
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

/** Decides any command. Pure: the same view, command and time give the same events. */
export function decideCommand(command: Change, view: View, now: string): ItemDraft[] | Rejection {
  if (command.kind === 'move') return decideMove(command, view, now);
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
  return taken ?? of(item.id, command.kind === 'update' ? update(item, command.changes, now) : restore(item, now));
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
  return move(items, lines, command.circumstances, now);
}
