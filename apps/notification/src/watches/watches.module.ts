import { Module } from '@nestjs/common';
import { RealtimeModule } from '../realtime/realtime.module';
import { WatchersService } from './watchers.service';
import { WatchesGateway } from './watches.gateway';
import { WatchesMongo } from './watches.mongo';
import { WatchesRepository } from './watches.repository';
import { WatchFollowing } from './watch-following.service';

/** Alerts that callers set for themselves. */
@Module({
  imports: [RealtimeModule],
  providers: [{ provide: WatchesRepository, useClass: WatchesMongo }, WatchFollowing, WatchersService, WatchesGateway],
})
export class WatchesModule {}
