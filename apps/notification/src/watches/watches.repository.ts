import type { WatchState } from './watch';

/** All that one caller watches, by item; `version` grows with each watch that is set or taken away. */
export interface Watches {
  caller: string;
  version: number;
  byItem: ReadonlyMap<string, WatchState>;
}

/** What one watch has come to. */
export interface Told {
  caller: string;
  itemId: string;
  state: WatchState;
}

/** Where the watches are kept, each caller's in one document. */
export abstract class WatchesRepository {
  /** Creates what is missing. */
  abstract open(): Promise<void>;
  abstract of(caller: string): Promise<Watches | undefined>;
  /** Sets a watch, in place of a former one; undefined when the caller has `most` others already. */
  abstract set(caller: string, itemId: string, state: WatchState, most: number): Promise<Watches | undefined>;
  abstract remove(caller: string, itemId: string): Promise<Watches | undefined>;
  /** Only forward: one that has been told of something later, or was replaced, stays as it is. */
  abstract save(told: readonly Told[]): Promise<void>;
  /** Callers whose watches were set or taken away since the last call, some of them twice; the first call tells none. */
  abstract changed(): Promise<{ caller: string; version: number }[]>;
}
