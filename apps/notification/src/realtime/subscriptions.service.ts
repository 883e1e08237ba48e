import { DomainError, type Logger } from '@app/common';
import type { Subscribed } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { FeedService } from '../feed/feed.service';
import type { Place } from '../feed/place';
import { BOUNDS } from './bounds';
import { CatchUpsService } from './catch-ups.service';
import { MetricsService } from './metrics.service';
import type { SubscribeRequest } from './requests';
import type { Session } from './session';
import { StartsService, type Start } from './starts.service';
import { Subscription } from './subscription';

/** Begins and ends subscriptions. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly feed: FeedService,
    private readonly catchUps: CatchUpsService,
    private readonly starts: StartsService,
    private readonly metrics: MetricsService,
    @InjectLog() private readonly log: Logger,
  ) {}

  /**
   * `reply` is called before the first event of the new subscription; until then a former one goes on.
   * @throws DomainError when there is no such room, or too many of them, or no answer right now
   */
  subscribe(session: Session, request: SubscribeRequest, reply: (subscribed: Subscribed) => void): Promise<void> {
    const { place, since } = request;
    return session.inTurn(place.room, async () => {
      insistOnPlace(session, place);
      await session.roomForMore();
      const start = await this.starts.find(place, since);
      if (session.closed) return;
      insistOnPlace(session, place);
      if (start.epoch !== this.feed.cursor?.epoch)
        throw new DomainError('unavailable', 'The ledger is just being replaced.', { retryAfter: 1 });
      this.begin(session, request, start, reply);
    });
  }

  unsubscribe(session: Session, { room }: Place, reply: (done: { ok: true }) => void): Promise<void> {
    return session.inTurn(room, async () => {
      session.end(room);
      reply({ ok: true });
    });
  }

  private begin(
    session: Session,
    { place, batch }: SubscribeRequest,
    start: Start,
    reply: (subscribed: Subscribed) => void,
  ): void {
    const { room } = place;
    const subscription = new Subscription(place, batch, start.position);
    session.begin(subscription);
    reply({ ok: true, room, ...start });
    if (start.position < this.feed.position) this.metrics.catchUps.inc();
    if (start.reset) this.metrics.resets.inc({ room: place.kind });
    this.catchUps
      .run(subscription, session, (ready) => session.join(ready))
      .catch((error: unknown) => {
        // A bug. The client comes back with its own place and misses nothing.
        this.log.error({ err: error, room }, 'catching up failed');
        session.interrupt();
      });
  }
}

function insistOnPlace({ subscriptions }: Session, { room }: Place): void {
  if (subscriptions.has(room) || subscriptions.size < BOUNDS.roomsPerSocket) return;
  throw new DomainError('too-many-rooms', `A socket can be in ${BOUNDS.roomsPerSocket} rooms.`);
}
