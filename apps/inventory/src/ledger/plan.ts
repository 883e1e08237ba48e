import { LIMITS, type Crossing, type EventText, type LedgerEvent, type Location, type Operation } from '@app/contracts';
import { takeAlerts } from '../items/alert';
import { codesTouched } from '../items/catalogue';
import { evolve, itemOf, unborn, type ItemState } from '../items/item';
import { isRejection, type Rejection } from '../items/rejection';
import { changeLocation, codeIn, isStocked, type KnownLocations } from '../locations/location';
import {
  isOrderCommand,
  RULES,
  sizeOf,
  type KnownOrders,
  type OrderCommand,
  type OrderKind,
  type OrderMaps,
  type ViewOf,
} from '../orders/kinds';
import { PlannedOrders } from '../orders/planned';
import { Counts, earlier, type Moment } from '../stock/counts';
import type { ItemDraft } from '../stock/line';
import { approvedBy } from '../stocktakes/approval';
import { stocktakeOf } from '../stocktakes/stocktake';
import { chainHash } from './chain';
import { codesWanted, needs, placesOf, type Command, type ItemChange, type View } from './command';
import { decideCommand } from './decide';
import type { Batch, Entry, LocationBatch, OutcomeRow, Tail } from './ledger.repository';
import { outcomeOf, type Outcome, type Reply } from './outcome';
import { circumstancesOf, stamped } from './stamp';

/** A command that has been decided: an outcome to announce when the group is durable, or a refusal. */
export type Decided<Entry> = { entry: Entry; outcome: Outcome } | { entry: Entry; rejection: Rejection };

/** The states that a plan is made on, as of `tail`. */
export interface Ground {
  epoch: string;
  tail: Tail;
  now: string;
  item(id: string): ItemState | undefined;
  holder(code: string): ItemState | undefined;
  locations: KnownLocations;
  reversalOf(position: number): number | undefined;
  orders: KnownOrders;
  /** Items that may have stock at a location that is to be closed: all that had before this group. */
  suspects(location: string): readonly string[];
  movedSince(location: string): readonly LedgerEvent[];
  firstCount(moment: Moment): string | undefined;
}

/**
 * A group in the making: commands are decided in order, each against the state that the ones before it left, and the events
 * get their positions. Nothing outside changes until the group is durable.
 */
export class Plan<Entry_ extends { command: Command }> implements View {
  readonly decided: Decided<Entry_>[] = [];
  readonly entries: Entry[] = [];
  /** The same events, as followers get them. */
  readonly texts: EventText[] = [];
  readonly outcomes: OutcomeRow[] = [];
  private readonly states = new Map<string, ItemState>();
  private readonly claims = new Map<string, Entry_>();
  private readonly operations = new Set<string>();
  private readonly locations = new Map<string, Location>();
  private readonly reversals = new Map<number, number>();
  private readonly counts = new Counts();
  private elsewhere = false;
  private approved: Batch['stocktake'];
  readonly orders: PlannedOrders;

  constructor(private readonly ground: Ground) {
    this.orders = new PlannedOrders(ground.orders);
  }

  get tail(): Tail {
    const last = this.entries.at(-1);
    return last ? { position: last.event.position, hash: last.hash, at: last.event.at } : this.ground.tail;
  }

  get batch(): Batch {
    const items = [...this.states.values()].map((after) => ({
      before: this.ground.item(after.id) ?? unborn(after.id),
      after,
    }));
    const locations = this.locationBatch;
    const orders = this.orders.changes;
    const stocktake = this.approved;
    const beside = { ...(locations && { locations }), ...(stocktake && { stocktake }) };
    return { entries: this.entries, items, outcomes: this.outcomes, ...beside, ...(sizeOf(orders) > 0 && { orders }) };
  }

  /** Undefined for a group that has to do with `main` only, which can't be closed. */
  get locationBatch(): LocationBatch | undefined {
    const changes = [...this.locations.values()];
    if (!this.elsewhere && changes.length === 0) return undefined;
    return { version: this.ground.locations.version, changes, after: this.ground.tail.position };
  }

  get writes(): boolean {
    return this.entries.length > 0 || this.outcomes.length > 0;
  }

  /** The states after the group. */
  get changed(): Iterable<ItemState> {
    return this.states.values();
  }

  item(id: string): ItemState | undefined {
    return this.states.get(id) ?? this.ground.item(id);
  }

  /** Who had the code when the group began still has it (see `add`), but its figures may be others by now. */
  holder(code: string): ItemState | undefined {
    const holder = this.ground.holder(code);
    return holder && this.item(holder.id);
  }

  /** Decides commands in order; returns those that have to wait: what comes after one that has to wait waits too. */
  addAll(entries: Entry_[]): Entry_[] {
    const stop = entries.findIndex((entry) => !this.add(entry));
    return stop === -1 ? [] : entries.slice(stop);
  }

  location(code: string): Location | undefined {
    return this.locations.get(code) ?? this.ground.locations.get(code);
  }

  get locationCount(): number {
    const isNew = (code: string): boolean => this.ground.locations.get(code) === undefined;
    return this.ground.locations.size + [...this.locations.keys()].filter(isNew).length;
  }

  stockedAt(code: string): ItemState | undefined {
    const suspects = [...this.ground.suspects(code), ...this.states.keys()];
    return suspects.flatMap((id) => this.item(id) ?? []).find((item) => isStocked(item, code));
  }

  movedSince(location: string): readonly LedgerEvent[] {
    return this.ground.movedSince(location);
  }

  /** What is written already, and what the commands before have counted. */
  firstCount(moment: Moment): string | undefined {
    return earlier(this.ground.firstCount(moment), this.counts.first(moment));
  }

  reversalOf(position: number): number | undefined {
    return this.reversals.get(position) ?? this.ground.reversalOf(position);
  }

  /**
   * Decides one more command; false when it has to wait for the next group: it is a repeat of one in this group, or it needs a
   * sku or barcode that this group takes or frees. Who holds a code is then the database's to say.
   */
  add(entry: Entry_): boolean {
    const { command } = entry;
    if (command.kind === 'look') {
      const item = this.item(command.itemId);
      const reply = item && !item.deleted ? itemOf(item) : null;
      this.decided.push({ entry, outcome: outcomeOf([], { reply, position: this.tail.position, replayed: false }) });
      return true;
    }
    const codes = [...needs(command).codes, ...codesWanted(command, this)];
    if (this.operations.has(command.operation.id) || codes.some((code) => this.claims.has(code))) return false;
    if (command.kind === 'location') {
      this.place(entry, command);
      return true;
    }
    if (!this.elsewhere && placesOf(command, this.orders).length > 0) this.elsewhere = true;
    const decision = decideCommand(command, this, this.ground.now);
    if (isRejection(decision)) {
      this.refuse(entry, command.operation, decision);
      return true;
    }
    const touched = decision.flatMap(({ itemId, draft }) => codesTouched(this.item(itemId) ?? unborn(itemId), draft));
    if (touched.some((code) => this.claims.has(code))) return false;
    this.operations.add(command.operation.id);
    touched.forEach((code) => this.claims.set(code, entry));
    this.take(entry, command, decision);
    return true;
  }

  /** The command of this group that takes or frees a code. */
  claimant(code: string): Entry_ | undefined {
    return this.claims.get(code);
  }

  private refuse(entry: Entry_, operation: Operation, rejection: Rejection): void {
    this.operations.add(operation.id);
    this.decided.push({ entry, rejection });
  }

  private place(entry: Entry_, { operation, change }: Extract<Command, { kind: 'location' }>): void {
    this.elsewhere = true;
    const location = changeLocation(change, this, LIMITS.locations);
    if (isRejection(location)) {
      this.refuse(entry, operation, location);
      return;
    }
    this.operations.add(operation.id);
    const reply = change.do === 'close' ? null : location;
    const { position } = this.tail;
    if (!operation.dryRun) {
      // There is no event that a repeat could be known by, with or without a client's key.
      this.outcomes.push({ operationId: operation.id, fingerprint: operation.fingerprint, reply, position });
      if (location !== this.location(codeIn(change))) this.locations.set(location.code, location);
    }
    this.decided.push({ entry, outcome: outcomeOf([], { reply, position, replayed: false }) });
  }

  private take(entry: Entry_, command: ItemChange, drafts: ItemDraft[]): void {
    const { operation } = command;
    const circumstances = circumstancesOf(command, this.orders);
    const states = new Map<string, ItemState>();
    const events: LedgerEvent[] = [];
    for (const { itemId, draft } of drafts) {
      const before = states.get(itemId) ?? this.item(itemId) ?? unborn(itemId);
      const position = this.tail.position + events.length + 1;
      const after = evolve(before, draft, { seq: before.seq + 1, position, at: this.ground.now });
      events.push(stamped(draft, { before, after, operation, circumstances, epoch: this.ground.epoch }));
      states.set(itemId, after);
    }
    const alerts = takeAlerts(states);
    const orders = this.orders.after(events);
    const approved = command.kind === 'stocktake' ? approvedBy(command, events, this.ground.now) : undefined;
    const reply = approved ? stocktakeOf(approved) : this.replyTo(command, states, orders);
    const position = events.at(-1)?.position ?? this.tail.position;
    if (!operation.dryRun) {
      // Then the ledger would not know a repeat that comes when it would come to something.
      const row = operation.keyed && events.length === 0;
      if (row) this.outcomes.push({ operationId: operation.id, fingerprint: operation.fingerprint, reply, position });
      const replies = 'itemId' in command || isOrderCommand(command) || command.kind === 'stocktake';
      this.keep(operation, events, states, alerts, replies ? reply : undefined);
      if (orders) this.orders.keep(orders);
      if (approved && command.kind === 'stocktake') this.approved = { before: command.stocktake, after: approved };
    }
    const outcome = outcomeOf(events, { reply, position, replayed: false }, alerts);
    if (!operation.dryRun) this.texts.push(...outcome.events);
    this.decided.push({ entry, outcome });
  }

  /** What is answered beside the events. */
  private replyTo(command: ItemChange, items: ReadonlyMap<string, ItemState>, orders: OrderMaps | undefined): Reply {
    if (isOrderCommand(command)) return this.orderAfter(command, orders);
    const item = 'itemId' in command ? (items.get(command.itemId) ?? this.item(command.itemId)) : undefined;
    return item && !item.deleted ? itemOf(item) : null;
  }

  private orderAfter<Kind extends OrderKind>(
    { kind, id }: OrderCommand<Kind>,
    orders: OrderMaps | undefined,
  ): ViewOf<Kind> | null {
    const state = orders?.[kind].get(id) ?? this.orders.get(kind, id);
    return state ? RULES[kind].viewOf(state) : null;
  }

  private keep(
    { fingerprint }: Operation,
    events: LedgerEvent[],
    states: ReadonlyMap<string, ItemState>,
    alerts: ReadonlyMap<number, Crossing>,
    reply: Reply | undefined,
  ): void {
    events.forEach((event, index) => {
      if (event.links.reverses !== undefined) this.reversals.set(event.links.reverses, event.position);
      const hash = chainHash(this.tail.hash, event);
      const operation = { fingerprint, size: events.length, ...(reply !== undefined && { reply }) };
      const entry: Entry = index === 0 ? { event, hash, operation } : { event, hash };
      const alert = alerts.get(event.position);
      if (alert) entry.alert = alert;
      this.entries.push(entry);
    });
    this.counts.add(events);
    for (const [itemId, state] of states) this.states.set(itemId, state);
  }
}
