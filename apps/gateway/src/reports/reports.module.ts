import type { Logger } from '@app/common';
import { Module } from '@nestjs/common';
import { LOG } from '../core/log';
import { EventsModule } from '../events/events.module';
import { HttpModule } from '../http/http.module';
import { RedisLink } from '../throttle/redis.service';
import { ReportCache } from './report-cache.service';
import { ReportReader } from './report-reader.service';
import { ReportsController } from './reports.controller';

@Module({
  imports: [HttpModule, EventsModule],
  controllers: [ReportsController],
  providers: [
    {
      provide: ReportCache,
      useFactory: (redis: RedisLink, log: Logger) => new ReportCache(redis, log),
      inject: [RedisLink, LOG],
    },
    ReportReader,
  ],
})
export class ReportsModule {}
