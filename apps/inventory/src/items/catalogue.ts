import type { CreateItem, UpdateItem } from '@app/contracts';
import { refusalOf, refusedCount } from './bounds';
import {
  BLANK,
  evolve,
  FIELD_NAMES,
  itemOf,
  levelAt,
  MAIN,
  NO_CHANGE,
  type Draft,
  type ItemFields,
  type ItemState,
} from './item';
import { rejected, type Rejection } from './rejection';

type FieldChanges = Record<string, [unknown, unknown]>;

/** A new item; a quantity to begin with is part of its creation, and so is a sku: one is made of the id when none was given. */
export function create(itemId: string, input: CreateItem, now: string): Draft[] {
  const { quantity = 0, sku = madeSku(itemId), ...others } = input;
  const given = { sku, ...others };
  const fields: FieldChanges = {};
  for (const name of FIELD_NAMES) fields[name] = [null, given[name] ?? BLANK[name]];
  return [
    {
      type: 'item.created',
      location: quantity > 0 ? MAIN : null,
      change: { ...NO_CHANGE, onHand: quantity },
      effectiveAt: now,
      unitCost: null,
      fields,
    },
  ];
}

/** The random end of an id: a collision in a million items is one in five hundred, and then the unique index says so. */
const SKU_HEX = 12;
/** What base 32 writes as i, l, o and u looks or sounds like something else: as in Crockford's, these come in their place. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A sku for an item that was given none: short, and readable aloud. */
export function madeSku(itemId: string): string {
  const number = Number.parseInt(itemId.slice(-SKU_HEX), 16);
  const digits = Array.from(number.toString(32).padStart(10, '0'), (digit) => ALPHABET[Number.parseInt(digit, 32)]);
  return `SKU-${digits.join('')}`;
}

/** New values of some fields; a quantity is the total, and its difference a count at `main`. Nothing changed: no event. */
export function update(item: ItemState, changes: UpdateItem, now: string): Draft[] | Rejection {
  const { quantity, ...given } = changes;
  const drafts: Draft[] = [];
  const fields = changedFields(item, given);
  if (fields)
    drafts.push({
      type: 'item.updated',
      location: null,
      change: { ...NO_CHANGE },
      effectiveAt: now,
      unitCost: null,
      fields,
    });
  const difference = quantity === undefined ? 0 : quantity - item.quantity;
  if (difference === 0) return drafts;
  const count = counted(difference, now);
  const refused = refusedCount(item, MAIN, levelAt(item, MAIN).onHand + difference) ?? refusalOf(item, count);
  return refused ?? [...drafts, count];
}

function counted(difference: number, now: string): Draft {
  const change = { ...NO_CHANGE, onHand: difference };
  return { type: 'stock.counted', location: MAIN, change, effectiveAt: now, unitCost: null, fields: null };
}

function changedFields(item: ItemState, given: Omit<UpdateItem, 'quantity'>): FieldChanges | undefined {
  const changed: FieldChanges = {};
  for (const name of FIELD_NAMES) {
    const value = given[name];
    if (value !== undefined && !same(value, item[name])) changed[name] = [item[name], value];
  }
  return Object.keys(changed).length > 0 ? changed : undefined;
}

/** Equality of field values: texts, numbers, lists (in order) and attributes (in any order). */
function same(a: ItemFields[keyof ItemFields], b: ItemFields[keyof ItemFields]): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const left = Object.entries(a);
  const right = b as Record<string, unknown>;
  return (
    left.length === Object.keys(b).length && left.every(([key, value]) => Object.hasOwn(b, key) && right[key] === value)
  );
}

/** Takes an item away: what is left is written off, one event a location, then the item is deleted. */
export function remove(item: ItemState, now: string): Draft[] | Rejection {
  if (item.reserved > 0) {
    return rejected('item-reserved', `${item.reserved} of ${item.name} are reserved.`, {
      itemId: item.id,
      reserved: item.reserved,
    });
  }
  const writeOffs = item.levels
    .locations()
    .map((location) => writtenOff(item, location, now))
    .filter((draft) => draft.change.onHand !== 0);
  const gone: Draft = {
    type: 'item.deleted',
    location: null,
    change: { ...NO_CHANGE },
    effectiveAt: now,
    unitCost: null,
    fields: null,
  };
  return [...writeOffs, gone];
}

function writtenOff(item: ItemState, location: string, now: string): Draft {
  const { onHand, unavailable } = levelAt(item, location);
  const change = {
    ...NO_CHANGE,
    onHand: onHand === 0 ? 0 : -onHand,
    unavailable: unavailable === 0 ? 0 : -unavailable,
  };
  return { type: 'stock.written_off', location, change, effectiveAt: now, unitCost: null, fields: null };
}

/** Brings a deleted item back, with nothing on hand. */
export function restore(item: ItemState, now: string): Draft[] {
  if (!item.deleted) return [];
  return [
    { type: 'item.restored', location: null, change: { ...NO_CHANGE }, effectiveAt: now, unitCost: null, fields: null },
  ];
}

/** `If-Match`: undefined when the item is still what the client saw. */
export function stale(item: ItemState, ifMatch: readonly number[] | undefined): Rejection | undefined {
  if (ifMatch === undefined || ifMatch.includes(item.seq)) return undefined;
  return rejected('stale-version', `${item.name} has changed since it was read.`, { current: itemOf(item) });
}

/** Skus and barcodes that an event takes or frees: what is unique over all items. */
export function codesTouched(before: ItemState, draft: Draft): string[] {
  if (draft.type === 'item.deleted' || draft.type === 'item.restored') return codesOf(before);
  if (!draft.fields || !(draft.fields.sku || draft.fields.barcodes)) return [];
  const after = evolve(before, draft, { seq: 0, position: 0, at: '' });
  const [old, now] = [codesOf(before), codesOf(after)];
  return [...old.filter((code) => !now.includes(code)), ...now.filter((code) => !old.includes(code))];
}

/** Skus and barcodes of an item, told apart by a prefix. */
export function codesOf(item: ItemFields): string[] {
  return [...(item.sku === null ? [] : [`sku:${item.sku}`]), ...item.barcodes.map((code) => `barcode:${code}`)];
}
