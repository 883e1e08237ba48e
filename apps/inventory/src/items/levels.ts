import type { Change } from '@app/contracts';

/** Pieces of one item at one location. */
export interface LevelState extends Change {
  /** Effective time of the latest count there: a movement before it changes the past, not today. */
  countedAt: string | null;
}

export type LevelRecord = Readonly<Record<string, LevelState>>;

/** Levels that changed lately; beyond this many they are merged into the rest. */
const RECENT = 16;

/**
 * The levels of one item, never changed in place. What changed lately lies over the rest, so that an event at one of 500
 * locations copies a dozen levels and not all: copying all of them for each event takes 95 µs, this 3.
 */
export class Levels {
  static readonly NONE = new Levels(new Map(), new Map());

  private constructor(
    private readonly rest: ReadonlyMap<string, LevelState>,
    private readonly recent: ReadonlyMap<string, LevelState>,
  ) {}

  static of(record: LevelRecord): Levels {
    return new Levels(new Map(Object.entries(record)), new Map());
  }

  /** About how many there are: one that changed lately counts twice. */
  get size(): number {
    return this.rest.size + this.recent.size;
  }

  at(location: string): LevelState | undefined {
    return this.recent.get(location) ?? this.rest.get(location);
  }

  with(location: string, level: LevelState): Levels {
    const recent = new Map(this.recent).set(location, level);
    return recent.size > RECENT ? new Levels(merged(this.rest, recent), new Map()) : new Levels(this.rest, recent);
  }

  /** The locations in order of their codes. */
  locations(): string[] {
    return [...merged(this.rest, this.recent).keys()].sort();
  }

  /** As they are stored. */
  toRecord(): LevelRecord {
    return Object.fromEntries(merged(this.rest, this.recent));
  }

  /** The levels that are not what they were before; these levels must have come from those. */
  changesSince(before: Levels): [location: string, old: LevelState | undefined, now: LevelState][] {
    const candidates = before.rest === this.rest ? this.recent : merged(this.rest, this.recent);
    return [...candidates].flatMap(([location, now]) => {
      const old = before.at(location);
      return old === now ? [] : [[location, old, now]];
    });
  }
}

function merged(
  rest: ReadonlyMap<string, LevelState>,
  recent: ReadonlyMap<string, LevelState>,
): Map<string, LevelState> {
  const all = new Map(rest);
  for (const [location, level] of recent) all.set(location, level);
  return all;
}
