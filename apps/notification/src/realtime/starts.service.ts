import { DomainError } from '@app/common';
import type { Cursor, Item, LedgerEvent } from '@app/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { FeedService } from '../feed/feed.service';
import { InventoryService } from '../feed/inventory.service';
import { PAST, START_MS } from './bounds';
import { continues } from './continuation';

/** Where a subscription begins. */
export interface Start extends Cursor {
  snapshot?: Item | null;
  reset?: true;
}

const KNOWN_ITEMS = 20_000;

/** Finds where a subscription begins: at a snapshot, at the present, or where the client was. */
@Injectable()
export class StartsService implements OnModuleInit {
  /** Items that exist or existed: an id once used is never free again. */
  private readonly known = new LRUCache<string, true>({ max: KNOWN_ITEMS });

  constructor(
    private readonly feed: FeedService,
    private readonly inventory: InventoryService,
  ) {}

  onModuleInit(): void {
    this.feed.listen({ onReset: () => this.known.clear() });
  }

  /** @throws DomainError `not-found` for an item that is not there, `unavailable`, `overloaded` */
  async find(itemId: string | undefined, since?: Cursor): Promise<Start> {
    const here = await this.feed.started(START_MS);
    if (since) return (await this.resumed(here, itemId, since)) ?? this.afresh(here, itemId);
    if (itemId === undefined) return here;
    const { item, epoch, position } = await this.inventory.snapshot(itemId);
    if (!item) throw noSuchItem();
    this.known.set(itemId, true);
    return { epoch, position, snapshot: item };
  }

  /** What can not be continued begins again, and says so; an item that is gone is told as such and not as an error. */
  private async afresh(here: Cursor, itemId: string | undefined): Promise<Start> {
    if (itemId === undefined) return { ...here, reset: true };
    const { item, epoch, position } = await this.inventory.snapshot(itemId);
    return { epoch, position, snapshot: item, reset: true };
  }

  private async resumed(here: Cursor, itemId: string | undefined, since: Cursor): Promise<Start | undefined> {
    if (since.epoch !== here.epoch) return undefined;
    const missed = this.feed.position - since.position;
    if (itemId === undefined && missed > PAST.events) return undefined;
    const first = await this.firstAfter(since, itemId);
    if (first === 'no such place') return undefined;
    const atMost = itemId !== undefined && first && missed > PAST.events ? await this.missedOf(itemId, first) : missed;
    if (!continues({ first, atMost }, Date.now())) return undefined;
    if (itemId !== undefined && !first) await this.insistOnItem(itemId);
    return { ...since };
  }

  /** The first event that was missed; the ledger is asked when memory does not reach back so far, or not yet that far. */
  private async firstAfter(since: Cursor, itemId?: string): Promise<LedgerEvent | undefined | 'no such place'> {
    const recent = this.feed.recent(since.position, 1, itemId);
    if (recent) return recent.events[0];
    try {
      const request = { after: since.position, epoch: since.epoch, limit: 1 };
      const page = await this.inventory.read(itemId === undefined ? request : { ...request, itemId });
      return page.events[0];
    } catch (error) {
      if (error instanceof DomainError && error.code === 'epoch-changed') return 'no such place';
      throw error;
    }
  }

  /** An item counts its own events; of a deleted one that count is not asked for, since it gets no more of them. */
  private async missedOf(itemId: string, first: LedgerEvent): Promise<number> {
    const item = await this.inventory.item(itemId);
    return item ? item.seq - first.seq + 1 : 0;
  }

  private async insistOnItem(itemId: string): Promise<void> {
    if (this.known.has(itemId) || this.feed.knows(itemId)) return;
    const item = await this.inventory.item(itemId);
    // A deleted one is not found, but its history tells that it was there and may be restored.
    if (!item && (await this.inventory.read({ after: 0, limit: 1, itemId })).events.length === 0) throw noSuchItem();
    this.known.set(itemId, true);
  }
}

function noSuchItem(): DomainError {
  return new DomainError('not-found', 'There is no such item.');
}
