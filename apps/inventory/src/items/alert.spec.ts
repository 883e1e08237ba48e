import type { Crossing, Line, Operation, UpdateItem } from '@app/contracts';
import * as fc from 'fast-check';
import { LedgerOfPlans } from '../../../../tools/prove/model/ledger-of-plans';
import type { Command } from '../ledger/command';
import type { Entry } from '../ledger/ledger.repository';
import { Verification } from '../ledger/verification';

const IDS = ['a', 'b'].map((digit) => digit.repeat(24)) as [string, string];

let operations = 0;
function operation(): Operation {
  const id = String(operations++).padStart(32, '0');
  return { id, keyed: false, fingerprint: 'f', actor: { kind: 'user', id: 'u', name: 'ana' } };
}

function created(itemId: string, quantity: number, reorderLevel: number): Command {
  return { kind: 'create', operation: operation(), itemId, item: { name: 'n', quantity, reorderLevel } };
}

function moved(...lines: Line[]): Command {
  return { kind: 'move', operation: operation(), lines, circumstances: { reason: 'r' } };
}

function updated(itemId: string, changes: UpdateItem): Command {
  return { kind: 'update', operation: operation(), itemId, changes };
}

function run(...commands: Command[]): LedgerOfPlans {
  const memory = new LedgerOfPlans();
  for (const command of commands) {
    const plan = memory.plan();
    plan.addAll([{ command }]);
    memory.commit(plan);
  }
  return memory;
}

function alertsOf({ entries }: LedgerOfPlans): [number, Crossing['kind'], number][] {
  return entries.flatMap(({ event, alert }) => (alert ? [[event.position, alert.kind, alert.threshold]] : []));
}

const [ID] = IDS;
const issue = (quantity: number): Command => moved({ itemId: ID, type: 'issue', quantity });
const receive = (quantity: number): Command => moved({ itemId: ID, type: 'receive', quantity });

describe('an item', () => {
  it('is low at its reorder level, once, and well again a tenth above it', () => {
    const memory = run(created(ID, 50, 20), issue(29), issue(1), issue(5), receive(6), issue(3), receive(4), issue(9));
    // 50, 21, 20 low, 15, 21, 18, 22 recovered, 13 low
    expect(alertsOf(memory)).toEqual([
      [3, 'low-stock', 20],
      [7, 'recovered', 20],
      [8, 'low-stock', 20],
    ]);
  });

  it('needs one piece more than its level at least', () => {
    expect(alertsOf(run(created(ID, 3, 3), receive(1)))).toEqual([
      [1, 'low-stock', 3],
      [2, 'recovered', 3],
    ]);
  });

  it('is told of when it is created low, and when its level rises or falls past it', () => {
    const memory = run(
      created(ID, 5, 5),
      updated(ID, { reorderLevel: 4 }),
      updated(ID, { name: 'other' }),
      updated(ID, { reorderLevel: 100 }),
    );
    expect(alertsOf(memory)).toEqual([
      [1, 'low-stock', 5],
      [2, 'recovered', 4],
      [4, 'low-stock', 100],
    ]);
  });

  it('that is carried from place to place lacks nothing in between', () => {
    const opened: Command = {
      kind: 'location',
      operation: operation(),
      change: { do: 'open', location: { code: 'shop', name: 'Shop' } },
    };
    const carried = moved({ itemId: ID, type: 'transfer', quantity: 10, toLocation: 'shop' });
    expect(alertsOf(run(opened, created(ID, 10, 5), carried))).toEqual([]);
  });

  it('that is deleted is not low any more, without a word, and is looked at anew when it comes back', () => {
    const gone: Command = { kind: 'delete', operation: operation(), itemId: ID };
    const back: Command = { kind: 'restore', operation: operation(), itemId: ID };
    const memory = run(created(ID, 9, 3), issue(7), gone, back);
    expect(alertsOf(memory)).toEqual([
      [2, 'low-stock', 3],
      [5, 'low-stock', 3],
    ]);
  });

  it('is not told of by a dry run', () => {
    const dry = issue(9);
    if ('operation' in dry) dry.operation.dryRun = true;
    expect(alertsOf(run(created(ID, 9, 3), dry))).toEqual([]);
  });
});

/** The same rule written down once more, over the finished ledger: figures after each operation, nothing else. */
function expected(entries: readonly Entry[]): [number, Crossing['kind'], number][] {
  const alerts: [number, Crossing['kind'], number][] = [];
  const items = new Map<string, { level: number; low: boolean; deleted: boolean }>();
  entries.forEach(({ event }, index) => {
    const item = items.get(event.itemId) ?? { level: 0, low: false, deleted: false };
    items.set(event.itemId, item);
    if (event.fields?.reorderLevel) item.level = Number(event.fields.reorderLevel[1]);
    if (event.type === 'item.deleted') Object.assign(item, { low: false, deleted: true });
    if (event.type === 'item.restored') item.deleted = false;
    const rest = entries.slice(index + 1).map((entry) => entry.event);
    if (rest.some((later) => later.operationId === event.operationId && later.itemId === event.itemId)) return;
    if (item.deleted) return;
    const { available } = event.after;
    const becomes = item.low ? available - item.level < Math.max(1, item.level / 10) : available <= item.level;
    if (becomes !== item.low) alerts.push([event.position, becomes ? 'low-stock' : 'recovered', item.level]);
    item.low = becomes;
  });
  return alerts;
}

function ending(kind: 'delete' | 'restore', id: string): () => Command {
  return () => ({ kind, operation: operation(), itemId: id });
}

const quantity = fc.integer({ min: 1, max: 12 });
const itemId = fc.constantFrom(...IDS);
const line = fc.record({ itemId, type: fc.constantFrom('receive' as const, 'issue' as const), quantity });
const command: fc.Arbitrary<() => Command> = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(itemId, fc.nat(30), fc.nat(30)).map((args) => () => created(...args)) },
  { weight: 8, arbitrary: fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => () => moved(...lines)) },
  {
    weight: 2,
    arbitrary: fc.tuple(itemId, fc.nat(40)).map(
      ([id, reorderLevel]) =>
        () =>
          updated(id, { reorderLevel }),
    ),
  },
  { weight: 1, arbitrary: itemId.map((id) => ending('delete', id)) },
  { weight: 1, arbitrary: itemId.map((id) => ending('restore', id)) },
);

it('whatever happens, alerts are what the figures after each operation say, and verify and rebuild agree', () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
      const memory = run(...commands.map((make) => make()));
      expect(alertsOf(memory)).toEqual(expected(memory.entries));
      const verification = new Verification();
      for (const entry of memory.entries) verification.add(entry);
      for (const state of memory.states.values()) verification.compare(state, []);
      expect(verification.faults).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
