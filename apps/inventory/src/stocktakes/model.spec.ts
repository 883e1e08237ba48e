import type { Circumstances, Line, Operation } from '@app/contracts';
import * as fc from 'fast-check';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { levelAt } from '../items/item';
import { isRejection } from '../items/rejection';
import type { Command } from '../ledger/command';
import { Verification } from '../ledger/verification';
import { countable } from './approval';
import { enter, type Shelved } from './entry';
import type { LineState, StocktakeState } from './stocktake';

const RUNS = 120;
const IDS = ['a', 'b'].map((digit) => digit.repeat(24)) as [string, string];
const SHOP = 'shop';
const ANA = { kind: 'user', id: 'u', name: 'ana' } as const;

let operations = 0;
function operation(): Operation {
  return { id: String(operations++).padStart(32, '0'), keyed: false, fingerprint: 'f', actor: ANA };
}

interface Step {
  do: 'receive' | 'issue' | 'lose' | 'count' | 'countApart' | 'record';
  which: 0 | 1;
  pieces: number;
  /** Whether it is typed in only later, with the time when it happened. */
  late: boolean;
}

/** A shop with two kinds of things, what really stands on its shelf, and a ledger that is told of it, or later, or never. */
class Shop {
  readonly ledger = new LedgerOfPlans();
  readonly truth = new Map<string, number>(IDS.map((id) => [id, 1_000]));
  readonly lines = new Map<string, LineState>();
  /** What was counted when, on the sheet that is approved or apart from it. */
  readonly counts: { itemId: string; at: string; quantity: number }[] = [];
  take: StocktakeState;
  private readonly untold: { itemId: string; type: Line['type']; quantity: number; effectiveAt: string }[] = [];

  constructor() {
    this.ledger.locations.set(SHOP, { code: SHOP, name: SHOP, address: null, closed: false });
    for (const [at, itemId] of IDS.entries()) {
      this.run({ kind: 'create', operation: operation(), itemId, item: { name: `thing ${at}` } });
      this.move({ itemId, type: 'receive', quantity: 1_000 });
    }
    const openedAt = this.now();
    const by = { openedAt, openedBy: ANA, closedAt: null, closedBy: null, approval: null, version: 1 };
    const about = {
      id: 'f'.repeat(24),
      status: 'open',
      location: SHOP,
      filter: null,
      includeZero: false,
      note: null,
    } as const;
    this.take = { ...about, position: this.ledger.tail.position, lines: 2, counted: 0, variances: 0, ...by };
    for (const itemId of IDS) {
      const { id: _, onHand, countedAt, ...shelved } = this.shelved(itemId);
      this.lines.set(itemId, {
        itemId,
        ...shelved,
        expected: onHand,
        unexpected: false,
        lastCountedAt: countedAt,
        count: null,
      });
    }
  }

  now(): string {
    return new Date((this.ledger.time += 1)).toISOString();
  }

  run(command: Command): void {
    const plan = this.ledger.plan();
    plan.add({ command });
    const [decided] = plan.decided;
    if (!decided || 'rejection' in decided) throw new Error(JSON.stringify(decided?.rejection));
    this.ledger.commit(plan);
  }

  move(line: Line, circumstances: Circumstances = {}): void {
    this.run({ kind: 'move', operation: operation(), lines: [{ location: SHOP, ...line }], circumstances });
  }

  /** What is known by now to have been there at a time. */
  knownOf(itemId: string, time: string): number {
    const own = this.ledger.entries.filter(({ event }) => event.itemId === itemId && event.location === SHOP);
    return own.reduce((sum, { event }) => (event.effectiveAt <= time ? sum + event.change.onHand : sum), 0);
  }

  onHand(itemId: string): number {
    const item = this.ledger.states.get(itemId);
    return item ? levelAt(item, SHOP).onHand : 0;
  }

  step({ do: what, which, pieces, late }: Step): void {
    const itemId = IDS[which];
    const there = this.truth.get(itemId) ?? 0;
    switch (what) {
      case 'receive':
      case 'issue':
        this.truth.set(itemId, there + (what === 'receive' ? pieces : -pieces));
        if (late) this.untold.push({ itemId, type: what, quantity: pieces, effectiveAt: this.now() });
        else this.move({ itemId, type: what, quantity: pieces });
        return;
      case 'lose':
        // What is lost after the count nobody has seen.
        if (!this.lines.get(itemId)?.count) this.truth.set(itemId, there - pieces);
        return;
      case 'count':
        this.count(itemId, there);
        return;
      case 'countApart':
        this.move({ itemId, type: 'count', quantity: there });
        this.counts.push({ itemId, at: this.ledger.tail.at, quantity: there });
        return;
      case 'record':
        this.record();
    }
  }

  record(): void {
    for (const { effectiveAt, ...line } of this.untold.splice(0)) this.move(line, { effectiveAt });
  }

  approve(): void {
    const stocktake = this.take;
    const lines = countable(stocktake, [...this.lines.values()], 'ignore');
    for (const { itemId, at, counted: quantity } of lines) this.counts.push({ itemId, at, quantity });
    const approval = { stocktake, lines, seen: 0, uncounted: 'ignore', releaseHolds: false, reason: 'r' } as const;
    this.run({ kind: 'stocktake', operation: operation(), ...approval });
  }

  private count(itemId: string, quantity: number): void {
    if (this.take.status !== 'open') return;
    const sheet = {
      stocktake: this.take,
      line: (id: string) => this.lines.get(id),
      item: () => this.shelved(itemId),
      position: this.ledger.tail.position,
      at: this.now(),
      by: ANA,
    };
    const entered = enter(sheet, [{ itemId, quantity }]);
    if (isRejection(entered)) throw new Error(entered.detail);
    this.take = entered.stocktake;
    for (const line of entered.lines) this.lines.set(line.itemId, line);
  }

  private shelved(id: string): Shelved {
    const item = this.ledger.states.get(id);
    if (!item) throw new Error(`no item ${id}`);
    const { onHand, countedAt } = levelAt(item, SHOP);
    return { id, sku: item.sku, name: item.name, seq: item.seq, onHand, countedAt };
  }
}

const step = fc.record({
  do: fc.constantFrom<Step['do']>('receive', 'issue', 'lose', 'count', 'countApart', 'record', 'issue', 'count'),
  which: fc.constantFrom<0 | 1>(0, 1),
  pieces: fc.integer({ min: 1, max: 9 }),
  late: fc.boolean(),
});

describe('after a stocktake is approved', () => {
  it('the ledger has what really is there, now and at each count, whatever moved and whenever it was told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.array(step, { maxLength: 12 }), (before, after) => {
        const shop = new Shop();
        for (const one of before) shop.step(one);
        const counted = [...shop.lines.values()].filter(({ count }) => count).map(({ itemId }) => itemId);
        if (counted.length === 0) return;
        shop.approve();
        // From here on nothing gets lost: who has counted has not seen it.
        for (const one of after)
          if (one.do !== 'lose') shop.step({ ...one, do: one.do === 'count' ? 'record' : one.do });
        shop.record();
        for (const id of counted) expect(shop.onHand(id)).toBe(shop.truth.get(id));
        for (const { itemId, at, quantity } of shop.counts) expect(shop.knownOf(itemId, at)).toBe(quantity);
        const verification = new Verification();
        for (const entry of shop.ledger.entries) verification.add(entry);
        expect(verification.faults).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
