import { DomainError, TcpClient } from '@app/common';
import { items, type EventText, type ItemText } from '@app/contracts';
import type { EventFeed } from '../events/event-feed.service';
import { etagOf } from '../http/etag';
import { CodeIndex } from './code-index';
import { ItemCache, type CachedItem, type Fill } from './item-cache';

/** An item as of `position`. */
export interface ItemView {
  item: CachedItem;
  position: number;
}

/** Ids in one call to the inventory. */
const MOST_IDS = 500;
const CACHE_BYTES = 48 * 1024 * 1024;
/**
 * While a call is under way further misses gather until it ends, since a command costs the inventory more than ten items in it; but no
 * longer than this, so that one slow call holds up nobody.
 */
const GATHER_MS = 5;

/** A read under way, and who waits for it. */
interface Read extends Fill {
  requestId: string;
  outcome: Promise<ItemView>;
  resolve: (view: ItemView) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads items: from the cache while the feed is fresh, else from the inventory, where the misses that come together
 * travel together. Hears of every change, by the feed or by the own write that made it, before any later reader can ask.
 */
export class ItemReader {
  private readonly cache: ItemCache;
  private readonly codes = new CodeIndex();
  private queue: Read[] = [];
  private calls = 0;
  private gathering: NodeJS.Timeout | undefined;
  /** Items that were asked for: those that memory had, and those that had to be asked about. */
  readonly lookUps = { hit: 0, miss: 0 };

  constructor(
    private readonly inventory: TcpClient,
    private readonly feed: EventFeed,
    cacheSize: number,
  ) {
    this.cache = new ItemCache({ items: cacheSize, bytes: CACHE_BYTES });
    feed.listen({
      onEvents: (events) => this.take(events),
      onReset: () => this.clear(),
    });
  }

  /** Items in the cache. */
  get cached(): number {
    return this.cache.size;
  }

  /** The item if it can be had without asking, and is at least as new as `minPosition`. */
  peek(id: string, minPosition: number): ItemView | undefined {
    const item = this.cache.get(id);
    const position = this.feed.cursor?.position ?? 0;
    const good = item !== undefined && this.feed.isFresh && position >= minPosition;
    this.lookUps[good ? 'hit' : 'miss']++;
    return good ? { item, position } : undefined;
  }

  /** @throws DomainError `not-found` for an item that does not exist or is deleted */
  read(id: string, requestId: string): Promise<ItemView> {
    const shared = this.cache.shared(id);
    if (shared) return (shared as Read).outcome;
    if (this.queue.length === 0) this.schedule();
    const read = this.cache.begin(newRead(id, requestId, this.feed.cursor?.position ?? 0));
    this.queue.push(read);
    return read.outcome;
  }

  /** The id of the item that has a sku or barcode now. @throws DomainError `not-found` */
  async find(code: { sku: string } | { barcode: string }, requestId: string): Promise<string> {
    const known = this.feed.isFresh ? this.codes.get(code) : undefined;
    if (known !== undefined) return known;
    const keep = this.codes.begin(code);
    const { id } = await this.inventory.call(items.find, code, { requestId });
    keep(id);
    return id;
  }

  /** An own write was acknowledged: who asks from now on gets at least its outcome. */
  changed(id: string, seq: number): void {
    this.cache.outdate(id, seq);
  }

  /** An own write may have given or taken a sku or barcode, or ended the item. */
  catalogueChanged(id: string, seq: number): void {
    this.changed(id, seq);
    this.codes.clear();
  }

  private take(events: readonly EventText[]): void {
    for (const event of events) {
      this.cache.outdate(event.itemId, event.seq);
      if (movesCodes(event)) this.codes.clear();
    }
  }

  private clear(): void {
    this.cache.clear();
    this.codes.clear();
  }

  private schedule(): void {
    if (this.calls === 0) setImmediate(() => this.flush());
    else this.gathering = setTimeout(() => this.flush(), GATHER_MS);
  }

  private flush(): void {
    clearTimeout(this.gathering);
    const reads = this.queue;
    this.queue = [];
    for (let begin = 0; begin < reads.length; begin += MOST_IDS) void this.fetch(reads.slice(begin, begin + MOST_IDS));
  }

  /** Never rejects: the outcome goes to those who wait. */
  private async fetch(reads: readonly Read[]): Promise<void> {
    const [first] = reads;
    if (!first) return;
    this.calls++;
    try {
      const ids = reads.map(({ id }) => id);
      const reply = await this.inventory.call(items.get, { ids }, { requestId: first.requestId });
      reads.slice(0, reply.items.length).forEach((read, index) => this.settle(read, reply.items[index], reply));
      // Large items come in several packets.
      if (reply.items.length > 0) await this.fetch(reads.slice(reply.items.length));
    } catch (error) {
      for (const read of reads) {
        this.cache.end(read);
        read.reject(error);
      }
    }
    this.calls--;
    if (this.queue.length > 0) this.flush();
  }

  private settle(
    read: Read,
    item: ItemText | null | undefined,
    { position, epoch }: { position: number; epoch: string },
  ): void {
    if (!item) {
      this.cache.end(read);
      read.reject(new DomainError('not-found', `There is no item ${read.id}.`));
      return;
    }
    const view = {
      item: { etag: etagOf(item.seq, epoch), ...item },
      position,
    };
    // Of another ledger than the one that the feed tells of: its changes would not be heard of.
    this.cache.end(read, epoch === this.feed.cursor?.epoch ? view : undefined);
    read.resolve(view);
  }
}

function newRead(id: string, requestId: string, begunAt: number): Read {
  let resolve: Read['resolve'] = () => undefined;
  let reject: Read['reject'] = () => undefined;
  const outcome = new Promise<ItemView>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { id, requestId, begunAt, minSeq: 0, open: true, outcome, resolve, reject };
}

/** Whether after this event a sku or barcode may belong to another item than before. A new item only takes free ones; updates are few. */
function movesCodes({ type }: EventText): boolean {
  return type === 'item.deleted' || type === 'item.restored' || type === 'item.updated';
}
