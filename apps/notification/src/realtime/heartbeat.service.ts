import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { FeedService } from '../feed/feed.service';
import { HEARTBEAT_MS } from './bounds';
import { Packets } from './packets';
import { SessionsService } from './sessions.service';

/** Tells every socket up to where it knows everything, so that the cursor of a quiet room moves on too. */
@Injectable()
export class HeartbeatService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly feed: FeedService,
    private readonly sessions: SessionsService,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const { cursor } = this.feed;
    if (!cursor) return;
    // Of most sockets, and made once for them.
    const here = Packets.of('position', cursor);
    for (const session of this.sessions.all()) {
      const position = session.beat(cursor.position);
      if (position === undefined) continue;
      session.give(position === cursor.position ? here : Packets.of('position', { ...cursor, position }));
    }
  }
}
