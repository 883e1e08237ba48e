/** `lines`: five in one movement. `batch`: a thousand rows. `reserve`: a reservation, and when it is there its fulfilment. */
export type Kind = 'adjust' | 'get' | 'list' | 'lines' | 'batch' | 'reserve';

/** What the load generator sends, over and over. Plain data: it goes to another process. */
export interface Work {
  kind: Kind;
  port: number;
  /** The path is `before + id + after`, the id only where an item is asked for or adjusted. */
  before: string;
  after: string;
  ids: string[];
  /** Header lines, each with its end. */
  headers: string;
  /** An Idempotency-Key of its own for each request. */
  keyed: boolean;
  /** The only status that is no error; of a fulfilment it is 200. */
  status: number;
  /** Entries in the history that a reservation is, apart from its fulfilment. */
  entries?: number;
}

export interface Job {
  work: Work;
  clients: number;
  warmUpMs: number;
  measureMs: number;
  /** Something else that goes on meanwhile, at a steady rate; not measured, but it has to succeed too. */
  beside?: { work: Work; perSecond: number };
}

export interface Measured {
  /** Answers within the measured time, and that time. */
  answered: number;
  ms: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** All of the run, warm-up too: what must be in the database afterwards. */
  entries: number;
  pieces: number;
  /** What went wrong, and how often. */
  errors: Record<string, number>;
}

export type FromLoader = { type: 'measuring' } | { type: 'measured' } | { type: 'done'; result: Measured };
