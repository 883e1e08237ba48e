import type { LedgerEvent, Room } from '@app/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FeedService, type FeedListener } from '../feed/feed.service';
import { MetricsService } from './metrics.service';
import { liveRoom } from './session';
import { inRoom, type PushServer } from './sockets';

/** Gives the feed's events to the rooms of those who are live; each message is encoded once, however many get it. */
@Injectable()
export class BroadcastService implements OnModuleInit, FeedListener {
  private server: PushServer | undefined;

  constructor(
    private readonly feed: FeedService,
    private readonly metrics: MetricsService,
  ) {}

  onModuleInit(): void {
    this.feed.listen(this);
  }

  attach(server: PushServer): void {
    this.server = server;
  }

  onEvents(events: LedgerEvent[]): void {
    const ofItem = new Map<Room, LedgerEvent[]>();
    for (const event of events) {
      const room: Room = `item:${event.itemId}`;
      this.one('items', event);
      this.one(room, event);
      const own = ofItem.get(room);
      if (own) own.push(event);
      else if (this.size(room, true) > 0) ofItem.set(room, [event]);
    }
    this.several('items', events);
    for (const [room, own] of ofItem) this.several(room, own);
  }

  private one(room: Room, event: LedgerEvent): void {
    const size = this.size(room, false);
    if (size === 0) return;
    this.server?.to(liveRoom(room, false)).emit('event', inRoom(event, room));
    this.metrics.sent.inc(size);
  }

  private several(room: Room, events: LedgerEvent[]): void {
    const size = this.size(room, true);
    if (size === 0) return;
    this.server?.to(liveRoom(room, true)).emit('events', { room, events });
    this.metrics.sent.inc(size * events.length);
  }

  private size(room: Room, batch: boolean): number {
    return this.server?.of('/').adapter.rooms.get(liveRoom(room, batch))?.size ?? 0;
  }
}
