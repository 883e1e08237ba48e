import type { LedgerEvent, Presence, Room } from '@app/contracts';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { alertOf } from '../feed/alerts';
import { FeedService, type FeedListener } from '../feed/feed.service';
import { roomsOf } from '../feed/place';
import { spansOf } from '../feed/traces';
import type { Audience, Listener } from './audiences';
import { MetricsService } from './metrics.service';
import { Packets } from './packets';
import { SessionsService } from './sessions.service';

/** Gives the feed's events to those who are live in their rooms; what a room gets is made once, however many get it. */
@Injectable()
export class BroadcastService implements OnModuleInit, FeedListener {
  constructor(
    private readonly feed: FeedService,
    private readonly sessions: SessionsService,
    private readonly metrics: MetricsService,
  ) {
    metrics.gauges('sockets_rooms', 'Rooms with a live subscriber, by kind.', 'kind', () => this.rooms());
  }

  onModuleInit(): void {
    this.feed.listen(this);
  }

  onEvents(events: LedgerEvent[]): void {
    const spans = spansOf('sockets.push', events);
    for (const [room, own] of this.byRoom(events)) {
      const audience = this.sessions.audiences.of(room);
      if (audience) this.tell(audience, room, own);
    }
    for (const event of events) this.alert(event);
    for (const span of spans) span.end();
    const [oldest] = events;
    if (oldest) this.metrics.push.observe({ follower: 'sockets' }, (Date.now() - Date.parse(oldest.at)) / 1_000);
  }

  /** To all who are live in the room; `besides`: the socket that knows it already. */
  presence(presence: Presence, besides: string | undefined): void {
    const packets = Packets.of('presence', presence);
    for (const listener of this.sessions.audiences.all(presence.room))
      if (listener.id !== besides) listener.give(packets);
  }

  /** The events of each room that somebody listens to. */
  private byRoom(events: readonly LedgerEvent[]): Map<Room, LedgerEvent[]> {
    const byRoom = new Map<Room, LedgerEvent[]>();
    for (const event of events) {
      for (const room of roomsOf(event)) {
        const own = byRoom.get(room);
        if (own) own.push(event);
        else if (this.sessions.audiences.of(room)) byRoom.set(room, [event]);
      }
    }
    return byRoom;
  }

  private tell({ single, batch }: Audience, room: Room, events: readonly LedgerEvent[]): void {
    if (single.size > 0) give(single, Packets.each(room, events));
    if (batch.size > 0) give(batch, Packets.batch(room, events));
    this.metrics.sent.inc((single.size + batch.size) * events.length);
  }

  private alert(event: LedgerEvent): void {
    const alert = alertOf(event);
    const audience = alert && this.sessions.audiences.of('alerts');
    if (!audience) return;
    // There is no batch of alerts: who asked for one gets them one by one all the same.
    const packets = Packets.of('alert', alert);
    give(audience.single, packets);
    give(audience.batch, packets);
    this.metrics.alerts.inc({ kind: alert.kind }, audience.single.size + audience.batch.size);
  }

  private rooms(): Map<string, number> {
    const counts = new Map(['items', 'item', 'location', 'category', 'alerts'].map((kind) => [kind, 0]));
    for (const name of this.sessions.audiences.names()) {
      const [kind = ''] = name.split(':', 1);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }
}

function give(listeners: ReadonlySet<Listener>, packets: Packets): void {
  for (const listener of listeners) listener.give(packets);
}
