import type { LedgerEvent } from '@app/contracts';
import { LRUCache } from 'lru-cache';
import { evolveEntry } from '../items/alert';
import { codesOf } from '../items/catalogue';
import type { ItemState } from '../items/item';
import type { KnownLocations } from '../locations/location';
import { FoundOrders } from '../orders/found';
import type { KnownOrders } from '../orders/kinds';
import { momentKey, type Moment } from '../stock/counts';
import type { Entry, Tail } from './ledger.repository';
import type { Ground } from './plan';

/** What one group is decided on: all it needs, whatever the cache lets go meanwhile. */
export class Footing implements Ground {
  private readonly states = new Map<string, ItemState>();
  private readonly holders = new Map<string, ItemState>();
  /** Positions that were reversed, and by which. */
  readonly reversals = new Map<number, number>();
  readonly orders: FoundOrders;
  /** Items that may have stock at a location that is to be closed. */
  readonly suspected = new Map<string, readonly string[]>();
  /** What happened at a location since the approval of its stocktake was prepared. */
  readonly moved = new Map<string, readonly LedgerEvent[]>();
  /** When places were first counted after a moment: see `momentKey`. */
  readonly counted = new Map<string, string | undefined>();

  constructor(
    readonly epoch: string,
    readonly tail: Tail,
    readonly now: string,
    readonly locations: KnownLocations,
    orders: KnownOrders,
  ) {
    this.orders = new FoundOrders(orders);
  }

  /** Takes a state in; false when there is none. */
  take(state: ItemState | undefined): boolean {
    if (!state) return false;
    this.states.set(state.id, state);
    if (!state.deleted) for (const code of codesOf(state)) this.holders.set(code, state);
    return true;
  }

  item(id: string): ItemState | undefined {
    return this.states.get(id);
  }

  holder(code: string): ItemState | undefined {
    return this.holders.get(code);
  }

  reversalOf(position: number): number | undefined {
    return this.reversals.get(position);
  }

  suspects(location: string): readonly string[] {
    return this.suspected.get(location) ?? [];
  }

  movedSince(location: string): readonly LedgerEvent[] {
    return this.moved.get(location) ?? [];
  }

  firstCount(moment: Moment): string | undefined {
    return this.counted.get(momentKey(moment));
  }
}

/** Levels that take about as much memory as an item does without them. */
const LEVELS_IN_A_SIZE = 8;

/** Item states as of the writer's tail, bounded; those of items that are used stay. */
export class StateCache {
  private readonly states: LRUCache<string, ItemState>;
  /** Who holds a code, for the cached items that are not deleted. */
  private readonly holders = new Map<string, string>();

  constructor(most: number) {
    this.states = new LRUCache({
      max: most,
      // An item at 500 locations takes the room of sixty.
      maxSize: most * 2,
      sizeCalculation: ({ levels }) => 1 + Math.floor(levels.size / LEVELS_IN_A_SIZE),
      dispose: (state, id) => this.release(state, id),
      noDisposeOnSet: false,
    });
  }

  get(id: string): ItemState | undefined {
    return this.states.get(id);
  }

  holder(code: string): ItemState | undefined {
    const id = this.holders.get(code);
    return id === undefined ? undefined : this.states.get(id);
  }

  set(state: ItemState): void {
    this.states.set(state.id, state);
    if (!state.deleted) for (const code of codesOf(state)) this.holders.set(code, state.id);
  }

  /** Brings a cached item up to an event of another writer, or lets it go when there is a hole. */
  follow(entry: Entry): void {
    const { event } = entry;
    const state = this.states.get(event.itemId);
    if (!state || state.seq >= event.seq) return;
    if (state.seq === event.seq - 1) this.set(evolveEntry(state, entry));
    else this.states.delete(event.itemId);
  }

  clear(): void {
    this.states.clear();
    this.holders.clear();
  }

  private release(state: ItemState, id: string): void {
    for (const code of codesOf(state)) if (this.holders.get(code) === id) this.holders.delete(code);
  }
}
