import type { LedgerEvent } from '@app/contracts';
import { MAIN } from '../items/item';
import type { LocationRegistry } from '../locations/location-registry.service';
import {
  isOrderCommand,
  makesOrder,
  ORDER_KINDS,
  type OrderCommand,
  type OrderKind,
  type StateOf,
} from '../orders/kinds';
import type { OpenQuery, OrdersRepository } from '../orders/orders.repository';
import { mayBeCounted, momentKey, type Moment } from '../stock/counts';
import { shortPlaces } from '../stocktakes/approval';
import { codeOf, placesOf, type Command } from './command';
import { CommitFailure, type LedgerRepository } from './ledger.repository';
import type { Footing } from './states';

const PAGE = 1_000;

interface Sources {
  ledger: LedgerRepository;
  orders: OrdersRepository;
  locations: LocationRegistry;
  /** The writer's tail. */
  position: number;
}

/**
 * Looks up what commands have to see beside items: orders, locations, what was reversed, who may have stock at a location that is to
 * be closed, and what has moved while a stocktake was looked through. Returns the items that are needed for that. Most groups need
 * nothing of it.
 */
export async function lookUp(commands: readonly Command[], found: Footing, sources: Sources): Promise<string[]> {
  const { ledger, locations, position } = sources;
  const changes = commands.filter(changesOrder);
  const items: string[] = [];
  for (const kind of changes.length > 0 ? ORDER_KINDS : [])
    items.push(...(await lookUpOrders(kind, changes, found, sources)));
  const positions = commands.flatMap((command) =>
    command.kind === 'reverse' ? command.originals.map((original) => original.position) : [],
  );
  const closings = commands.flatMap((command) =>
    command.kind === 'location' && command.change.do === 'close' ? [command.change] : [],
  );
  const unsure = commands.some(
    (command) =>
      command.kind === 'location' || placesOf(command, found.orders).some(({ code }) => !locations.isOpen(code)),
  );
  if (unsure) await locations.refresh();
  if (positions.length > 0)
    for (const [reversed, by] of await ledger.reversals(positions)) found.reversals.set(reversed, by);
  for (const { code, seen, candidates } of closings) {
    const since = await eventsSince(ledger, code, seen, position);
    found.suspected.set(code, [...new Set([...candidates, ...since.map(({ itemId }) => itemId)])]);
  }
  for (const command of commands) {
    if (command.kind !== 'stocktake' || command.lines.length === 0) continue;
    const { stocktake, seen } = command;
    found.moved.set(stocktake.location, await eventsSince(ledger, stocktake.location, seen, position));
  }
  return [...items, ...[...found.suspected.values()].flat()];
}

/** Whether a command is about an order that there should be. */
function changesOrder(command: Command): command is OrderCommand {
  return isOrderCommand(command) && !makesOrder(command);
}

async function lookUpOrders(
  kind: OrderKind,
  changes: readonly OrderCommand[],
  found: Footing,
  { orders }: Sources,
): Promise<string[]> {
  const ids = changes.flatMap((change) => (change.kind === kind ? [change.id] : []));
  return ids.length === 0 ? [] : take(kind, await orders.states(kind, ids), found);
}

/** Reservations that a refusal of a count names, those that a count may release, and orders of each kind that end with an item, at most. */
const NAMED = 20;
const RELEASED = 100;
const ABANDONED = 500;
/** Lines of a stocktake of which it is looked up who has reserved them, at most. */
const SHORT = 100;

/**
 * Looks up who has reserved what is counted, and what is on its way of an item that is to be deleted; asked once the items are
 * known, since of most nothing is. Returns the items that are needed for what a count may release.
 */
export async function lookUpOpen(commands: readonly Command[], found: Footing, { orders }: Sources): Promise<string[]> {
  for (const command of commands) {
    if (command.kind !== 'delete' || (found.item(command.itemId)?.incoming ?? 0) === 0) continue;
    const query = { itemId: command.itemId, limit: ABANDONED };
    take('transfer', await orders.openOf('transfer', query), found);
    take('expectation', await orders.openOf('expectation', query), found);
  }
  const counted = commands.flatMap((command) =>
    command.kind === 'stocktake' ? shortIn(command, found) : countedIn(command, found),
  );
  const reserved = await Promise.all(counted.map((query) => orders.openOf('reservation', query)));
  return take('reservation', reserved.flat(), found);
}

/** Whether a command may have to see who has something open of its items. */
export function asksForOpen(command: Command): boolean {
  if (command.kind === 'update') return command.changes.quantity !== undefined;
  if (command.kind === 'stocktake') return command.lines.length > 0;
  return command.kind === 'delete' || (command.kind === 'move' && command.lines.some(({ type }) => type === 'count'));
}

/** The places where a command counts an item of which something was reserved before this group. */
function countedIn(command: Command, found: Footing): OpenQuery<'reservation'>[] {
  if (command.kind === 'update' && command.changes.quantity !== undefined) {
    const reserved = found.item(command.itemId)?.reserved ?? 0;
    return reserved > 0 ? lookUpsAt(command.itemId, MAIN, command.changes.releaseHolds) : [];
  }
  if (command.kind !== 'move') return [];
  return command.lines.flatMap((line) => {
    if (line.type !== 'count') return [];
    const code = codeOf(line);
    const item = code === undefined ? found.item(line.itemId ?? '') : found.holder(code);
    return item && item.reserved > 0 ? lookUpsAt(item.id, line.location ?? MAIN, line.releaseHolds) : [];
  });
}

/** The places where an approval leaves less than is promised; most of its lines do not. */
function shortIn(command: Extract<Command, { kind: 'stocktake' }>, found: Footing): OpenQuery<'reservation'>[] {
  const since = found.movedSince(command.stocktake.location);
  return shortPlaces(command, since, (id) => found.item(id))
    .slice(0, SHORT)
    .flatMap(({ itemId, location }) => lookUpsAt(itemId, location, command.releaseHolds));
}

function lookUpsAt(itemId: string, location: string, releases = false): OpenQuery<'reservation'>[] {
  const named = { itemId, location, limit: NAMED };
  return releases ? [named, { itemId, location, status: 'held', limit: RELEASED }] : [named];
}

/**
 * Looks up when places were first counted after what commands tell of there; asked once the items are known, since most commands
 * tell of now, and most places were not counted since.
 */
export async function lookUpCounts(commands: readonly Command[], found: Footing, { ledger }: Sources): Promise<void> {
  const asked = new Map<string, Moment>();
  for (const command of commands) {
    for (const moment of momentsIn(command, found)) {
      const item = found.item(moment.itemId);
      if (item && mayBeCounted(item, moment)) asked.set(momentKey(moment), moment);
    }
  }
  if (asked.size === 0) return;
  const counted = await ledger.firstCounts([...asked.values()]);
  [...asked.keys()].forEach((key, at) => found.counted.set(key, counted[at]));
}

/** Where and when a command changes the past. */
function momentsIn(command: Command, found: Footing): Moment[] {
  if (command.kind === 'reverse')
    return command.originals.flatMap(({ itemId, location, effectiveAt, position }) =>
      location === null ? [] : { itemId, location, effectiveAt, position },
    );
  if (command.kind === 'stocktake') {
    const { location } = command.stocktake;
    return command.lines.map(({ itemId, at }) => ({ itemId, location, effectiveAt: at }));
  }
  const effectiveAt = command.kind === 'move' ? command.circumstances.effectiveAt : undefined;
  if (command.kind !== 'move' || effectiveAt === undefined) return [];
  return command.lines.flatMap((line) => {
    const code = codeOf(line);
    const itemId = code === undefined ? line.itemId : found.holder(code)?.id;
    const places = [line.location ?? MAIN, ...(line.type === 'transfer' ? [line.toLocation ?? MAIN] : [])];
    return itemId === undefined ? [] : places.map((location) => ({ itemId, location, effectiveAt }));
  });
}

/** Takes them in; returns their items. @throws CommitFailure when another writer has been here */
function take<Kind extends OrderKind>(kind: Kind, states: readonly StateOf<Kind>[], found: Footing): string[] {
  for (const state of states) {
    if (state.position > found.tail.position) throw new CommitFailure({ kind: 'position' }, undefined);
    found.orders.take(kind, state);
  }
  return states.flatMap(({ lines }) => lines.map(({ itemId }: { itemId: string }) => itemId));
}

/** What happened at a location since it was looked through. */
async function eventsSince(
  ledger: LedgerRepository,
  location: string,
  seen: number,
  upTo: number,
): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (let after = seen; after < upTo;) {
    const page = await ledger.range({ after, upTo, limit: PAGE, filter: { location } });
    for (const { event } of page) events.push(event);
    after = page.length === PAGE ? (page.at(-1)?.event.position ?? upTo) : upTo;
  }
  return events;
}
