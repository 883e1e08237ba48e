import { Injectable } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { FeedService } from '../feed/feed.service';
import { Gate } from '../feed/gate';
import { CATCH_UP } from './bounds';
import { CatchUp } from './catch-up';
import { HistoryService } from './history.service';
import { MetricsService } from './metrics.service';
import type { Outlet, Subscription } from './subscription';

/** Brings subscriptions to the present, all of this process through one gate. */
@Injectable()
export class CatchUpsService {
  private readonly steps = new Steps();

  constructor(
    private readonly feed: FeedService,
    private readonly history: HistoryService,
    metrics: MetricsService,
  ) {
    metrics.gauge('sockets_catch_up_steps', 'Steps of catching up under way.', () => this.steps.busy);
  }

  /** Resolves when the subscription is live, entered by `join`, or has ended. */
  run(subscription: Subscription, outlet: Outlet, join: (ready: Subscription) => void): Promise<void> {
    return new CatchUp(this.feed, this.history, this.steps, CATCH_UP.events, join).run(subscription, outlet);
  }
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
