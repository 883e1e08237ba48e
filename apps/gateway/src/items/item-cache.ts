import { LRUCache } from 'lru-cache';

/** An item ready to be sent: its JSON, made once. */
export interface CachedItem {
  id: string;
  seq: number;
  json: string;
  etag: string;
}

/** A read of one item that is under way. What becomes known of the item meanwhile decides whether its outcome may be kept. */
export interface Fill {
  readonly id: string;
  /** Where the ledger was when the read began: an outcome from before is too old to keep. */
  readonly begunAt: number;
  /** The seq that the item is known to have reached. */
  minSeq: number;
  /** Whether a reader who comes now may share the outcome. */
  open: boolean;
}

export interface CacheBounds {
  /** 0: nothing is kept, but reads are still shared. */
  items: number;
  bytes: number;
}

/** An entry beside its JSON. */
const OVERHEAD = 200;

/**
 * Items as of the place that the gateway's follower has reached. An event or an own write outdates the entry, and with it every
 * read that had begun before: such a read may have been answered before the change, so it is neither kept nor shared with
 * those who come later.
 */
export class ItemCache {
  private readonly entries: LRUCache<string, CachedItem> | undefined;
  private readonly fills = new Map<string, Set<Fill>>();

  constructor({ items, bytes }: CacheBounds) {
    if (items === 0) return;
    const sizeCalculation = ({ json }: CachedItem): number => json.length + OVERHEAD;
    this.entries = new LRUCache({ max: items, maxSize: bytes, sizeCalculation });
  }

  get size(): number {
    return this.entries?.size ?? 0;
  }

  get(id: string): CachedItem | undefined {
    return this.entries?.get(id);
  }

  /** The item is known to have reached `seq`, or to have changed in an unknown way (infinite). */
  outdate(id: string, seq: number): void {
    const entry = this.entries?.peek(id);
    if (entry && entry.seq < seq) this.entries?.delete(id);
    for (const fill of this.fills.get(id) ?? []) {
      fill.minSeq = Math.max(fill.minSeq, seq);
      fill.open = false;
    }
  }

  /** Everything may be different: another ledger. */
  clear(): void {
    this.entries?.clear();
    for (const id of this.fills.keys()) this.outdate(id, Number.POSITIVE_INFINITY);
  }

  /** The read under way that a reader may share. */
  shared(id: string): Fill | undefined {
    for (const fill of this.fills.get(id) ?? []) if (fill.open) return fill;
    return undefined;
  }

  /** Registers a read before it is sent. */
  begin<F extends Fill>(fill: F): F {
    const others = this.fills.get(fill.id);
    if (others) others.add(fill);
    else this.fills.set(fill.id, new Set([fill]));
    return fill;
  }

  /** Ends a read; its outcome, if there is one and it is still good, is kept. `position`: where the ledger was when it was made. */
  end(fill: Fill, outcome?: { item: CachedItem; position: number }): void {
    const others = this.fills.get(fill.id);
    others?.delete(fill);
    if (others?.size === 0) this.fills.delete(fill.id);
    if (!outcome) return;
    const { item, position } = outcome;
    const newest = Math.max(fill.minSeq, this.entries?.peek(fill.id)?.seq ?? 0);
    if (item.seq >= newest && position >= fill.begunAt) this.entries?.set(item.id, item);
  }
}
