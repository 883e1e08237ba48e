import type { LedgerEvent } from '@app/contracts';
import { MAIN } from '../items/item';
import type { LocationRegistry } from '../locations/location-registry.service';
import type { ReservationState } from '../reservations/reservation';
import type { ReservationsRepository, ReservedAt } from '../reservations/reservations.repository';
import { shortPlaces } from '../stocktakes/approval';
import { codeOf, placesOf, type Command } from './command';
import { CommitFailure, type LedgerRepository } from './ledger.repository';
import { FoundReservations, type Footing } from './states';

const PAGE = 1_000;

interface Sources {
  ledger: LedgerRepository;
  reservations: ReservationsRepository;
  locations: LocationRegistry;
  /** The writer's tail. */
  position: number;
}

/**
 * Looks up what commands have to see beside items: locations, what was reversed, and who may have stock at a location that is to
 * be closed. Returns the items that are needed for that. Most groups need nothing of it.
 */
export async function lookUp(commands: readonly Command[], found: Footing, sources: Sources): Promise<string[]> {
  const { ledger, locations, position } = sources;
  const positions = commands.flatMap((command) =>
    command.kind === 'reverse' ? command.originals.map((original) => original.position) : [],
  );
  const closings = commands.flatMap((command) =>
    command.kind === 'location' && command.change.do === 'close' ? [command.change] : [],
  );
  const unsure = commands.some(
    (command) => command.kind === 'location' || placesOf(command).some((place) => !locations.isOpen(place)),
  );
  if (unsure) await locations.refresh();
  if (positions.length > 0)
    for (const [reversed, by] of await ledger.reversals(positions)) found.reversals.set(reversed, by);
  for (const { code, seen, candidates } of closings) {
    const since = await movedSince(ledger, code, seen, position);
    found.suspected.set(code, [...new Set([...candidates, ...since])]);
  }
  for (const command of commands) {
    if (command.kind !== 'stocktake' || command.lines.length === 0) continue;
    const { stocktake, seen } = command;
    found.moved.set(stocktake.location, await eventsSince(ledger, stocktake.location, seen, position));
  }
  const suspects = [...found.suspected.values()].flat();
  if (!commands.some(isOnReservation)) return suspects;
  const ids = commands.flatMap((command) => (isOnReservation(command) ? [command.reservationId] : []));
  return [...suspects, ...takeReservations(await sources.reservations.states(ids), found)];
}

/** Whether a command is about a reservation that there should be. */
function isOnReservation(command: Command): command is Extract<Command, { kind: 'reservation' }> {
  return command.kind === 'reservation' && command.change.do !== 'reserve';
}

/** Reservations that a refusal of a count names, and those that a count may release, at most. */
const NAMED = 20;
const RELEASED = 100;
/** Lines of a stocktake of which this is looked up, at most. */
const SHORT = 100;

/**
 * Looks up who has reserved what is counted; asked once the items are known, since most have nothing reserved. Returns the items
 * that are needed for what a count may release.
 */
export async function lookUpReserved(
  commands: readonly Command[],
  found: Footing,
  { reservations }: Sources,
): Promise<string[]> {
  const places = commands.flatMap((command) =>
    command.kind === 'stocktake' ? shortIn(command, found) : countedIn(command, found),
  );
  const asked = places.map((place) => reservations.at(place));
  return takeReservations((await Promise.all(asked)).flat(), found);
}

/** Whether a command counts something, and may have to see who has reserved it. */
export function counts(command: Command): boolean {
  if (command.kind === 'update') return command.changes.quantity !== undefined;
  if (command.kind === 'stocktake') return command.lines.length > 0;
  return command.kind === 'move' && command.lines.some(({ type }) => type === 'count');
}

/** The places where a command counts an item of which something was reserved before this group. */
function countedIn(command: Command, found: Footing): ReservedAt[] {
  if (command.kind === 'update' && counts(command)) {
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
function shortIn(command: Extract<Command, { kind: 'stocktake' }>, found: Footing): ReservedAt[] {
  const since = found.movedSince(command.stocktake.location);
  return shortPlaces(command, since, (id) => found.item(id))
    .slice(0, SHORT)
    .flatMap(({ itemId, location }) => lookUpsAt(itemId, location, command.releaseHolds));
}

function lookUpsAt(itemId: string, location: string, releases = false): ReservedAt[] {
  const named = { itemId, location, held: false, limit: NAMED };
  return releases ? [named, { itemId, location, held: true, limit: RELEASED }] : [named];
}

/** Takes them in; returns their items. @throws CommitFailure when another writer has been here */
function takeReservations(states: readonly ReservationState[], found: Footing): string[] {
  if (states.length === 0) return [];
  const taken = new FoundReservations(found.reservations);
  for (const state of states) {
    if (state.position > found.tail.position) throw new CommitFailure({ kind: 'position' }, undefined);
    taken.take(state);
  }
  found.reservations = taken;
  return states.flatMap(({ lines }) => lines.map(({ itemId }) => itemId));
}

/** The items that something happened to at a location since it was looked through. */
async function movedSince(ledger: LedgerRepository, location: string, seen: number, upTo: number): Promise<string[]> {
  const events = await eventsSince(ledger, location, seen, upTo);
  return [...new Set(events.map(({ itemId }) => itemId))];
}

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
