import type { LocationRegistry } from '../locations/location-registry.service';
import { placesOf, type Command } from './command';
import type { LedgerRepository } from './ledger.repository';
import type { Footing } from './states';

const PAGE = 1_000;

interface Sources {
  ledger: LedgerRepository;
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
  return [...found.suspected.values()].flat();
}

/** The items that something happened to at a location since it was looked through. */
async function movedSince(ledger: LedgerRepository, location: string, seen: number, upTo: number): Promise<string[]> {
  const ids = new Set<string>();
  for (let after = seen; after < upTo;) {
    const page = await ledger.range({ after, upTo, limit: PAGE, filter: { location } });
    for (const { event } of page) ids.add(event.itemId);
    after = page.length === PAGE ? (page.at(-1)?.event.position ?? upTo) : upTo;
  }
  return [...ids];
}
