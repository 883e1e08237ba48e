import type { LedgerEvent } from '@app/contracts';
import type { ItemsRepository } from '../items/items.repository';
import type { LocationRegistry } from '../locations/location-registry.service';
import type { OrdersRepository } from '../orders/orders.repository';
import type { HoldRegistry } from '../reservations/hold-registry.service';
import { codesWanted, needs, type Command } from './command';
import { textOf } from './event-text';
import { CommitFailure, type Entry, type LedgerRepository, type Tail } from './ledger.repository';
import type { LedgerService } from './ledger.service';
import { asksForOpen, lookUp, lookUpCounts, lookUpOpen } from './lookups';
import type { Ground, Plan } from './plan';
import { Footing, StateCache } from './states';

interface Sources {
  repository: LedgerRepository;
  items: ItemsRepository;
  ledger: LedgerService;
  locations: LocationRegistry;
  holds: HoldRegistry;
  orders: OrdersRepository;
}

/** Where the ledger ends, as this writer knows it, and the item states as of there. */
export class Front {
  private end: Tail = { position: 0, hash: '', at: '' };
  private readonly states: StateCache;
  private resting = false;

  /** @param most item states kept in memory */
  constructor(
    private readonly sources: Sources,
    most: number,
  ) {
    this.states = new StateCache(most);
  }

  get tail(): Tail {
    return this.end;
  }

  /** Whether nothing is known here but about where the ledger ends: `refresh` comes before any decision. */
  get rests(): boolean {
    return this.resting;
  }

  /** Begins at the ledger's end. */
  async open(): Promise<void> {
    this.end = await this.sources.repository.tail();
    await this.sources.orders.open();
    await this.sources.holds.open();
  }

  /** Times never run backwards along the ledger, whatever the clocks of its writers do. */
  now(): string {
    const clock = new Date().toISOString();
    return clock > this.end.at ? clock : this.end.at;
  }

  /** What commands are decided on, loaded where it is missing. @throws CommitFailure when another writer has been here */
  async ground(commands: readonly Command[], now: string): Promise<Ground> {
    const { end } = this;
    const { repository, ledger, locations, holds, orders } = this.sources;
    const footing = new Footing(ledger.epoch, end, now, locations, holds);
    const ids = new Set<string>();
    const codes = new Set<string>();
    const sources = { ledger: repository, locations, orders, position: end.position };
    const suspects = await lookUp(commands, footing, sources);
    for (const id of suspects) if (!footing.take(this.states.get(id))) ids.add(id);
    for (const command of commands) {
      const needed = needs(command);
      for (const id of needed.ids) if (!footing.take(this.states.get(id))) ids.add(id);
      for (const code of needed.codes) if (!footing.take(this.states.holder(code))) codes.add(code);
    }
    if (ids.size > 0 || codes.size > 0) await this.load(footing, [...ids], [...codes]);
    await this.loadHolders(commands, footing);
    await lookUpCounts(commands, footing, sources);
    if (commands.some(asksForOpen)) await this.loadAll(await lookUpOpen(commands, footing, sources), footing);
    return footing;
  }

  /** Who has what a deleted item wants back: which codes these are is known once the item is. */
  private async loadHolders(commands: readonly Command[], footing: Footing): Promise<void> {
    const wanted = commands.flatMap((command) => codesWanted(command, footing));
    const codes = wanted.filter((code) => !footing.take(this.states.holder(code)));
    if (codes.length > 0) await this.load(footing, [], codes);
  }

  private async loadAll(ids: readonly string[], footing: Footing): Promise<void> {
    const missing = ids.filter((id) => !footing.item(id) && !footing.take(this.states.get(id)));
    if (missing.length > 0) await this.load(footing, [...new Set(missing)], []);
  }

  private async load(footing: Footing, ids: string[], codes: string[]): Promise<void> {
    const found = await Promise.all([
      ids.length > 0 ? this.sources.items.states(ids) : [],
      codes.length > 0 ? this.sources.items.byCodes(codes) : [],
    ]);
    for (const state of found.flat()) {
      // A state newer than the tail means that another writer has been here: follow it before anything is decided.
      if (state.position > footing.tail.position) throw new CommitFailure({ kind: 'position' }, undefined);
      this.states.set(state);
      footing.take(state);
    }
  }

  /** @throws CommitFailure when another writer has written since */
  async insist(): Promise<void> {
    const { position } = await this.sources.repository.tail();
    if (position !== this.end.position) throw new CommitFailure({ kind: 'position' }, undefined);
  }

  /** A plan is durable. */
  advance(plan: Pick<Plan<never>, 'tail' | 'changed' | 'orders'>): void {
    this.end = plan.tail;
    for (const state of plan.changed) this.states.set(state);
    this.sources.holds.take(plan.orders.changes.reservation.values());
  }

  /** Another inventory writes: all of its events would cost as much to follow as to write. What is remembered here is let go. */
  async rest(): Promise<void> {
    if (!this.resting) {
      this.resting = true;
      this.states.clear();
      this.sources.holds.clear();
      this.sources.ledger.leave();
    }
    this.sources.ledger.skipTo((await this.sources.repository.tail()).position);
  }

  /** Begins anew at the ledger's end. */
  private async resume(): Promise<void> {
    this.end = await this.sources.repository.tail();
    // After the tail: what they are ahead of it is told again by the events, and changes nothing.
    await this.sources.holds.open();
    this.resting = false;
    this.sources.ledger.resume(this.end.position);
  }

  /** Reads on from the tail: what other writers have committed. */
  async refresh(): Promise<void> {
    if (this.resting) await this.resume();
    for (;;) {
      const after = this.end.position;
      const entries = await this.sources.repository.range({ after, upTo: Number.MAX_SAFE_INTEGER, limit: 1_000 });
      if (entries.length === 0) return;
      for (const entry of entries) this.follow(entry);
      this.sources.ledger.append(entries.map(({ event, alert }) => textOf(event, alert)));
    }
  }

  /** Lets all states go: the documents may have changed without an event. */
  async forget(): Promise<void> {
    this.states.clear();
    await this.sources.holds.open();
  }

  private follow(entry: Entry): void {
    const { position, at }: LedgerEvent = entry.event;
    if (position !== this.end.position + 1) throw new Error(`the ledger has a gap before ${position}`);
    this.states.follow(entry);
    this.sources.holds.follow(entry.event);
    this.end = { position, hash: entry.hash, at };
  }
}
