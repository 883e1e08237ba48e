import type { Operation, ReservationStatus } from '@app/contracts';
import * as fc from 'fast-check';
import { LedgerOfPlans } from '../../../../test/support/ledger-of-plans';
import { levelAt, type ItemState } from '../items/item';
import type { Command } from '../ledger/command';
import { Verification } from '../ledger/verification';
import type { OrdersRepository } from '../orders/orders.repository';
import { HoldRegistry } from './hold-registry.service';
import type { Hold, ReservationChange } from './reservation';

/** The commands that the whole property runs over its runs. */
const COMMANDS = 6_000;
const RUNS = 60;
const IDS = ['a', 'b'].map((digit) => digit.repeat(24)) as [string, string];
const PLACES = ['main', 'shop'] as const;
const KEYS = IDS.flatMap((id) => PLACES.map((place) => `${id}@${place}`));

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

interface Line {
  itemId: string;
  location: string;
  quantity: number;
}

/** What somebody wants; `which` picks one of the reservations there are. */
interface Wish {
  do:
    | 'reserve'
    | 'extend'
    | 'commit'
    | 'release'
    | 'fulfil'
    | 'fulfilPart'
    | 'issue'
    | 'receive'
    | 'count'
    | 'countReleasing';
  lines: Line[];
  which: number;
  ttlSeconds: number;
  /** Seconds that pass before. */
  pass: number;
}

/** A hold in the model: plain numbers. */
interface Held {
  status: ReservationStatus;
  until: number;
  open: Map<string, number>;
}

/** The model: what is on hand and who holds what, without events. */
class Model {
  readonly onHand = new Map(KEYS.map((key) => [key, 0]));
  readonly holds = new Map<string, Held>();

  reserved(key: string): number {
    return [...this.holds.values()].reduce((sum, { open }) => sum + (open.get(key) ?? 0), 0);
  }

  free(key: string): number {
    return (this.onHand.get(key) ?? 0) - this.reserved(key);
  }

  expire(now: number): void {
    for (const hold of this.holds.values()) if (hold.status === 'held' && hold.until <= now) this.end(hold, 'expired');
  }

  end(hold: Held, status: ReservationStatus): void {
    hold.status = status;
    hold.open.clear();
  }

  /** Whether it may be; then it is done. */
  play(wish: Wish, id: string, now: number): boolean {
    const [line] = wish.lines;
    const sums = new Map<string, number>();
    for (const { itemId, location, quantity } of wish.lines)
      sums.set(`${itemId}@${location}`, (sums.get(`${itemId}@${location}`) ?? 0) + quantity);
    if (wish.do === 'reserve') {
      if ([...sums].some(([key, quantity]) => quantity > this.free(key))) return false;
      this.holds.set(id, { status: 'held', until: now + wish.ttlSeconds * 1_000, open: sums });
      return true;
    }
    const key = line ? `${line.itemId}@${line.location}` : '';
    const quantity = line?.quantity ?? 0;
    if (wish.do === 'receive') return this.put(key, (this.onHand.get(key) ?? 0) + quantity);
    if (wish.do === 'issue') return quantity <= this.free(key) && this.put(key, (this.onHand.get(key) ?? 0) - quantity);
    if (wish.do === 'count') return quantity >= this.reserved(key) && this.put(key, quantity);
    if (wish.do === 'countReleasing') return this.countReleasing(key, quantity);
    const hold = this.holds.get(id);
    if (!hold || (hold.status !== 'held' && hold.status !== 'committed')) return false;
    return this.change(hold, wish, sums, now);
  }

  private change(hold: Held, wish: Wish, sums: Map<string, number>, now: number): boolean {
    if (wish.do === 'extend') {
      if (hold.status !== 'held') return false;
      hold.until = now + wish.ttlSeconds * 1_000;
    }
    if (wish.do === 'commit') hold.status = 'committed';
    if (wish.do === 'release') this.end(hold, 'released');
    if (wish.do !== 'fulfil' && wish.do !== 'fulfilPart') return true;
    const wanted = wish.do === 'fulfil' ? new Map(hold.open) : sums;
    if ([...wanted].some(([key, quantity]) => quantity > (hold.open.get(key) ?? 0))) return false;
    for (const [key, quantity] of wanted) {
      hold.open.set(key, (hold.open.get(key) ?? 0) - quantity);
      this.put(key, (this.onHand.get(key) ?? 0) - quantity);
    }
    if ([...hold.open.values()].every((open) => open === 0)) this.end(hold, 'fulfilled');
    return true;
  }

  private countReleasing(key: string, quantity: number): boolean {
    const young = [...this.holds.values()].toReversed();
    const held = young.filter(({ status, open }) => status === 'held' && (open.get(key) ?? 0) > 0);
    const committed = this.reserved(key) - held.reduce((sum, { open }) => sum + (open.get(key) ?? 0), 0);
    if (committed > quantity) return false;
    for (const hold of held) if (this.reserved(key) > quantity) this.end(hold, 'released');
    return this.put(key, quantity);
  }

  private put(key: string, quantity: number): true {
    this.onHand.set(key, quantity);
    return true;
  }
}

/** Rules, plans and the holds in memory beside the model. */
class Both {
  readonly ledger = new LedgerOfPlans();
  readonly model = new Model();
  readonly ids: string[] = [];
  private readonly holds = new HoldRegistry({} as OrdersRepository, 1_000_000);

  constructor() {
    this.ledger.locations.set('shop', { code: 'shop', name: 'Shop', address: null, closed: false });
    const create = (itemId: string): Command => {
      return { kind: 'create', operation: operation(), itemId, item: { name: 'n' } };
    };
    this.run(IDS.map(create));
  }

  play(wish: Wish): boolean {
    this.ledger.time += wish.pass * 1_000;
    const id = wish.do === 'reserve' ? String(this.ids.length).padStart(24, '0') : this.pick(wish.which);
    const now = this.ledger.time + 1;
    this.model.expire(now);
    const possible = this.model.play(wish, id, now);
    const done = this.run([commandOf(wish, id)]);
    if (done !== possible) throw new Error(`the model does not agree: ${JSON.stringify(wish)} is ${String(possible)}`);
    if (wish.do === 'reserve' && done) this.ids.push(id);
    this.compare();
    return done;
  }

  private pick(which: number): string {
    return this.ids[this.ids.length - 1 - (which % Math.max(1, this.ids.length))] ?? 'f'.repeat(24);
  }

  /** A group, with what is due first; whether its last command was done. */
  private run(commands: Command[]): boolean {
    const due = this.holds.due(new Date(this.ledger.time + 1).toISOString(), 1_000_000).map(expiry);
    const plan = this.ledger.plan();
    for (const command of [...due, ...commands]) plan.add({ command });
    this.ledger.commit(plan);
    this.holds.take(plan.orders.changes.reservation.values());
    const last = plan.decided.at(-1);
    return last !== undefined && 'outcome' in last;
  }

  private compare(): void {
    for (const itemId of IDS) {
      for (const location of PLACES) {
        const key = `${itemId}@${location}`;
        const { onHand, reserved } = levelAt(this.ledger.states.get(itemId) as ItemState, location);
        if (onHand - reserved < 0 || reserved < 0) throw new Error(`${key} is below zero`);
        const expected = [this.model.onHand.get(key), this.model.reserved(key)];
        if (onHand !== expected[0] || reserved !== expected[1])
          throw new Error(`${key} is ${onHand}, ${reserved} and should be ${expected.join()}`);
      }
    }
    for (const [id, { status }] of this.model.holds)
      if (this.ledger.orders.reservation.get(id)?.status !== status) throw new Error(`${id} should be ${status}`);
  }
}

function expiry({ id, expiresAt }: Hold): Command {
  return { kind: 'reservation', operation: operation(), id, change: { do: 'expire', expiresAt } };
}

function commandOf({ do: what, lines, ttlSeconds }: Wish, id: string): Command {
  const op = operation();
  const of = (change: ReservationChange): Command => ({ kind: 'reservation', operation: op, id, change });
  switch (what) {
    case 'reserve':
      return of({ do: 'reserve', lines, ttlSeconds });
    case 'extend':
      return of({ do: 'extend', ttlSeconds });
    case 'fulfil':
      return of({ do: 'fulfil' });
    case 'fulfilPart':
      return of({ do: 'fulfil', lines });
    case 'commit':
    case 'release':
      return of({ do: what });
    default: {
      const type = what === 'countReleasing' ? 'count' : what;
      const releaseHolds = what === 'countReleasing';
      return {
        kind: 'move',
        operation: op,
        lines: lines.slice(0, 1).map((line) => ({ ...line, type, ...(releaseHolds && { releaseHolds }) })),
        circumstances: {},
      };
    }
  }
}

const line: fc.Arbitrary<Line> = fc.record({
  itemId: fc.constantFrom(...IDS),
  location: fc.constantFrom(...PLACES),
  quantity: fc.integer({ min: 1, max: 6 }),
});
const wish: fc.Arbitrary<Wish> = fc.record({
  do: fc.constantFrom<Wish['do']>(
    ...(['reserve', 'reserve', 'reserve', 'extend', 'commit', 'release', 'fulfil', 'fulfilPart'] as const),
    ...(['issue', 'receive', 'receive', 'receive', 'count', 'countReleasing'] as const),
  ),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  which: fc.nat(4),
  ttlSeconds: fc.integer({ min: 1, max: 30 }),
  pass: fc.nat(4),
});

describe('the rules of reservations', () => {
  it(`agree with a simple model over ${COMMANDS} random commands, and nothing is ever promised twice`, () => {
    const length = COMMANDS / RUNS;
    const seen = { done: 0, refused: 0, expired: 0, released: 0 };
    fc.assert(
      fc.property(fc.array(wish, { minLength: length, maxLength: length }), (wishes) => {
        const both = new Both();
        for (const one of wishes) seen[both.play(one) ? 'done' : 'refused']++;
        const verification = new Verification();
        for (const entry of both.ledger.entries) verification.add(entry);
        for (const state of both.ledger.states.values()) verification.compare(state, []);
        for (const state of both.ledger.orders.reservation.values())
          verification.orders.compare('reservation', state, both.ledger.tail.position);
        verification.orders.end();
        expect(verification.faults).toEqual([]);
        for (const { status } of both.ledger.orders.reservation.values()) {
          if (status === 'expired') seen.expired++;
          if (status === 'released') seen.released++;
        }
      }),
      { numRuns: RUNS },
    );
    // A test that sees hardly any of these would prove nothing.
    expect(Math.min(seen.done, seen.refused)).toBeGreaterThan(COMMANDS / 10);
    expect(Math.min(seen.expired, seen.released)).toBeGreaterThan(COMMANDS / 100);
  }, 60_000);
});
