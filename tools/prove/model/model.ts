import type { Line } from '@app/contracts';
import type { Command } from '../../../apps/inventory/src/ledger/command';
import { end, isOpen, note, openOf, summed, take, type Held, type Shelves } from './hold';
import { playAll } from './movement';
import {
  add,
  freeAt,
  isRefusal,
  NOTHING,
  placeOf,
  play,
  short,
  takeBack,
  type Moment,
  type Refusal,
  type Shelf,
} from './shelf';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
type Change<Do> = Extract<Of<'reservation'>['change'], { do: Do }>;

/** What the model says to a command: why not, or how to do it. `hard`: it is possible, and a refusal is pardoned. */
export type Verdict = Refusal | { apply: () => void; hard?: boolean };

interface Thing {
  name: string;
  /** Null for one that was made up. */
  sku: string | null;
  deleted: boolean;
  shelf: Shelf;
}

const DONE: Verdict = { apply: () => undefined };

function no(code: string, figures: Record<string, unknown> = {}): Refusal {
  return { code, figures };
}

/**
 * What the documentation promises, in plain maps and sums, without events, states or anything else of the rules. A new kind of
 * command takes a wish (wish.ts), its command (commands.ts) and a case here; goods on their way belong into `Place.incoming`.
 */
export class Model implements Shelves {
  readonly things = new Map<string, Thing>();
  readonly holds: Held[] = [];
  readonly open = new Map([['main', true]]);
  /** Positions that were taken back, and by which. */
  readonly reversed = new Map<number, number>();

  constructor(private readonly mostHeld: number) {}

  shelfOf(itemId: string): Shelf {
    return this.things.get(itemId)?.shelf ?? NOTHING;
  }

  setShelf(itemId: string, shelf: Shelf): void {
    const thing = this.things.get(itemId);
    if (thing) thing.shelf = shelf;
  }

  /** Holds whose time has come give back what they hold. */
  expire(now: string): void {
    for (const hold of this.holds)
      if (hold.status === 'held' && hold.until <= Date.parse(now)) end(hold, 'expired', this);
  }

  decide(command: Command, now: string): Verdict {
    switch (command.kind) {
      case 'create':
        return this.create(command);
      case 'update':
      case 'delete':
      case 'restore':
        return this.onItem(command, now);
      case 'move':
        return this.move(command, now);
      case 'reverse':
        return this.reverse(command, now);
      case 'reservation':
        return this.onHold(command, now);
      case 'location':
        return this.onLocation(command);
      default:
        return DONE;
    }
  }

  private create({ itemId, item }: Of<'create'>): Verdict {
    const { name, quantity = 0 } = item;
    const sku = item.sku ?? null;
    if (this.isTaken(sku, itemId)) return no('duplicate', { field: 'sku' });
    const shelf = quantity > 0 ? add(NOTHING, 'main', { onHand: quantity }) : { ...NOTHING, events: 1 };
    return { apply: () => this.things.set(itemId, { name, sku, deleted: false, shelf }) };
  }

  private onItem(command: Of<'update' | 'delete' | 'restore'>, now: string): Verdict {
    const { itemId } = command;
    const thing = this.things.get(itemId);
    if (!thing || (thing.deleted && command.kind !== 'restore')) return no('not-found', { itemId });
    if (command.kind !== 'restore' && command.ifMatch && !command.ifMatch.includes(thing.shelf.events))
      return no('stale-version');
    if (command.kind === 'update') return this.update(thing, command, now);
    if (command.kind === 'delete') return this.delete(thing, itemId);
    if (!thing.deleted) return DONE;
    if (this.isTaken(thing.sku, itemId)) return no('duplicate', { field: 'sku' });
    return { apply: () => this.became(thing, { deleted: false }) };
  }

  private became(thing: Thing, change: Partial<Thing>): void {
    Object.assign(thing, change);
    thing.shelf = { ...thing.shelf, events: thing.shelf.events + 1 };
  }

  private update(thing: Thing, { itemId, changes }: Of<'update'>, now: string): Verdict {
    const { name = thing.name, quantity, releaseHolds = false } = changes;
    const sku = changes.sku ?? thing.sku;
    if (this.isTaken(changes.sku ?? null, itemId)) return no('duplicate', { field: 'sku' });
    const renamed = name !== thing.name || sku !== thing.sku;
    const total = [...thing.shelf.places.values()].reduce((sum, { onHand }) => sum + onHand, 0);
    const difference = (quantity ?? total) - total;
    const rename = (): void => void (renamed && this.became(thing, { name, sku }));
    if (difference === 0) return { apply: rename };
    const { onHand } = placeOf(thing.shelf, 'main');
    const counted = onHand + difference;
    if (counted < 0) return { ...short(thing.shelf, 'main', -difference) };
    const count = this.count(
      { itemId, location: 'main', quantity: counted, releaseHolds },
      { at: now, said: false, now },
    );
    if ('code' in count) return count;
    const both = (): void => {
      rename();
      count.apply();
    };
    return { apply: both };
  }

  private delete(thing: Thing, itemId: string): Verdict {
    const places = [...thing.shelf.places];
    const reserved = places.reduce((sum, [, place]) => sum + place.reserved, 0);
    if (reserved > 0) return no('item-reserved', { itemId, reserved });
    const away = (): void => {
      for (const [location, { onHand, unavailable }] of places)
        if (onHand > 0) thing.shelf = add(thing.shelf, location, { onHand: -onHand, unavailable: -unavailable });
      this.became(thing, { deleted: true });
    };
    return { apply: away };
  }

  private move({ lines, circumstances: { effectiveAt } }: Of<'move'>, now: string): Verdict {
    const at = effectiveAt !== undefined && effectiveAt < now ? effectiveAt : now;
    const moment = { at, said: !!effectiveAt, now };
    const known = [];
    for (const line of lines) {
      const itemId = line.sku === undefined ? line.itemId : this.holderOf(line.sku);
      const thing = this.things.get(itemId ?? '');
      if (itemId === undefined || !thing || thing.deleted) return no('not-found', line.itemId ? { itemId } : {});
      known.push({ ...line, itemId });
    }
    for (const { location = 'main', toLocation = 'main' } of lines)
      for (const place of [location, toLocation])
        if (!this.open.get(place)) return no('not-found', { location: place });
    const [line] = known;
    if (line?.type === 'count' && known.length === 1) return this.count(line, moment);
    const after = playAll((itemId) => this.shelfOf(itemId), known, moment);
    if ('code' in after) return after;
    const apply = (): void => after.shelves.forEach((shelf, itemId) => this.setShelf(itemId, shelf));
    return { apply, hard: after.hard };
  }

  /** A count, for which the youngest holds may be given up, each of them whole. */
  private count(
    { itemId, location = 'main', quantity, changeFrom, releaseHolds }: Omit<Line, 'type'> & { itemId: string },
    moment: Moment,
  ): Verdict {
    const line = { type: 'count' as const, quantity, location, changeFrom };
    const after = play(this.shelfOf(itemId), line, moment);
    if (!isRefusal(after)) return { apply: () => this.setShelf(itemId, after) };
    const young = this.holds.filter((hold) => openOf(hold, itemId, location) > 0).toReversed();
    const refusal = { code: after.code, figures: { itemId, ...after.figures } };
    if (after.code === 'reserved-exceeds-stock')
      Object.assign(refusal.figures, { reservations: young.map(({ id }) => id).slice(0, 20) });
    if (!releaseHolds || after.code === 'stale-quantity') return refusal;
    const { reserved, unavailable } = placeOf(this.shelfOf(itemId), location);
    let left = reserved + unavailable - quantity;
    const given = young.filter((hold) => {
      if (hold.status !== 'held' || left <= 0) return false;
      left -= openOf(hold, itemId, location);
      return true;
    });
    if (left > 0) return refusal;
    const apply = (): void => {
      for (const hold of given) end(hold, 'released', this);
      const counted = play(this.shelfOf(itemId), line, moment);
      if (isRefusal(counted)) throw new Error('what was given up is not enough');
      this.setShelf(itemId, counted);
    };
    return { apply };
  }

  private reverse({ originals }: Of<'reverse'>, now: string): Verdict {
    for (const { position, type, links } of originals) {
      const back = ['received', 'issued', 'returned', 'written_off', 'adjusted', 'transferred_out', 'transferred_in'];
      const can = [...back, 'set_aside', 'put_back'].map((name) => `stock.${name}`).includes(type);
      if (!can || links.reservationId !== undefined) return no('not-reversible', { position, eventType: type });
      const by = this.reversed.get(position);
      if (by !== undefined) return no('already-reversed', { position, reversedBy: by });
    }
    const itemId = originals[0]?.itemId ?? '';
    if (this.things.get(itemId)?.deleted !== false) return no('not-found', { itemId });
    for (const { location } of originals)
      if (location !== null && !this.open.get(location)) return no('not-found', { location });
    const after = takeBack(this.shelfOf(itemId), originals, now);
    if (isRefusal(after)) return no(after.code, { itemId, ...after.figures });
    return { apply: () => this.setShelf(itemId, after) };
  }

  private onHold({ id: reservationId, change }: Of<'reservation'>, now: string): Verdict {
    if (change.do === 'reserve') return this.reserve(reservationId, change, now);
    const hold = this.holds.find(({ id }) => id === reservationId);
    if (!hold) return no('not-found', { reservationId });
    const closed = no('reservation-closed', { reservationId, reservationStatus: hold.status });
    if (!isOpen(hold)) return closed;
    const noted = (became: Partial<Held>) => (): void => {
      note(hold, this);
      Object.assign(hold, became);
    };
    if (change.do === 'extend')
      return hold.status === 'held' ? { apply: noted({ until: later(now, change.ttlSeconds) }) } : closed;
    if (change.do === 'commit')
      return hold.status === 'held' ? { apply: noted({ status: 'committed', until: Infinity }) } : DONE;
    if (change.do === 'release') return { apply: () => end(hold, 'released', this) };
    return change.do === 'fulfil' ? this.fulfil(hold, change) : DONE;
  }

  private reserve(id: string, { lines, ttlSeconds }: Change<'reserve'>, now: string): Verdict {
    for (const { location = 'main' } of lines) if (!this.open.get(location)) return no('not-found', { location });
    const held = this.holds.filter(({ status }) => status === 'held').length;
    if (held >= this.mostHeld) return no('too-many-reservations', { held, most: this.mostHeld });
    const wanted = summed(lines);
    for (const { itemId, location, quantity } of wanted) {
      if (this.things.get(itemId)?.deleted !== false) return no('not-found', { itemId });
      const shelf = this.shelfOf(itemId);
      if (quantity <= freeAt(shelf, location)) continue;
      const refusal = short(shelf, location, quantity);
      return no(refusal.code, { itemId, ...refusal.figures });
    }
    const apply = (): void => {
      const own = wanted.map(({ quantity, ...line }) => ({ ...line, open: quantity, fulfilled: 0 }));
      this.holds.push({ id, status: 'held', until: later(now, ttlSeconds), lines: own });
      for (const { itemId, location, quantity } of wanted)
        this.setShelf(itemId, add(this.shelfOf(itemId), location, { reserved: quantity }));
    };
    return { apply };
  }

  private fulfil(hold: Held, { lines }: Change<'fulfil'>): Verdict {
    const rest = hold.lines.filter(({ open }) => open > 0).map(({ open, ...line }) => ({ ...line, quantity: open }));
    const wanted = lines ? summed(lines) : rest;
    for (const { itemId, location, quantity } of wanted) {
      const open = openOf(hold, itemId, location);
      if (quantity > open) return no('exceeds-reservation', { itemId, location, requested: quantity, open });
    }
    return { apply: () => wanted.forEach((line) => take(hold, line, this)) };
  }

  private onLocation({ change }: Of<'location'>): Verdict {
    const code = change.do === 'open' ? change.location.code : change.code;
    const open = this.open.get(code);
    if (change.do === 'open')
      return open ? no('duplicate', { field: 'code' }) : { apply: () => this.open.set(code, true) };
    if (open === undefined) return no('not-found', { location: code });
    const stocked = [...this.things.values()].some(({ shelf }) => placeOf(shelf, code).onHand !== 0);
    if (code === 'main' || stocked) return no('location-not-empty', { location: code });
    return { apply: () => this.open.set(code, false) };
  }

  private holderOf(sku: string): string | undefined {
    return [...this.things].find(([, thing]) => thing.sku === sku && !thing.deleted)?.[0];
  }

  private isTaken(sku: string | null, itemId: string): boolean {
    const holder = sku === null ? undefined : this.holderOf(sku);
    return holder !== undefined && holder !== itemId;
  }
}

function later(now: string, seconds: number): number {
  return Date.parse(now) + seconds * 1_000;
}
