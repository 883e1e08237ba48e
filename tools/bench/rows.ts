import type { Job, Kind } from './job';
import type { Plain, Side, Stockwire } from './sides';
import type { Measurement } from './generator';
import { median } from './percentile';

/** What a system did in one row: medians over its rounds. */
export interface Figures {
  system: string;
  perSecond: number;
  p50: number;
  p99: number;
  /** Microseconds of CPU of all server processes for one request. */
  cpuUs: number;
  /** Worst share of the machine that somebody else took meanwhile. */
  foreign: number;
}

export interface RowResult {
  id: string;
  label: string;
  figures: Figures[];
  /** Second against first; absent when there is none to be had, and then `refused` says why. */
  ratio?: number;
  unit: string;
  must: Bound;
  reach?: Bound;
  refused?: string;
}

/** The bound that a figure has to keep. */
export interface Bound {
  atLeast?: number;
  atMost?: number;
}

export interface Row {
  id: string;
  label: string;
  must: Bound;
  reach?: Bound;
  /** What is compared. */
  by: 'throughput' | 'p50';
  clients: number;
  /** The two sides of the row: the first is what the second is measured against. */
  sides: (systems: Systems) => Promise<Contender[]> | Contender[];
  /** Adjusts a second that go on meanwhile, on both sides. */
  besidePerSecond?: number;
  /** Longer than usual: until every item has been read, and a process that was just started runs compiled code. */
  warmUpMs?: number;
  /** Settings that the gateway is restarted with for this row. */
  gateway?: NodeJS.ProcessEnv;
}

export interface Systems {
  plain: Plain;
  stockwire: Stockwire;
}

export interface Contender {
  name: string;
  side: Side;
  work: Job['work'];
  /** How many inventories run meanwhile; the gateway is restarted for it. Both sides of a row say so, or none. */
  inventories?: 1 | 2;
}

function both(kind: Kind, items?: number): Row['sides'] {
  return ({ plain, stockwire }) =>
    [plain, stockwire].map((side) => ({ name: side.name, side, work: side.work(kind, side.ids.slice(0, items)) }));
}

/** The comparisons, in the order of the table. */
export const ROWS: readonly Row[] = [
  {
    id: 'adjust-64',
    label: 'adjust, 64 clients, spread',
    must: { atLeast: 2.5 },
    reach: { atLeast: 4 },
    by: 'throughput',
    clients: 64,
    sides: both('adjust'),
  },
  {
    id: 'adjust-256',
    label: 'adjust, 256 clients, spread',
    must: { atLeast: 4 },
    reach: { atLeast: 8 },
    by: 'throughput',
    clients: 256,
    sides: both('adjust'),
  },
  {
    id: 'adjust-one-item',
    label: 'adjust, 64 clients, one item',
    must: { atLeast: 20 },
    reach: { atLeast: 40 },
    by: 'throughput',
    clients: 64,
    sides: both('adjust', 1),
  },
  {
    id: 'adjust-one-item-bare',
    label: 'the same, plain without a transaction',
    must: {},
    by: 'throughput',
    clients: 64,
    sides: ({ plain, stockwire }) => [
      { name: 'plain, none', side: plain, work: plain.work('adjust', plain.ids.slice(0, 1), '/adjust-bare') },
      { name: stockwire.name, side: stockwire, work: stockwire.work('adjust', stockwire.ids.slice(0, 1)) },
    ],
  },
  {
    id: 'adjust-1',
    label: 'adjust, one client, p50',
    must: { atMost: 1.5 },
    reach: { atMost: 1.1 },
    by: 'p50',
    clients: 1,
    sides: both('adjust'),
  },
  {
    id: 'two-inventories',
    label: 'adjust, 64 clients, two inventories against one',
    must: { atLeast: 0.9 },
    by: 'throughput',
    clients: 64,
    sides: ({ stockwire }) => {
      const common = { side: stockwire, work: stockwire.work('adjust') };
      return [
        { ...common, name: 'one inventory', inventories: 1 },
        { ...common, name: 'two', inventories: 2 },
      ];
    },
    warmUpMs: 6_000,
  },
  {
    id: 'reserve',
    label: 'reserve and fulfil, 64 clients',
    must: { atLeast: 4 },
    by: 'throughput',
    clients: 64,
    sides: both('reserve'),
  },
  {
    id: 'lines-5',
    label: 'movements of 5 lines, 64 clients',
    must: { atLeast: 4 },
    by: 'throughput',
    clients: 64,
    sides: both('lines'),
  },
  {
    id: 'batch',
    label: 'a batch of 1,000 rows against one adjust, one client',
    must: { atMost: 20 },
    by: 'p50',
    clients: 1,
    sides: ({ stockwire }) => [
      { name: 'one adjust', side: stockwire, work: stockwire.work('adjust') },
      { name: 'a batch', side: stockwire, work: stockwire.work('batch') },
    ],
  },
  {
    id: 'get-uncached',
    label: 'GET by id, 64 clients, cache off',
    must: { atLeast: 3.5 },
    reach: { atLeast: 5 },
    by: 'throughput',
    clients: 64,
    sides: both('get'),
    gateway: { ITEM_CACHE_SIZE: '0' },
    warmUpMs: 4_000,
  },
  {
    id: 'get-cached',
    label: 'GET by id, 64 clients, cached, 100 adjusts/s',
    must: { atLeast: 8 },
    reach: { atLeast: 15 },
    by: 'throughput',
    clients: 64,
    sides: both('get'),
    besidePerSecond: 100,
    warmUpMs: 6_000,
  },
  {
    id: 'list',
    label: 'list of 50, 16 clients',
    must: { atLeast: 0.9 },
    by: 'throughput',
    clients: 16,
    sides: both('list'),
  },
  {
    id: 'list-page-200',
    label: 'list of 50, 16 clients, page 200 against page 1',
    must: { atMost: 1.1 },
    by: 'p50',
    clients: 16,
    sides: async ({ stockwire }) => [
      { name: 'page 1', side: stockwire, work: stockwire.work('list') },
      { name: 'page 200', side: stockwire, work: await stockwire.workAtPage(200) },
    ],
  },
];

export function keeps(value: number, { atLeast = -Infinity, atMost = Infinity }: Bound): boolean {
  return value >= atLeast && value <= atMost;
}

/** One round's comparison: how many times the second is the first. */
export function ratioOf(by: Row['by'], first: Measurement, second: Measurement): number {
  return by === 'p50' ? second.p50 / first.p50 : perSecond(second) / perSecond(first);
}

export function figuresOf(system: string, rounds: readonly Measurement[]): Figures {
  const over = (value: (round: Measurement) => number): number => median(rounds.map(value));
  return {
    system,
    perSecond: over(perSecond),
    p50: over(({ p50 }) => p50),
    p99: over(({ p99 }) => p99),
    cpuUs: over(({ servers, answered }) => servers / answered),
    foreign: Math.max(...rounds.map(({ foreign }) => foreign)),
  };
}

function perSecond({ answered, ms }: Measurement): number {
  return answered / (ms / 1_000);
}
