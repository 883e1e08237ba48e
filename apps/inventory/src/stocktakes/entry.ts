import { LIMITS, type Actor, type CountEntry, type FieldError } from '@app/contracts';
import { rejected, type Rejection } from '../items/rejection';
import { closed, varianceOf, type Entry, type LineState, type StocktakeState } from './stocktake';

/** An item at the location of a stocktake, at some state of the ledger. */
export interface Shelved {
  id: string;
  sku: string | null;
  name: string;
  seq: number;
  onHand: number;
  countedAt: string | null;
}

/** What counts are entered into: all of it as of one moment. */
export interface Sheet {
  stocktake: StocktakeState;
  line: (itemId: string) => LineState | undefined;
  item: (entry: CountEntry) => Shelved | undefined;
  position: number;
  /** When these counts are entered; not before the last event up to `position`. */
  at: string;
  by: Actor;
}

/** What counts come to. */
export interface Entered {
  stocktake: StocktakeState;
  /** The lines touched, each once. An unexpected one that was cleared is not on the sheet any more. */
  lines: LineState[];
}

/** Which lines stay on the sheet: an unexpected one is there only because it was counted. */
export function isOnSheet({ unexpected, count }: LineState): boolean {
  return !unexpected || count !== null;
}

/** Enters counts in their order: all or none. What a count says is compared with what is on hand at this moment. */
export function enter(sheet: Sheet, counts: readonly CountEntry[]): Entered | Rejection {
  const refused = closed(sheet.stocktake);
  if (refused) return refused;
  const lines = new Map<string, LineState>();
  const errors: FieldError[] = [];
  let unknown = 0;
  counts.forEach((entry, index) => {
    const item = sheet.item(entry);
    const line = item && (lines.get(item.id) ?? sheet.line(item.id) ?? unexpected(item));
    if (!item || !line) {
      unknown++;
      errors.push({ field: `counts.${index}.${nameIn(entry)}`, message: 'no item has it' });
      return;
    }
    const next = entered(line, entry, item, sheet, lines.has(item.id));
    if ('quantity' in next) errors.push({ field: `counts.${index}.quantity`, message: next.quantity });
    else lines.set(item.id, next);
  });
  if (errors.length > 0) return refusal(errors, unknown);
  return summedUp(sheet, [...lines.values()]);
}

function nameIn({ sku, barcode }: CountEntry): 'sku' | 'barcode' | 'itemId' {
  if (sku !== undefined) return 'sku';
  return barcode === undefined ? 'itemId' : 'barcode';
}

function refusal(errors: FieldError[], unknown: number): Rejection {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const code = unknown === errors.length ? 'not-found' : 'validation';
  return rejected(code, `${first?.field}: ${first?.message}${more}`, {
    errors: errors.slice(0, LIMITS.importErrors + 1),
  });
}

/** Somebody has found what nobody expected there: from now on it is on the sheet. */
function unexpected({ id, sku, name, seq, onHand, countedAt }: Shelved): LineState {
  return { itemId: id, sku, name, expected: onHand, unexpected: true, lastCountedAt: countedAt, seq, count: null };
}

/** One entry in its line, or what is wrong with its quantity. `again`: the same request has said something of it already. */
function entered(
  line: LineState,
  { quantity = 0, mode = 'set' }: CountEntry,
  { seq, onHand }: Shelved,
  { position, at, by }: Sheet,
  again: boolean,
): LineState | { quantity: string } {
  if (mode === 'clear') return { ...line, count: null };
  if (mode === 'set' && again)
    return { quantity: 'the item is counted in this request already: one would overwrite the other (`add` sums them)' };
  const before = mode === 'add' ? line.count : null;
  const sum = (before?.quantity ?? 0) + quantity;
  if (sum < 0) return { quantity: `would make ${sum}: fewer than none can not be there` };
  if (sum > LIMITS.quantity) return { quantity: `would make more than ${LIMITS.quantity}` };
  const moved = before !== null && (before.moved || (before.seq !== seq && before.onHand !== onHand));
  const count: Entry = { quantity: sum, onHand, seq, position, at, by, moved };
  return { ...line, count };
}

/** The figures of the stocktake with the lines as they are now. */
function summedUp({ stocktake, line }: Sheet, lines: LineState[]): Entered | Rejection {
  let { lines: all, counted, variances } = stocktake;
  for (const after of lines) {
    const before = line(after.itemId);
    all += Number(isOnSheet(after)) - Number(before !== undefined);
    counted += Number(after.count !== null) - Number((before?.count ?? null) !== null);
    variances += Number(differs(after)) - Number(before !== undefined && differs(before));
  }
  if (all > LIMITS.stocktakeLines) return tooLarge(all);
  return { stocktake: { ...stocktake, lines: all, counted, variances, version: stocktake.version + 1 }, lines };
}

function differs(line: LineState): boolean {
  return (varianceOf(line) ?? 0) !== 0;
}

export function tooLarge(items: number): Rejection {
  const most = LIMITS.stocktakeLines;
  const detail = `A stocktake may have ${most} lines at most: count a part of the location, by category, tag, search or items.`;
  return rejected('stocktake-too-large', detail, { items, most });
}
