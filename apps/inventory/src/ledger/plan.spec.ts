import { MOVEMENT_TYPES, type CreateItem, type Line, type MovementType, type Operation } from '@app/contracts';
import * as fc from 'fast-check';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import { codesOf } from '../items/catalogue';
import type { ItemState } from '../items/item';
import type { Command } from './command';
import { isStocked, type LocationChange } from '../locations/location';
import { halvesOf } from '../stock/reversal';
import type { Entry } from './ledger.repository';
import type { Plan } from './plan';
import { Verification } from './verification';

/** The commands that the whole property runs over its runs. */
const COMMANDS = 5_000;
const RUNS = 50;
const IDS = ['a', 'b', 'c'].map((digit) => digit.repeat(24));
const SKUS = ['S1', 'S2'];

const OPENING: LocationChange = { do: 'open', location: { code: 'shop', name: 'Shop' } };
const CLOSING: LocationChange = { do: 'close', code: 'shop', seen: 0, candidates: IDS, more: false };

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

const id = fc.constantFrom(...IDS);
const target = fc.oneof(fc.record({ itemId: id }), fc.record({ sku: fc.constantFrom(...SKUS) }));
const place = fc.constantFrom('main', 'main', 'shop');
const moveLine = fc.record({
  type: fc.constantFrom<MovementType>(...MOVEMENT_TYPES),
  quantity: fc.integer({ min: 1, max: 9 }),
  location: place,
});
const line = fc.tuple(target, moveLine).map(([item, rest]): Line => {
  const toLocation = rest.location === 'main' ? 'shop' : 'main';
  return { ...item, ...rest, ...(rest.type === 'transfer' && { toLocation }) };
});
const effectiveAt = fc.option(fc.constantFrom('2025-01-01T00:00:00.000Z', '2025-06-01T00:00:00.000Z'), {
  nil: undefined,
});
/** A command, or one that hangs on what there is when its turn comes. */
type Wish = Command | ((memory: LedgerOfPlans) => Command | undefined);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 1, arbitrary: fc.nat(10_000).map((at) => (memory: LedgerOfPlans) => reversal(memory, at)) },
  { weight: 1, arbitrary: fc.constantFrom<LocationChange>(CLOSING, OPENING).map(locationCommand) },
  { weight: 1, arbitrary: fc.record({ itemId: id, sku: fc.constantFrom(...SKUS), quantity: fc.nat(5) }).map(creation) },
  { weight: 1, arbitrary: fc.record({ itemId: id, sku: fc.constantFrom(...SKUS), quantity: fc.nat(5) }).map(change) },
  { weight: 1, arbitrary: id.map((itemId): Command => ({ kind: 'delete', operation: operation(), itemId })) },
  { weight: 1, arbitrary: id.map((itemId): Command => ({ kind: 'restore', operation: operation(), itemId })) },
  {
    weight: 6,
    arbitrary: fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 4 }), effectiveAt }).map(movement),
  },
);

function reversal({ entries }: LedgerOfPlans, at: number): Command | undefined {
  const position = 1 + (at % Math.max(1, entries.length));
  const originals = halvesOf(
    position,
    entries.map(({ event }) => event),
  );
  return originals.length > 0 ? { kind: 'reverse', operation: operation(), originals, reason: 'r' } : undefined;
}

function locationCommand(to: LocationChange): Command {
  return { kind: 'location', operation: operation(), change: to };
}

function creation({ itemId, sku, quantity }: { itemId: string; sku: string; quantity: number }): Command {
  return { kind: 'create', operation: operation(), itemId, item: { name: 'n', sku, quantity } satisfies CreateItem };
}

function change({ itemId, sku, quantity }: { itemId: string; sku: string; quantity: number }): Command {
  return { kind: 'update', operation: operation(), itemId, changes: { sku, quantity } };
}

function movement({ lines, effectiveAt: at }: { lines: Line[]; effectiveAt: string | undefined }): Command {
  return { kind: 'move', operation: operation(), lines, circumstances: { reason: 'r', effectiveAt: at } };
}

/** An id exists once: a second creation of it is not a command that the service makes. */
function possible(memory: LedgerOfPlans, plan: Plan<{ command: Command }>, { kind, ...rest }: Command): boolean {
  return kind !== 'create' || ('itemId' in rest && !memory.states.has(rest.itemId) && !plan.item(rest.itemId));
}

function play(memory: LedgerOfPlans, groups: Wish[][]): void {
  for (const group of groups) {
    let waiting = group.flatMap((one) => (typeof one === 'function' ? one(memory) : one) ?? []);
    while (waiting.length > 0) {
      const plan = memory.plan();
      const rest: Command[] = [];
      for (const one of waiting) {
        if (rest.length > 0) rest.push(one);
        else if (possible(memory, plan, one) && !plan.add({ command: one })) rest.push(one);
      }
      memory.commit(plan);
      waiting = rest;
    }
  }
}

describe('a group in the making', () => {
  it(`keeps every promise of the ledger over ${COMMANDS} random commands in random groups`, () => {
    const groups = fc.array(fc.array(wish, { minLength: 1, maxLength: 10 }), { minLength: 18, maxLength: 22 });
    fc.assert(
      fc.property(groups, (played) => {
        const memory = new LedgerOfPlans();
        play(memory, played);
        const verification = new Verification();
        memory.entries.forEach((entry) => verification.add(entry));
        for (const state of memory.states.values())
          if (!(memory.locations.get('shop')?.closed === false)) expect(isStocked(state, 'shop')).toBe(false);
        [...memory.states.values()].forEach((state) => verification.compare(state, []));
        expect(verification.faults).toEqual([]);
        const held = [...memory.states.values()].filter((state) => !state.deleted).flatMap(codesOf);
        expect(new Set(held).size).toBe(held.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('lets a repeat within the group wait, and what needs a code that the group takes', () => {
    const plan = new LedgerOfPlans().plan();
    const first = creation({ itemId: IDS[0] as string, sku: 'S1', quantity: 1 });
    expect(plan.add({ command: first })).toBe(true);
    expect(plan.add({ command: first })).toBe(false);
    expect(plan.add({ command: creation({ itemId: IDS[1] as string, sku: 'S1', quantity: 1 }) })).toBe(false);
    const bySku: Command = {
      kind: 'move',
      operation: operation(),
      lines: [{ sku: 'S1', type: 'receive', quantity: 1 }],
      circumstances: {},
    };
    expect(plan.add({ command: bySku })).toBe(false);
    expect(plan.add({ command: creation({ itemId: IDS[2] as string, sku: 'S2', quantity: 1 }) })).toBe(true);
  });

  it('lets the restoring of an item wait that wants its code back from one that the group deletes', () => {
    const memory = new LedgerOfPlans();
    const [first = '', second = ''] = IDS;
    const onItem = (kind: 'delete' | 'restore', itemId: string): Command => ({ kind, operation: operation(), itemId });
    play(memory, [[creation({ itemId: first, sku: 'S1', quantity: 0 })]]);
    play(memory, [[onItem('delete', first)]]);
    play(memory, [[creation({ itemId: second, sku: 'S1', quantity: 0 })]]);
    expect(memory.run(onItem('restore', first))?.rejected).toBe('duplicate');
    const plan = memory.plan();
    expect(plan.add({ command: onItem('delete', second) })).toBe(true);
    expect(plan.add({ command: onItem('restore', first) })).toBe(false);
  });

  it('closes a location only when what came before in the group has left nothing there', () => {
    const memory = new LedgerOfPlans();
    const id = IDS[0] as string;
    const toShop: Line = { itemId: id, type: 'transfer', quantity: 1, toLocation: 'shop' };
    const back: Line = { itemId: id, type: 'transfer', quantity: 1, location: 'shop', toLocation: 'main' };
    const closing = { ...CLOSING, candidates: [] };
    play(memory, [[creation({ itemId: id, sku: 'S1', quantity: 2 }), locationCommand(OPENING)]]);
    const plan = memory.plan();
    const commands = [
      movement({ lines: [toShop], effectiveAt: undefined }),
      locationCommand(closing),
      movement({ lines: [back], effectiveAt: undefined }),
      locationCommand(closing),
      movement({ lines: [toShop], effectiveAt: undefined }),
      locationCommand(OPENING),
      movement({ lines: [toShop], effectiveAt: undefined }),
    ];
    commands.forEach((command) => expect(plan.add({ command })).toBe(true));
    const outcomes = plan.decided.map((decided) => ('rejection' in decided ? decided.rejection.rejected : 'done'));
    expect(outcomes).toEqual(['done', 'location-not-empty', 'done', 'done', 'not-found', 'done', 'done']);
    expect(plan.batch.locations).toMatchObject({ version: 0, after: 1, changes: [{ code: 'shop', closed: false }] });
  });

  it('reverses once, also within the group', () => {
    const memory = new LedgerOfPlans();
    play(memory, [[creation({ itemId: IDS[0] as string, sku: 'S1', quantity: 5 })]]);
    play(memory, [[movement({ lines: [{ sku: 'S1', type: 'issue', quantity: 2 }], effectiveAt: undefined })]]);
    const plan = memory.plan();
    for (let again = 0; again < 2; again++) plan.add({ command: reversal(memory, 1) as Command });
    expect(plan.entries).toMatchObject([
      { event: { type: 'stock.reversed', links: { reverses: 2 }, reason: 'r', after: { quantity: 5 } } },
    ]);
    expect(plan.decided).toMatchObject([
      { outcome: { figures: [{ quantity: 5 }] } },
      { rejection: { rejected: 'already-reversed', extra: { position: 2, reversedBy: 3 } } },
    ]);
    memory.commit(plan);
    const later = memory.plan();
    later.add({ command: reversal(memory, 1) as Command });
    expect(later.decided).toMatchObject([{ rejection: { rejected: 'already-reversed' } }]);
  });

  it('counts who holds how many, as the commands before have left it, a dry run not among them', () => {
    const memory = new LedgerOfPlans(2);
    const itemId = IDS[0] as string;
    play(memory, [[creation({ itemId, sku: 'S1', quantity: 9 })]]);
    const plan = memory.plan();
    const reservation = (digit: string, to: 'reserve' | 'release', dryRun = false): void => {
      const lines = [{ itemId, quantity: 1 }];
      const change = to === 'reserve' ? { do: to, lines, ttlSeconds: 9 } : { do: to };
      const id = digit.repeat(24);
      plan.add({ command: { kind: 'reservation', operation: { ...operation(), dryRun }, id, change } });
    };
    reservation('1', 'reserve');
    reservation('2', 'reserve', true);
    reservation('3', 'reserve');
    reservation('4', 'reserve');
    reservation('1', 'release', true);
    reservation('4', 'reserve');
    reservation('1', 'release');
    reservation('4', 'reserve');
    const outcomes = plan.decided.map((decided) => ('rejection' in decided ? decided.rejection.rejected : 'done'));
    const refused = 'too-many-reservations';
    expect(outcomes).toEqual(['done', 'done', 'done', refused, 'done', refused, 'done', 'done']);
    expect([...plan.orders.changes.reservation.values()].map(({ id, status }) => [id[0], status])).toEqual([
      ['1', 'released'],
      ['3', 'held'],
      ['4', 'held'],
    ]);
  });

  it('ends a late entry at the first count, also where that is one of the group, a dry run not among them', () => {
    const memory = new LedgerOfPlans();
    const itemId = IDS[0] as string;
    const run = (plan: Plan<{ command: Command }>, type: MovementType, effectiveAt?: string, dryRun = false): void => {
      const lines = [{ itemId, type, quantity: 5 }];
      const circumstances = { reason: 'r', effectiveAt };
      plan.add({ command: { kind: 'move', operation: { ...operation(), dryRun }, lines, circumstances } });
    };
    play(memory, [[creation({ itemId, sku: 'S1', quantity: 5 })]]);
    const before = memory.plan();
    run(before, 'count', '2025-06-01T00:00:00.000Z');
    run(before, 'count', '2025-01-01T00:00:00.000Z', true);
    run(before, 'receive', '2024-12-01T00:00:00.000Z');
    memory.commit(before);
    const plan = memory.plan();
    run(plan, 'receive', '2025-02-01T00:00:00.000Z');
    run(plan, 'count', '2025-03-01T00:00:00.000Z');
    run(plan, 'receive', '2025-02-01T00:00:00.000Z');
    memory.commit(plan);
    const counted = memory.entries.filter(({ event }) => event.type === 'stock.counted');
    expect(counted.map(({ event }) => [event.effectiveAt.slice(0, 7), event.change.onHand])).toEqual([
      ['2025-06', 0],
      ['2025-06', -5],
      ['2025-06', -5],
      ['2025-03', 0],
      ['2025-03', -5],
    ]);
  });

  it('writes nothing for a dry run, but decides it on what the group left', () => {
    const memory = new LedgerOfPlans();
    const plan = memory.plan();
    plan.add({ command: creation({ itemId: IDS[0] as string, sku: 'S1', quantity: 2 }) });
    const lines: Line[] = [{ itemId: IDS[0] as string, type: 'issue', quantity: 2 }];
    plan.add({ command: { kind: 'move', operation: { ...operation(), dryRun: true }, lines, circumstances: {} } });
    expect(plan.entries).toHaveLength(1);
    expect(plan.texts).toHaveLength(1);
    expect(plan.decided[1]).toMatchObject({ outcome: { figures: [{ quantity: 0 }], events: [{ position: 2 }] } });
  });
});

describe('a verification', () => {
  const chain = (): Entry[] => {
    const memory = new LedgerOfPlans();
    play(memory, [
      [creation({ itemId: IDS[0] as string, sku: 'S1', quantity: 5 })],
      [movement({ lines: [{ itemId: IDS[0] as string, type: 'issue', quantity: 2 }], effectiveAt: undefined })],
    ]);
    return memory.entries;
  };
  const faults = (entries: Entry[], known?: { position: number; hash: string }): string[] => {
    const verification = new Verification(known);
    entries.forEach((entry) => verification.add(entry));
    return verification.faults.map(({ kind }) => kind);
  };

  const reverseTwice = (entries: Entry[]): void => {
    for (const { event } of entries) event.links = { reverses: 0 };
  };

  it.each([
    ['a changed reason', (entries: Entry[]) => ((entries[1] as Entry).event.reason = 'forged'), 'hash'],
    ['a changed figure', (entries: Entry[]) => ((entries[1] as Entry).event.after.quantity = 4), 'after'],
    ['a changed figure before', (entries: Entry[]) => ((entries[1] as Entry).event.before.quantity = 4), 'before'],
    ['a missing event', (entries: Entry[]) => entries.shift(), 'position'],
    ['a wrong seq', (entries: Entry[]) => ((entries[1] as Entry).event.seq = 7), 'seq'],
    ['a second reversal of one event', (entries: Entry[]) => reverseTwice(entries), 'reversal'],
    ['a wrong level', (entries: Entry[]) => ((entries[1] as Entry).event.level = null), 'level'],
    ['an operation without its beginning', (entries: Entry[]) => delete (entries[1] as Entry).operation, 'operation'],
  ])('finds %s', (_, spoil, kind) => {
    const entries = chain();
    expect(faults(entries)).toEqual([]);
    spoil(entries);
    expect(faults(entries)).toContain(kind);
  });

  it('finds that a ledger is not the one whose hash was kept', () => {
    expect(faults(chain(), { position: 2, hash: '0'.repeat(64) })).toEqual(['known-hash']);
  });

  it('finds a projection that is not the sum of its events', () => {
    const verification = new Verification();
    chain().forEach((entry) => verification.add(entry));
    const state = verification.states.get(IDS[0] as string) as ItemState;
    verification.compare({ ...state, quantity: 99 }, []);
    expect(verification.faults.map(({ kind }) => kind)).toEqual(['projection']);
  });
});
