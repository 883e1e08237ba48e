import type { Figures } from '@app/contracts';
import { levelAt, totalsOf } from '../../../apps/inventory/src/items/item';
import type { Command } from '../../../apps/inventory/src/ledger/command';
import type { Decided, Plan } from '../../../apps/inventory/src/ledger/plan';
import { Verification } from '../../../apps/inventory/src/ledger/verification';
import { HoldRegistry } from '../../../apps/inventory/src/reservations/hold-registry.service';
import type { OrdersRepository } from '../../../apps/inventory/src/orders/orders.repository';
import { Commands } from './commands';
import { LedgerOfPlans } from './ledger-of-plans';
import { Model } from './model';
import { placeOf, type Shelf } from './shelf';
import { insist, insistOnSame, steps, Sums } from './sums';
import { PLACES, type Want, type Wish } from './wish';

/** Reservations held at a time. */
const MOST_HELD = 3;

interface Played {
  command: Command;
  /** Undefined for what the writer does by itself. */
  want?: Want;
}

/** Called with what each command came to, as `applied reserve` or `insufficient-stock`. */
export type Tally = (outcome: string) => void;

/** The rules as the writer uses them (plans, holds in memory, a clock that is set), and the model beside them. */
export class Both {
  private readonly ledger = new LedgerOfPlans(MOST_HELD);
  private readonly commands = new Commands(this.ledger);
  private readonly model = new Model(MOST_HELD);
  private readonly holds = new HoldRegistry({} as OrdersRepository, MOST_HELD);
  private readonly sums = new Sums();
  private seen = 0;

  constructor(private readonly tally: Tally) {
    this.ledger.locations.set('main', { code: 'main', name: 'Main', address: null, closed: false });
    const wish = (want: Want): Wish => ({ want, dryRun: false, together: true, pass: 0 });
    const open = PLACES.slice(1, -1).map((location) => wish({ do: 'open', location }));
    const create = [40, 20, 10].map((quantity) => wish({ do: 'create', sku: undefined, quantity }));
    this.play([...open, ...create]);
  }

  /** Decides wishes in one group, as the writer would, and compares. What has to wait comes in groups of its own. */
  play(wishes: readonly Wish[]): void {
    this.ledger.time += (wishes[0]?.pass ?? 0) * 1_000;
    let waiting: Played[] = wishes.map((wish) => ({ want: wish.want, command: this.commands.of(wish) }));
    while (waiting.length > 0) {
      const now = new Date(this.ledger.time + 1).toISOString();
      const due = this.holds.due(now, 1_000_000).map((hold) => this.commands.expiry(hold.id, hold.expiresAt));
      this.model.expire(now);
      const plan: Plan<Played> = this.ledger.plan();
      plan.addAll(due.map((command) => ({ command })));
      waiting = plan.addAll(waiting);
      for (const decided of plan.decided) this.compareOne(decided, now);
      this.ledger.commit(plan);
      this.holds.take(plan.orders.changes.reservation.values());
      for (const { event } of this.ledger.entries.slice(this.seen)) this.sums.add(event);
      this.seen = this.ledger.entries.length;
      this.compare();
    }
  }

  /** Walks the ledger once more from its first event, with the checks that operators have. */
  end(): void {
    for (const [id, { shelf }] of this.model.things)
      for (const place of PLACES) {
        const [actual, expected] = [this.sums.hindsight(id, place), hindsightOf(shelf, place)];
        insistOnSame(`the past of ${id} at ${place}`, { hindsight: [...actual] }, { hindsight: [...expected] });
      }
    const verification = new Verification();
    for (const entry of this.ledger.entries) verification.add(entry);
    for (const state of this.ledger.states.values()) verification.compare(state, []);
    const { orders } = verification;
    for (const state of this.ledger.orders.reservation.values())
      orders.compare('reservation', state, this.ledger.tail.position);
    orders.end();
    const [fault] = verification.faults;
    insist(!fault, JSON.stringify(fault));
  }

  private compareOne(decided: Decided<Played>, now: string): void {
    const { command, want } = decided.entry;
    if (!want || command.kind === 'look') {
      insist('outcome' in decided, 'a hold whose time has come does not expire');
      this.tally('applied expire');
      return;
    }
    const verdict = this.model.decide(command, now);
    if ('rejection' in decided) {
      const { rejected, extra } = decided.rejection;
      this.tally(rejected);
      if ('apply' in verdict) return insist(verdict.hard === true, `${rejected} for what is possible`);
      insist(rejected === verdict.code, `refused as ${rejected} and not as ${verdict.code}`);
      return insistOnSame(rejected, named(extra), verdict.figures);
    }
    this.tally(`applied ${want.do}`);
    if ('code' in verdict) return insist(false, `done, and should be ${verdict.code}`);
    if (command.operation.dryRun) return;
    verdict.apply();
    const { events, figures } = decided.outcome;
    for (const one of figures) this.compareFigures(one);
    if (command.kind !== 'reverse') return;
    const [first] = command.originals.toReversed();
    const at = events.filter(({ type }) => type === 'stock.reversed').map(({ position }) => position);
    command.originals.toReversed().forEach(({ position }, index) => this.model.reversed.set(position, at[index] ?? 0));
    insist(first === undefined || at.length === command.originals.length, 'not every half is taken back');
  }

  private compareFigures({ id, sku: _, ...actual }: Figures): void {
    const { places, events } = this.model.shelfOf(id);
    const total = { quantity: 0, reserved: 0, unavailable: 0, incoming: 0 };
    for (const { onHand, reserved, unavailable, incoming } of places.values()) {
      total.quantity += onHand;
      total.reserved += reserved;
      total.unavailable += unavailable;
      total.incoming += incoming;
    }
    const available = total.quantity - total.reserved - total.unavailable;
    insistOnSame(`item ${id}`, actual, { ...total, available, seq: events });
  }

  private compare(): void {
    insist(this.ledger.states.size === this.model.things.size, 'there are other items');
    for (const [id, { name, sku, deleted, shelf }] of this.model.things) {
      const state = this.ledger.states.get(id);
      if (!state) return insist(false, `item ${id} is not there`);
      insistOnSame(`item ${id}`, state, { name, deleted, ...(sku !== null && { sku }) });
      this.compareFigures({ id, sku: null, ...totalsOf(state), seq: state.seq });
      insistOnSame(`the events of ${id}`, totalsOf(state), this.sums.totals(id));
      for (const place of PLACES) {
        const { countedAt, ...level } = levelAt(state, place);
        insistOnSame(`${id} at ${place}`, { ...level, countedAt: countedAt ?? '' }, placeOf(shelf, place));
        insistOnSame(`the events of ${id} at ${place}`, level, this.sums.at(id, place));
      }
    }
    for (const { id, status, until, lines } of this.model.holds) {
      const state = this.ledger.orders.reservation.get(id);
      const expiresAt = until === Infinity ? null : new Date(until).toISOString();
      insistOnSame(`reservation ${id}`, state, { status, expiresAt });
      lines.forEach((line, index) => insistOnSame(`line ${index} of ${id}`, state?.lines[index], line));
    }
    for (const [code, open] of this.model.open)
      if (code !== 'main') insist(this.ledger.locations.get(code)?.closed === !open, `${code} is open or closed`);
  }
}

function hindsightOf({ hindsight }: Shelf, place: string): ReadonlyMap<string, number> {
  const own = hindsight.filter(({ location }) => location === place);
  const ends = own.flatMap(({ from, upTo, pieces }) => [
    { time: from, pieces },
    { time: upTo, pieces: -pieces },
  ]);
  return steps(ends);
}

/** What a refusal names, reservations by their ids. */
function named(extra: Record<string, unknown>): Record<string, unknown> {
  const { reservations } = extra as { reservations?: { id: string }[] };
  return { ...extra, ...(reservations && { reservations: reservations.map(({ id }) => id) }) };
}
