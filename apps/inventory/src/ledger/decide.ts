import type { UpdateItem } from '@app/contracts';
import { abandonExpectation } from '../expectations/expectation';
import { codesOf, create, remove, restore, stale, update } from '../items/catalogue';
import { levelAt, MAIN, type ItemState } from '../items/item';
import { isRejection, rejected, type Rejection } from '../items/rejection';
import { refusedPlace } from '../locations/location';
import { isOrderCommand, RULES, type OrderCommand, type OrderKind } from '../orders/kinds';
import type { Place } from '../orders/order';
import { releasing, type CountedPlace, type Shelves } from '../reservations/release';
import type { ItemDraft, ItemLine } from '../stock/line';
import { irreversible, reverse, reversedAlready } from '../stock/reversal';
import { move } from '../stock/stock';
import { approve } from '../stocktakes/approval';
import { closed } from '../stocktakes/stocktake';
import { abandonTransfer } from '../transfers/transfer';
import { codeOf, needs, placesOf, type Change, type Command, type ItemChange, type View } from './command';

/** Decides any command on items. Pure: the same view, command and time give the same events. */
export function decideCommand(command: ItemChange, view: View, now: string): ItemDraft[] | Rejection {
  if (command.kind === 'move') return decideMove(command, view, now);
  if (command.kind === 'reverse') return decideReversal(command, view, now);
  if (isOrderCommand(command)) return decideOrder(command, view, now);
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
  if (command.kind === 'delete') return decideRemoval(item, view, now);
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
  const item: Shelves['item'] = (id) => view.item(id);
  const firstCount: Shelves['firstCount'] = (moment) => view.firstCount(moment);
  return { items, item, orders: view.orders, firstCount, released: new Set() };
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
  for (const line of command.lines) {
    const { itemId } = line;
    const code = codeOf(line);
    const item = code === undefined ? view.item(itemId ?? '') : view.holder(code);
    if (!item || item.deleted) {
      return code === undefined
        ? notFound(itemId ?? '')
        : rejected('not-found', `There is no item with ${code.replace(':', ' ')}.`);
    }
    items.set(item.id, item);
    lines.push({ itemId: item.id, ...line });
  }
  const refused = refusedAmong(placesOf(command, view.orders), view);
  if (refused) return refused;
  const decide = (): ItemDraft[] | Rejection =>
    move(items, lines, command.circumstances, now, (moment) => view.firstCount(moment));
  const decision = decide();
  if (!isRejection(decision)) return decision;
  return releasing(decide, lines.flatMap(countedBy), shelvesOf(items, view), now);
}

/** What a line counts and may release reservations for. */
function countedBy({ itemId, type, quantity, location = MAIN, releaseHolds }: ItemLine): CountedPlace[] {
  return type === 'count' && releaseHolds ? [{ itemId, location, quantity }] : [];
}

function decideOrder<Kind extends OrderKind>(
  command: OrderCommand<Kind>,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  const { kind, id, change, operation } = command;
  const state = view.orders.get(kind, id);
  const refused = refusedAmong(RULES[kind].placesOf(change, state), view);
  if (refused) return refused;
  const item = (itemId: string): ItemState | undefined => view.item(itemId);
  return RULES[kind].decide(change, { id, state, item, actor: operation.actor, quota: view.orders, now });
}

function decideApproval(
  command: Extract<Command, { kind: 'stocktake' }>,
  view: View,
  now: string,
): ItemDraft[] | Rejection {
  const refused = closed(command.stocktake) ?? refusedAmong(placesOf(command, view.orders), view);
  if (refused) return refused;
  return approve(command, view.movedSince(command.stocktake.location), shelvesOf(new Map(), view), now);
}

/** What is on its way of an item that is deleted does not come any more; what is left of it is written off. */
function decideRemoval(item: ItemState, { orders }: View, now: string): ItemDraft[] | Rejection {
  const removal = of(item.id, remove(item, now));
  if (isRejection(removal) || item.incoming === 0) return removal;
  const abandoned = [
    ...orders.openOf('transfer', item.id).flatMap((state) => abandonTransfer(state, item.id, now)),
    ...orders.openOf('expectation', item.id).flatMap((state) => abandonExpectation(state, item.id, now)),
  ];
  const known = abandoned.reduce((sum, { draft }) => sum - draft.change.incoming, 0);
  if (known === item.incoming) return [...abandoned, ...removal];
  const detail = `More of ${item.name} is on its way, in transfers and expectations, than is ended at once: end some before.`;
  return rejected('item-incoming', detail, { itemId: item.id, incoming: item.incoming });
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
  const refused = refusedAmong(placesOf(command, view.orders), view);
  return refused ?? reverse(item, originals, now, (moment) => view.firstCount(moment));
}

function refusedAmong(places: readonly Place[], view: View): Rejection | undefined {
  for (const { code, field } of places) {
    const refused = code === MAIN ? undefined : refusedPlace(code, view.location(code));
    if (refused && field === undefined) return refused;
    if (refused) return { ...refused, extra: { ...refused.extra, errors: [{ field, message: refused.detail }] } };
  }
  return undefined;
}
