import type { Change } from '@app/contracts';

/** What the past needs of an event. */
export interface Fact {
  seq: number;
  position: number;
  at: string;
  effectiveAt: string;
  location: string | null;
  change: Change;
  hash: string;
}

/** Changes summed up by location. */
export type Sums = ReadonlyMap<string, Change>;

/**
 * What the first `block` blocks of an item's events come to. A block has the same number of events for ever and events never
 * change, so a checkpoint is a function of the ledger: whoever makes it, and however often, makes the same.
 */
export interface Checkpoint {
  itemId: string;
  block: number;
  /** Of its last event; the hash proves that the checkpoint is of this ledger and of no other one restored over it. */
  position: number;
  hash: string;
  /** All changes: stock as it was recorded. */
  levels: Sums;
  /** Only those of events that happened when they were recorded. */
  onTime: Sums;
  /** The others. */
  offTime: number;
}

export function blank(itemId: string): Checkpoint {
  return { itemId, block: 0, position: 0, hash: '', levels: new Map(), onTime: new Map(), offTime: 0 };
}

/**
 * Events that were recorded at another time than they happened stand in runs, in order of the time they happened. A run of
 * level n covers `fanout`ⁿ blocks and replaces the runs below it, so that any number of blocks is covered by a few runs
 * (the logarithmic method: J. L. Bentley, J. B. Saxe, Decomposable searching problems I, 1980).
 */
export interface Run {
  level: number;
  index: number;
  /** Blocks before it, and with it. */
  after: number;
  upTo: number;
}

/** A piece of a run, small enough to be read as a whole. */
export interface RunPage {
  itemId: string;
  level: number;
  index: number;
  page: number;
  /** When the first of its events happened. */
  from: string;
  /** Of the pages before it. */
  base: Sums;
  facts: Pick<Fact, 'effectiveAt' | 'location' | 'change'>[];
}

/** The runs that cover the first blocks, each block once. */
export function runsUpTo(blocks: number, fanout: number): Run[] {
  const runs: Run[] = [];
  let level = 0;
  let size = 1;
  for (; size * fanout <= blocks; size *= fanout) level++;
  for (let after = 0; level >= 0; level--, size /= fanout)
    for (; after + size <= blocks; after += size) runs.push({ level, index: after / size, after, upTo: after + size });
  return runs;
}

/** The runs that are complete with a block. */
export function runsEndingWith(block: number, fanout: number): Run[] {
  const runs: Run[] = [];
  for (let [level, size] = [0, 1]; block % size === 0; level++, size *= fanout)
    runs.push({ level, index: block / size - 1, after: block - size, upTo: block });
  return runs;
}

export function isOnTime({ at, effectiveAt }: Pick<Fact, 'at' | 'effectiveAt'>): boolean {
  return at === effectiveAt;
}

/** Sums that grow. */
export class Sum {
  private readonly byLocation: Map<string, Change>;

  constructor(from: Sums = new Map()) {
    this.byLocation = new Map(from);
  }

  add({ location, change }: Pick<Fact, 'location' | 'change'>): this {
    if (location === null) return this;
    const sum = this.byLocation.get(location);
    this.byLocation.set(location, sum ? plus(sum, change) : change);
    return this;
  }

  addAll(sums: Sums): this {
    for (const [location, change] of sums) this.add({ location, change });
    return this;
  }

  get sums(): Sums {
    return new Map(this.byLocation);
  }
}

function plus(one: Change, other: Change): Change {
  return {
    onHand: one.onHand + other.onHand,
    reserved: one.reserved + other.reserved,
    unavailable: one.unavailable + other.unavailable,
    incoming: one.incoming + other.incoming,
  };
}

/** The checkpoint after one more block. */
export function after(checkpoint: Checkpoint, facts: readonly Fact[]): Checkpoint {
  const levels = new Sum(checkpoint.levels);
  const onTime = new Sum(checkpoint.onTime);
  let { position, hash, offTime } = checkpoint;
  for (const fact of facts) {
    levels.add(fact);
    if (isOnTime(fact)) onTime.add(fact);
    else offTime++;
    ({ position, hash } = fact);
  }
  const { itemId, block } = checkpoint;
  return { itemId, block: block + 1, position, hash, levels: levels.sums, onTime: onTime.sums, offTime };
}
