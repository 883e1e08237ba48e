import { DomainError } from '@app/common';
import type { Cursor, LedgerEvent, LedgerRead } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { FeedService } from '../feed/feed.service';
import { Gate } from '../feed/gate';
import { InventoryService } from '../feed/inventory.service';
import type { WebhookSettings } from './webhook';

/** A stretch of the ledger, and whether there was more when it was looked at. */
export interface Stretch {
  events: LedgerEvent[];
  position: number;
  more: boolean;
}

/** The place is none of this ledger; it goes on at `now`. */
export interface Lost {
  now: Cursor;
}

/** Events that an endpoint has in memory at most: a hundred endpoints that are behind keep five thousand. */
const PAGE = 50;
/** Pages that are asked for at the same time: sockets ask the same inventory. */
const ASKING = { places: 4, queue: 1_000 };

/**
 * What endpoints read. Those at the head share the events that this process follows anyway; only who is behind asks the inventory,
 * page by page. A poll for each endpoint would be as many waiting questions as there are endpoints.
 */
@Injectable()
export class EventSource {
  private readonly gate = new Gate(ASKING.places, ASKING.queue);

  constructor(
    private readonly feed: FeedService,
    private readonly inventory: InventoryService,
  ) {}

  /** The newest position that this process knows. */
  get head(): number {
    return this.feed.position;
  }

  /** Resolves when there is more at the head. */
  advanced(): Promise<void> {
    return this.feed.advanced();
  }

  /** Where the ledger is. @throws DomainError `unavailable` */
  async now(): Promise<Cursor> {
    const { epoch, head } = await this.inventory.read({});
    return { epoch, position: head };
  }

  /** A place of this ledger; undefined when it lies beyond the head. @throws DomainError `unavailable` */
  async place(position: number): Promise<Cursor | undefined> {
    try {
      const { epoch } = await this.inventory.read({ after: position, limit: 1 });
      return { epoch, position };
    } catch (error) {
      if (lostBy(error)) return undefined;
      throw error;
    }
  }

  /** What comes after a place; events that do not match may be among them. @throws DomainError `unavailable`, `overloaded` */
  async after({ epoch, position }: Cursor, settings: WebhookSettings): Promise<Stretch | Lost> {
    const recent = this.feed.cursor?.epoch === epoch ? this.feed.recent(position, PAGE) : undefined;
    if (recent) return { ...recent, more: recent.position < this.feed.position };
    return this.stored({ epoch, after: position, limit: PAGE, ...filterOf(settings) });
  }

  private async stored(request: LedgerRead): Promise<Stretch | Lost> {
    try {
      const { events, position, head } = await this.gate.run(() => this.inventory.read(request));
      return { events, position, more: position < head };
    } catch (error) {
      const now = lostBy(error);
      if (now) return { now };
      throw error;
    }
  }
}

function filterOf({ types, itemIds }: WebhookSettings): Pick<LedgerRead, 'types' | 'itemId'> {
  const [only, ...others] = itemIds ?? [];
  return { ...(types && { types }), ...(only !== undefined && others.length === 0 && { itemId: only }) };
}

function lostBy(error: unknown): Cursor | undefined {
  if (!(error instanceof DomainError) || error.code !== 'epoch-changed') return undefined;
  return { epoch: String(error.extra.epoch), position: Number(error.extra.head) };
}
