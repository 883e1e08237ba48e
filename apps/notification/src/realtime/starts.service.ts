import { DomainError } from '@app/common';
import type { Cursor, Item } from '@app/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { FeedService } from '../feed/feed.service';
import { InventoryService } from '../feed/inventory.service';
import { itemPlace, type Place, type RoomFilter } from '../feed/place';
import { NotificationConfig } from '../notification.config';
import { START_MS } from './bounds';
import { continues, type Missed, type Past } from './continuation';

/** Where a subscription begins. */
export interface Start extends Cursor {
  snapshot?: Item | Item[] | null;
  truncated?: true;
  reset?: true;
}

/** Where what follows an item begins; without a snapshot it goes on where it was. */
export interface ItemStart extends Cursor {
  snapshot?: Item | null;
  reset?: true;
}

const KNOWN = 20_000;

/** Finds where a subscription begins: at a snapshot, at the present, or where the client was. */
@Injectable()
export class StartsService implements OnModuleInit {
  /** Rooms of items and locations that exist or existed: what was once used is never free again. */
  private readonly known = new LRUCache<string, true>({ max: KNOWN });
  private readonly past: Past;

  constructor(
    private readonly feed: FeedService,
    private readonly inventory: InventoryService,
    { replayEvents, replaySeconds }: NotificationConfig,
  ) {
    this.past = { events: replayEvents, ms: replaySeconds * 1_000 };
  }

  onModuleInit(): void {
    this.feed.listen({ onReset: () => this.known.clear() });
  }

  /** @throws DomainError `not-found` for an item or location that is not there, `unavailable`, `overloaded` */
  async find(place: Place, since?: Cursor): Promise<Start> {
    const { itemId, location } = place.filter;
    if (itemId !== undefined) return this.ofItem(place, itemId, since);
    const here = await this.feed.started(START_MS);
    if (location !== undefined) await this.insistOnLocation(place, location);
    if (since && (await this.goesOn(here, place.filter, since))) return { ...since };
    const start = place.kind === 'alerts' ? await this.low() : here;
    return { ...start, ...(since && { reset: true }) };
  }

  /** @throws DomainError as `find` */
  async ofItem(place: Place, itemId: string, since?: Cursor): Promise<ItemStart> {
    const here = await this.feed.started(START_MS);
    if (since && (await this.goesOn(here, place.filter, since, itemId))) return { ...since };
    const { item, epoch, position } = await this.inventory.snapshot(itemId);
    // What can not be continued begins again, and says so; an item that is gone is told as such and not as an error.
    if (since) return { epoch, position, snapshot: item, reset: true };
    if (!item) throw noSuchItem();
    this.known.set(place.room, true);
    return { epoch, position, snapshot: item };
  }

  private async low(): Promise<Start> {
    const { items, truncated, epoch, position } = await this.inventory.low();
    return { epoch, position, snapshot: items, ...(truncated && { truncated }) };
  }

  private async goesOn(here: Cursor, filter: RoomFilter, since: Cursor, itemId?: string): Promise<boolean> {
    if (since.epoch !== here.epoch) return false;
    const positions = this.feed.position - since.position;
    // Everything is counted by its positions: what is too much need not be looked at.
    if (Object.keys(filter).length === 0 && positions > this.past.events) return false;
    try {
      const missed = await this.missed(since, positions, filter, itemId);
      if (!missed || !continues(missed, Date.now(), this.past)) return false;
      if (itemId !== undefined && !missed.first) await this.insistOnItem(itemId);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'epoch-changed') return false;
      throw error;
    }
  }

  /** What was missed, counted only as far as it matters; undefined when that can't be told in the time there is. */
  private async missed(
    since: Cursor,
    positions: number,
    filter: RoomFilter,
    itemId?: string,
  ): Promise<Missed | undefined> {
    const many = positions > this.past.events;
    const recent = this.feed.recent(since.position, 1, filter);
    if (recent && (!many || recent.events.length === 0)) return { first: recent.events[0], atMost: positions };
    if (itemId !== undefined || Object.keys(filter).length === 0) {
      // The ledger is asked when memory does not reach back so far, or not yet that far.
      const request = { ...filter, after: since.position, epoch: since.epoch, limit: 1 };
      const [first] = recent?.events ?? (await this.inventory.read(request)).events;
      const atMost = itemId !== undefined && first && many ? await this.missedOf(itemId, first.seq) : positions;
      return { first, atMost };
    }
    // What the room missed first is not older than what anybody did: most often that says enough, and nothing has to be looked for.
    const anybody = many ? undefined : await this.missedByAnybody(since, positions);
    if (anybody && continues(anybody, Date.now(), this.past)) return anybody;
    const { first, count } = await this.inventory.missed({ ...filter, ...since, most: this.past.events });
    return count === null ? undefined : { first: first ?? undefined, atMost: count };
  }

  private async missedByAnybody({ position, epoch }: Cursor, atMost: number): Promise<Missed> {
    const { events } = await this.inventory.read({ after: position, epoch, limit: 1 });
    return { first: events[0], atMost };
  }

  /** An item counts its own events; of a deleted one that count is not asked for, since it gets no more of them. */
  private async missedOf(itemId: string, firstSeq: number): Promise<number> {
    const item = await this.inventory.item(itemId);
    return item ? item.seq - firstSeq + 1 : 0;
  }

  private async insistOnItem(itemId: string): Promise<void> {
    const { room } = itemPlace(itemId);
    if (this.known.has(room) || this.feed.knows(itemId)) return;
    const item = await this.inventory.item(itemId);
    // A deleted one is not found, but its history tells that it was there and may be restored.
    if (!item && (await this.inventory.read({ after: 0, limit: 1, itemId })).events.length === 0) throw noSuchItem();
    this.known.set(room, true);
  }

  /** One that is closed has a history; one that never was is a mistake that would look like silence. */
  private async insistOnLocation({ room }: Place, code: string): Promise<void> {
    if (this.known.has(room)) return;
    await this.inventory.insistOnLocation(code);
    this.known.set(room, true);
  }
}

function noSuchItem(): DomainError {
  return new DomainError('not-found', 'There is no such item.');
}
