import { Module } from '@nestjs/common';
import { FeedModule } from '../feed/feed.module';
import { AnswersService } from './answers.service';
import { BroadcastService } from './broadcast.service';
import { DoorService } from './door.service';
import { HeartbeatService } from './heartbeat.service';
import { HistoryService } from './history.service';
import { MetricsService } from './metrics.service';
import { RealtimeGateway } from './realtime.gateway';
import { SessionsService } from './sessions.service';
import { StartsService } from './starts.service';
import { SubscriptionsService } from './subscriptions.service';

/** Rooms on Socket.IO. */
@Module({
  imports: [FeedModule],
  providers: [
    MetricsService,
    DoorService,
    SessionsService,
    BroadcastService,
    HeartbeatService,
    HistoryService,
    StartsService,
    SubscriptionsService,
    AnswersService,
    RealtimeGateway,
  ],
  exports: [AnswersService],
})
export class RealtimeModule {}
