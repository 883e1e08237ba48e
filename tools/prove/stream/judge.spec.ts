import { Item, type LedgerEvent, type Room, type Totals } from '@app/contracts';
import { judge } from './judge';
import { digestOfAlert, digestOfEvent, RoomLog } from './log';
import { Truth } from './truth';

const EPOCH = 'e1';
const LEVEL = 10;
const BOUNDS = { replayEvents: 3 };
const ACTOR = { kind: 'user', id: '1', name: 'ana' } as const;
const NOTHING = { onHand: 0, reserved: 0, unavailable: 0, incoming: 0 };

function totals(quantity: number): Totals {
  return { quantity, reserved: 0, unavailable: 0, available: quantity, incoming: 0 };
}

interface Step {
  item: string;
  quantity: number;
  operation?: string;
  over?: Partial<LedgerEvent>;
}

/** A ledger of what was left each time. */
function ledgerOf(steps: readonly Step[]): LedgerEvent[] {
  const seqs = new Map<string, number>();
  return steps.map(({ item, quantity, operation, over }, index) => {
    const seq = (seqs.get(item) ?? 0) + 1;
    seqs.set(item, seq);
    const at = `2026-01-01T00:00:0${index}.000Z`;
    return {
      position: index + 1,
      epoch: EPOCH,
      type: seq === 1 ? 'item.created' : 'stock.counted',
      itemId: item,
      sku: null,
      name: item,
      seq,
      at,
      effectiveAt: at,
      actor: ACTOR,
      operationId: operation ?? `o${index}`,
      reason: null,
      reference: null,
      note: null,
      location: 'main',
      change: NOTHING,
      before: totals(0),
      after: totals(quantity),
      level: NOTHING,
      unitCost: null,
      category: 'tea',
      links: {},
      fields: seq === 1 ? { reorderLevel: [null, LEVEL] } : null,
      ...over,
    };
  });
}

const truth = new Truth(
  ledgerOf([
    { item: 'a', quantity: 30 },
    { item: 'b', quantity: 5 },
    { item: 'a', quantity: 10 },
    { item: 'a', quantity: 10 },
    { item: 'a', quantity: 11 },
    { item: 'b', quantity: 11, over: { location: 'shop', category: 'pots', fields: { category: ['tea', 'pots'] } } },
  ]),
);

/** A log that got what stands there, after a position. */
function logOf(room: Room, from: number, positions: readonly number[], snapshot?: Item | Item[]): RoomLog {
  const log = new RoomLog('one', room, false);
  log.begin({ ok: true, room, epoch: EPOCH, position: from, ...(snapshot && { snapshot }) }, undefined);
  for (const position of positions) {
    const [event, alert] = [truth.ledger[position - 1]!, truth.alerts.find((one) => one.position === position)];
    log.take(EPOCH, position, room === 'alerts' && alert ? digestOfAlert(alert) : digestOfEvent(event));
  }
  return log;
}

describe('the judge of the stream proof', () => {
  it('knows what each room has to bring', () => {
    expect(truth.slice('items').positions).toEqual([1, 2, 3, 4, 5, 6]);
    expect(truth.slice('item:a').positions).toEqual([1, 3, 4, 5]);
    expect(truth.slice('location:shop').positions).toEqual([6]);
    expect(truth.slice('category:tea').positions).toEqual([1, 2, 3, 4, 5, 6]);
    expect(truth.slice('category:pots').positions).toEqual([6]);
  });

  it('works out the alerts by itself: told once, armed again a tenth above, and once an operation', () => {
    const told = truth.alerts.map(({ kind, position }) => `${kind} ${position}`);
    expect(told).toEqual(['low-stock 2', 'low-stock 3', 'recovered 5', 'recovered 6']);
    expect([2, 3, 5].map((position) => truth.lowAt(position))).toEqual([['b'], ['a', 'b'], ['b']]);
    const operation = 'transfer';
    const moved = ledgerOf([
      { item: 'a', quantity: 30 },
      { item: 'a', quantity: 0, operation },
      { item: 'a', quantity: 30, operation },
    ]);
    expect(new Truth(moved).alerts).toEqual([]);
  });

  it('finds nothing where everything came once and in order', () => {
    expect(judge(logOf('items', 2, [3, 4, 5, 6]), truth, BOUNDS)).toBeUndefined();
    expect(judge(logOf('category:pots', 0, [6]), truth, BOUNDS)).toBeUndefined();
    expect(judge(logOf('alerts', 0, [2, 3, 5, 6], []), truth, BOUNDS)).toBeUndefined();
  });

  it.each<[string, number[], RegExp]>([
    ['a gap', [3, 5, 6], /4 never came, after it came 5/],
    ['a repeat', [3, 4, 4, 5, 6], /4 came twice/],
    ['a wrong order', [3, 5, 4, 6], /5 came before 4/],
    ['an end that is missing', [3, 4, 5], /nothing came after 5, 6 was due/],
    ['what was there before', [2, 3, 4, 5, 6], /2 came before 3/],
  ])('finds %s', (_, positions, fault) => {
    expect(judge(logOf('items', 2, positions), truth, BOUNDS)).toMatch(fault);
  });

  it('finds an event that is another one than in the ledger', () => {
    const log = logOf('items', 5, []);
    log.take(EPOCH, 6, digestOfEvent({ ...truth.ledger[5]!, note: 'another' }));
    expect(judge(log, truth, BOUNDS)).toMatch(/position 6 is another event/);
  });

  it('finds a reset where the past was short enough to be told', () => {
    const reset = (since: number): RoomLog => {
      const log = logOf(
        'items',
        0,
        [1, 2].filter((position) => position <= since),
      );
      log.begin({ ok: true, room: 'items', epoch: EPOCH, position: 6, reset: true }, { epoch: EPOCH, position: since });
      return log;
    };
    expect(judge(reset(2), truth, BOUNDS)).toBeUndefined();
    expect(judge(reset(2), truth, { replayEvents: 4 })).toMatch(/a reset after 2, where only 4 events were missed/);
  });

  it('finds a snapshot that is not exact at its position', () => {
    const item = Object.assign(new Item(), { id: 'a', seq: 3, quantity: 10, available: 10, incoming: 0 });
    const at = (position: number, due: number[]): RoomLog => logOf('item:a', position, due, item);
    expect(judge(at(4, [5]), truth, BOUNDS)).toBeUndefined();
    expect(judge(at(3, [4, 5]), truth, BOUNDS)).toMatch(/the snapshot shows seq 3.*by the ledger seq 2/);
    expect(judge(logOf('alerts', 4, [5, 6], []), truth, BOUNDS)).toMatch(/low are , by the ledger a,b/);
  });

  it('finds a place that is not the one that was asked for', () => {
    const log = logOf('items', 2, [3]);
    const since = { epoch: EPOCH, position: 3 };
    expect(log.begin({ ok: true, room: 'items', epoch: EPOCH, position: 4 }, since)).toMatch(/instead of e1:3/);
  });
});
