import type { Operation } from '@app/contracts';
import * as fc from 'fast-check';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt, type ItemState } from '../items/item';
import type { Command } from '../ledger/command';
import { Verification } from '../ledger/verification';
import { fold, noOrders, ORDER_KINDS, type ChangeOf } from './kinds';

/** The commands that the whole property runs over its runs. */
const COMMANDS = 6_000;
const RUNS = 60;
const IDS = ['a', 'b', 'c'].map((digit) => digit.repeat(24));
const PLACES = ['main', 'shop', 'dock'] as const;

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

const WISHES = ['dispatch', 'receive', 'receivePart', 'close', 'cancel', 'expect', 'accept', 'move', 'delete'] as const;

/** What somebody wants; `which` picks one of the orders there are. */
interface Wish {
  do: (typeof WISHES)[number];
  lines: Line[];
  from: string;
  to: string;
  which: number;
}

/** An order in the model: what is still to come, by item and place; a transfer also knows from where to where. */
interface Coming {
  way: { from: string; to: string } | undefined;
  over: boolean;
  open: Map<string, number>;
}

const itemIn = (key: string): string => key.slice(0, key.indexOf('@'));
const keyOf = ({ itemId, location }: Pick<Line, 'itemId' | 'location'>): string => `${itemId}@${location}`;

function sums(lines: readonly Line[], to?: string): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { itemId, location, quantity } of lines) {
    const key = keyOf({ itemId, location: to ?? location });
    sum.set(key, (sum.get(key) ?? 0) + quantity);
  }
  return sum;
}

/** The model: what is on hand, what is to come, and all that ever came and went. No events. */
class Model {
  readonly onHand = new Map<string, number>();
  readonly orders: Coming[] = [];
  readonly deleted = new Set<string>();
  /** Pieces that came from outside, less those that are known to be gone. */
  total = 0;

  incoming(key: string): number {
    return this.orders.reduce((sum, { open }) => sum + (open.get(key) ?? 0), 0);
  }

  get underWay(): number {
    const sent = this.orders.filter(({ way }) => way);
    return sent.flatMap(({ open }) => [...open.values()]).reduce((sum, open) => sum + open, 0);
  }

  put(key: string, more: number): void {
    this.onHand.set(key, (this.onHand.get(key) ?? 0) + more);
  }

  /** Whether it may be; then it is done. */
  play(wish: Wish): boolean {
    const [line] = wish.lines;
    if (!line) return false;
    if (wish.do === 'delete') return this.delete(line.itemId);
    if (wish.do === 'move' || wish.do === 'dispatch' || wish.do === 'expect') return this.begin(wish, line);
    const order = this.orders[wish.which];
    if (!order || order.over) return false;
    if (wish.do === 'close' || wish.do === 'cancel') return this.end(order, wish.do);
    return this.arrive(order, wish);
  }

  private begin(wish: Wish, line: Line): boolean {
    if ((wish.do === 'move' ? [line] : wish.lines).some(({ itemId }) => this.deleted.has(itemId))) return false;
    if (wish.do === 'move') {
      this.put(keyOf(line), line.quantity);
      this.total += line.quantity;
      return true;
    }
    if (wish.do === 'dispatch') {
      const out = sums(wish.lines, wish.from);
      if ([...out].some(([key, quantity]) => quantity > (this.onHand.get(key) ?? 0))) return false;
      for (const [key, quantity] of out) this.put(key, -quantity);
    }
    const way = wish.do === 'dispatch' ? { from: wish.from, to: wish.to } : undefined;
    this.orders.push({ way, over: false, open: sums(wish.lines, way?.to) });
    return true;
  }

  private arrive(order: Coming, wish: Wish): boolean {
    const arrived = wish.do === 'receive' ? new Map(order.open) : sums(wish.lines, order.way?.to);
    const acceptsMore = wish.do === 'accept' && !order.way;
    for (const [key, quantity] of arrived) {
      const open = order.open.get(key) ?? 0;
      const kept = acceptsMore && order.open.has(key) && !this.deleted.has(itemIn(key));
      if (quantity > open && !kept) return false;
    }
    for (const [key, quantity] of arrived) {
      const expected = Math.min(quantity, order.open.get(key) ?? 0);
      order.open.set(key, (order.open.get(key) ?? 0) - expected);
      this.put(key, quantity);
      if (!order.way) this.total += quantity;
    }
    order.over = [...order.open.values()].every((open) => open === 0);
    return true;
  }

  private end(order: Coming, how: 'close' | 'cancel'): boolean {
    for (const [key, open] of order.open) {
      if (order.way && how === 'cancel') this.put(keyOf({ itemId: itemIn(key), location: order.way.from }), open);
      else if (order.way) this.total -= open;
      order.open.set(key, 0);
    }
    order.over = true;
    return true;
  }

  private delete(itemId: string): boolean {
    if (this.deleted.has(itemId)) return false;
    this.deleted.add(itemId);
    for (const place of PLACES) {
      const key = keyOf({ itemId, location: place });
      this.total -= this.onHand.get(key) ?? 0;
      this.onHand.set(key, 0);
      for (const order of this.orders) {
        if (order.way) this.total -= order.open.get(key) ?? 0;
        if (order.open.has(key)) order.open.set(key, 0);
      }
    }
    for (const order of this.orders) order.over ||= [...order.open.values()].every((open) => open === 0);
    return true;
  }
}

/** Most of what arrives was on its way. */
function aimed(line: Line, { open }: Coming): Line {
  const [itemId, location] = [...open.keys()][line.quantity % open.size]?.split('@') ?? [];
  return line.quantity === 6 || !itemId || !location ? line : { ...line, itemId, location };
}

/** Rules and plans beside the model. */
class Both {
  readonly ledger = new LedgerOfPlans();
  readonly model = new Model();

  constructor() {
    for (const code of PLACES) this.ledger.locations.set(code, { code, name: code, address: null, closed: false });
    for (const itemId of IDS) this.ledger.run({ kind: 'create', operation: operation(), itemId, item: { name: 'n' } });
  }

  play(drawn: Wish): boolean {
    // One of the youngest: else most of what is asked for would be about what is over.
    const which = Math.max(0, this.model.orders.length - 1 - drawn.which);
    const order = this.model.orders[which];
    const kind = order?.way ? 'transfer' : 'expectation';
    const part = drawn.do === 'receivePart' || drawn.do === 'accept';
    const wish = { ...drawn, which, lines: part && order ? drawn.lines.map((one) => aimed(one, order)) : drawn.lines };
    if (wish.do === 'close' && kind === 'expectation') return false;
    const command = commandOf(wish, kind, this.model.orders.length);
    const possible = this.model.play(wish);
    const refused = this.ledger.run(command);
    if ((refused === undefined) !== possible)
      throw new Error(`${JSON.stringify(wish)} is ${String(possible)} and was ${refused?.rejected ?? 'done'}`);
    this.compare();
    return possible;
  }

  private compare(): void {
    let all = this.model.underWay;
    for (const itemId of IDS)
      for (const location of PLACES) {
        const key = keyOf({ itemId, location });
        const { onHand, incoming } = levelAt(this.ledger.states.get(itemId) as ItemState, location);
        const expected = [this.model.onHand.get(key) ?? 0, this.model.incoming(key)];
        if (onHand !== expected[0] || incoming !== expected[1])
          throw new Error(`${key} is ${onHand}, ${incoming} and should be ${expected.join()}`);
        all += onHand;
      }
    if (all !== this.model.total) throw new Error(`${all} pieces are somewhere, and should be ${this.model.total}`);
    this.model.orders.forEach(({ over }, at) => {
      const [transfer, expectation] = (['transfer', 'expectation'] as const).map((kind) => {
        const state = this.ledger.orders[kind].get(idOf(at));
        return state && ['in_transit', 'open'].includes(state.status);
      });
      if ((transfer ?? expectation) === over) throw new Error(`order ${at} should be ${over ? 'over' : 'open'}`);
    });
  }
}

const idOf = (at: number): string => String(at).padStart(24, '0');

function commandOf(wish: Wish, kind: 'transfer' | 'expectation', next: number): Command {
  const { do: what, lines, from, to, which } = wish;
  const op = operation();
  const bare = lines.map(({ itemId, quantity }) => ({ itemId, quantity }));
  const transfer = (id: number, change: ChangeOf<'transfer'>): Command => {
    return { kind: 'transfer', operation: op, id: idOf(id), change };
  };
  const expectation = (id: number, change: ChangeOf<'expectation'>): Command => {
    return { kind: 'expectation', operation: op, id: idOf(id), change };
  };
  switch (what) {
    case 'move': {
      const moved = lines.slice(0, 1).map((one) => ({ ...one, type: 'receive' as const }));
      return { kind: 'move', operation: op, lines: moved, circumstances: {} };
    }
    case 'delete':
      return { kind: 'delete', operation: op, itemId: lines[0]?.itemId ?? '' };
    case 'dispatch':
      return transfer(next, { do: 'dispatch', from, to, lines: bare });
    case 'expect':
      return expectation(next, { do: 'expect', lines });
    case 'close':
      return transfer(which, { do: 'close', reason: 'r' });
    case 'cancel':
      return kind === 'transfer' ? transfer(which, { do: 'cancel' }) : expectation(which, { do: 'cancel' });
    case 'receive':
      return kind === 'transfer' ? transfer(which, { do: 'receive' }) : expectation(which, { do: 'receive' });
    default:
      return kind === 'transfer'
        ? transfer(which, { do: 'receive', lines: bare })
        : expectation(which, { do: 'receive', lines, acceptMore: what === 'accept' });
  }
}

const line: fc.Arbitrary<Line> = fc.record({
  itemId: fc.constantFrom(...IDS),
  location: fc.constantFrom(...PLACES),
  quantity: fc.integer({ min: 1, max: 6 }),
});
const ways = PLACES.flatMap((from) => PLACES.flatMap((to) => (from === to ? [] : [{ from, to }])));
const some = (): Wish['do'][] => WISHES.filter((wish) => wish !== 'delete');
const wish: fc.Arbitrary<Wish> = fc
  .record({
    do: fc.constantFrom<Wish['do']>(...some(), ...some(), ...some(), 'dispatch', 'dispatch', 'move', 'move', 'delete'),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    way: fc.constantFrom(...ways),
    which: fc.nat(3),
  })
  .map(({ way, ...rest }) => ({ ...rest, ...way }));

describe('goods under way and goods expected', () => {
  it(`agree with a simple model over ${COMMANDS} random commands: nothing is lost or doubled`, () => {
    const length = COMMANDS / RUNS;
    const seen: Record<string, number> = { done: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(wish, { minLength: length, maxLength: length }), (wishes) => {
        const both = new Both();
        for (const one of wishes) {
          const done = both.play(one);
          seen[done ? 'done' : 'refused'] = (seen[done ? 'done' : 'refused'] ?? 0) + 1;
          if (done) seen[one.do] = (seen[one.do] ?? 0) + 1;
        }
        const { entries, states, orders, tail } = both.ledger;
        const verification = new Verification();
        const again = noOrders();
        for (const entry of entries) {
          verification.add(entry);
          fold(again, entry.event);
        }
        for (const state of states.values()) verification.compare(state, []);
        for (const kind of ORDER_KINDS)
          for (const state of orders[kind].values()) verification.orders.compare(kind, state, tail.position);
        verification.orders.end();
        expect(verification.faults).toEqual([]);
        expect(again).toEqual(orders);
      }),
      { numRuns: RUNS },
    );
    // A test that sees hardly any of these would prove nothing.
    expect(Math.min(seen.done ?? 0, seen.refused ?? 0)).toBeGreaterThan(COMMANDS / 10);
    for (const what of WISHES) expect([what, (seen[what] ?? 0) > COMMANDS / 500]).toEqual([what, true]);
  });
});
