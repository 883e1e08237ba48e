import { Module } from '@nestjs/common';
import { FeedModule } from '../feed/feed.module';
import { DeliveriesMongo } from './deliveries.mongo';
import { DeliveriesRepository } from './deliveries.repository';
import { DeliveryLog } from './delivery-log.service';
import { EventSource } from './event-source.service';
import { LeasesMongo } from './leases.mongo';
import { LeasesRepository } from './leases.repository';
import { Names } from './names.service';
import { ProgressWriter } from './progress-writer.service';
import { Runners } from './runners.service';
import { Sender } from './sender.service';
import { TargetCheck } from './target-check.service';
import { WebhookMetrics } from './webhook-metrics.service';
import { WebhooksController } from './webhooks.controller';
import { WebhooksMongo } from './webhooks.mongo';
import { WebhooksRepository } from './webhooks.repository';
import { Webhooks } from './webhooks.service';

/** Events by HTTP to whoever wants them. */
@Module({
  imports: [FeedModule],
  controllers: [WebhooksController],
  providers: [
    { provide: WebhooksRepository, useClass: WebhooksMongo },
    { provide: LeasesRepository, useClass: LeasesMongo },
    { provide: DeliveriesRepository, useClass: DeliveriesMongo },
    WebhookMetrics,
    DeliveryLog,
    EventSource,
    ProgressWriter,
    Names,
    Sender,
    TargetCheck,
    Runners,
    Webhooks,
  ],
})
export class WebhooksModule {}
