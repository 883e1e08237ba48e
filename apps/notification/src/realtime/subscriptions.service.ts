import { DomainError, type Logger } from '@app/common';
import type { Subscribed } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { FeedService } from '../feed/feed.service';
import { Gate } from '../feed/gate';
import { BOUNDS, CATCH_UP } from './bounds';
import { CatchUp } from './catch-up';
import { HistoryService } from './history.service';
import { MetricsService } from './metrics.service';
import type { Place, SubscribeRequest } from './requests';
import type { Session } from './session';
import { StartsService, type Start } from './starts.service';
import { Subscription } from './subscription';

/** Begins and ends subscriptions. */
@Injectable()
export class SubscriptionsService {
  private readonly steps = new Steps();

  constructor(
    private readonly feed: FeedService,
    private readonly history: HistoryService,
    private readonly starts: StartsService,
    private readonly metrics: MetricsService,
    @InjectLog() private readonly log: Logger,
  ) {
    metrics.gauge('sockets_catch_up_steps', 'Steps of catching up under way.', () => this.steps.busy);
  }

  /**
   * `reply` is called before the first event of the new subscription; until then a former one goes on.
   * @throws DomainError when there is no such room, or too many of them, or no answer right now
   */
  subscribe(session: Session, request: SubscribeRequest, reply: (subscribed: Subscribed) => void): Promise<void> {
    return session.inTurn(request.room, async () => {
      insistOnPlace(session, request);
      await session.roomForMore();
      const start = await this.starts.find(request.itemId, request.since);
      if (session.closed) return;
      insistOnPlace(session, request);
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
    { room, itemId, batch }: SubscribeRequest,
    start: Start,
    reply: (subscribed: Subscribed) => void,
  ): void {
    const subscription = new Subscription(room, itemId, batch, start.position);
    session.begin(subscription);
    reply({ ok: true, room, ...start });
    if (start.position < this.feed.position) this.metrics.catchUps.inc();
    const catchUp = new CatchUp(this.feed, this.history, this.steps, CATCH_UP.events, (ready) => session.join(ready));
    catchUp.run(subscription, session).catch((error: unknown) => {
      // A bug. The client comes back with its own place and misses nothing.
      this.log.error({ err: error, room }, 'catching up failed');
      session.interrupt();
    });
  }
}

function insistOnPlace({ subscriptions }: Session, { room }: Place): void {
  if (subscriptions.has(room) || subscriptions.size < BOUNDS.roomsPerSocket) return;
  throw new DomainError('overloaded', `A socket can be in ${BOUNDS.roomsPerSocket} rooms.`);
}

/** The gate of catching up: a step keeps its place until the event loop has turned, so that live events get through. */
class Steps extends Gate {
  constructor() {
    super(CATCH_UP.steps, Number.POSITIVE_INFINITY);
  }

  override run<T>(work: () => Promise<T>): Promise<T> {
    return super.run(async () => {
      const result = await work();
      await turn();
      return result;
    });
  }
}
