import type { LedgerEvent, Presence, Room } from '@app/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { alertOf } from '../feed/alerts';
import { FeedService, type FeedListener } from '../feed/feed.service';
import { roomsOf } from '../feed/place';
import { spansOf } from '../feed/traces';
import { MetricsService } from './metrics.service';
import { liveRoom } from './session';
import { inRoom, type PushServer } from './sockets';

type Sizes = ReadonlyMap<string, { readonly size: number }>;
const NONE: Sizes = new Map();

/** Gives the feed's events to the rooms of those who are live; each message is encoded once, however many get it. */
@Injectable()
export class BroadcastService implements OnModuleInit, FeedListener {
  private server: PushServer | undefined;

  constructor(
    private readonly feed: FeedService,
    private readonly metrics: MetricsService,
  ) {
    metrics.gauges('sockets_rooms', 'Rooms with a live subscriber, by kind.', 'kind', () => this.rooms());
  }

  onModuleInit(): void {
    this.feed.listen(this);
  }

  attach(server: PushServer): void {
    this.server = server;
  }

  onEvents(events: LedgerEvent[]): void {
    const spans = spansOf('sockets.push', events);
    const { sizes } = this;
    const several = new Map<Room, LedgerEvent[]>();
    for (const event of events) {
      for (const room of roomsOf(event)) {
        if (sizes.has(room)) this.one(sizes, room, event);
        const own = several.get(room);
        if (own) own.push(event);
        else if (sizes.has(liveRoom(room, true))) several.set(room, [event]);
      }
      this.alert(sizes, event);
    }
    for (const [room, own] of several) this.several(sizes, room, own);
    for (const span of spans) span.end();
    const [oldest] = events;
    if (oldest) this.metrics.push.observe({ follower: 'sockets' }, (Date.now() - Date.parse(oldest.at)) / 1_000);
  }

  /** To all who are live in the room; `besides`: the socket that knows it already. */
  presence(presence: Presence, besides: string | undefined): void {
    const rooms = [false, true].map((batch) => liveRoom(presence.room, batch));
    this.server
      ?.to(rooms)
      .except(besides ?? [])
      .emit('presence', presence);
  }

  private one(sizes: Sizes, room: Room, event: LedgerEvent): void {
    this.server?.to(liveRoom(room, false)).emit('event', inRoom(event, room));
    this.metrics.sent.inc(sizes.get(room)?.size ?? 0);
  }

  private several(sizes: Sizes, room: Room, events: LedgerEvent[]): void {
    this.server?.to(liveRoom(room, true)).emit('events', { room, events });
    this.metrics.sent.inc((sizes.get(liveRoom(room, true))?.size ?? 0) * events.length);
  }

  private alert(sizes: Sizes, event: LedgerEvent): void {
    const alert = alertOf(event);
    if (!alert) return;
    // There is no batch of alerts: who asked for one gets them one by one all the same.
    const rooms = [false, true].map((batch) => liveRoom('alerts', batch));
    const size = rooms.reduce((sum, room) => sum + (sizes.get(room)?.size ?? 0), 0);
    if (size === 0) return;
    this.server?.to(rooms).emit('alert', alert);
    this.metrics.alerts.inc({ kind: alert.kind }, size);
  }

  /** How many sockets are in a room; rooms without any are not there. */
  private get sizes(): Sizes {
    return this.server?.of('/').adapter.rooms ?? NONE;
  }

  private rooms(): Map<string, number> {
    const counts = new Map(['items', 'item', 'location', 'category', 'alerts'].map((kind) => [kind, 0]));
    for (const name of this.sizes.keys()) {
      // Who gets several events in a message makes no second room of it.
      if (name.startsWith('batch|') && this.sizes.has(name.slice('batch|'.length))) continue;
      const [kind = ''] = name.replace('batch|', '').split(':', 1);
      const count = counts.get(kind);
      if (count !== undefined) counts.set(kind, count + 1);
    }
    return counts;
  }
}
