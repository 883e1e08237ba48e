import { OpsServer, TcpClient, type Logger } from '@app/common';
import { Authenticator } from '@app/identity';
import { Module } from '@nestjs/common';
import { LOG } from '../core/log';
import { GatewayConfig } from '../gateway.config';
import { EventFeed } from './event-feed.service';
import { EventReader } from './event-reader.service';
import { EventStreams } from './event-streams.service';
import { EventsController } from './events.controller';

@Module({
  controllers: [EventsController],
  providers: [
    {
      provide: EventFeed,
      useFactory: (config: GatewayConfig, log: Logger, ops: OpsServer, calls: TcpClient): EventFeed =>
        new EventFeed(config, log, ops, calls),
      inject: [GatewayConfig, LOG, OpsServer, TcpClient],
    },
    { provide: EventReader, useFactory: (feed: EventFeed): EventReader => new EventReader(feed), inject: [EventFeed] },
    {
      provide: EventStreams,
      useFactory: (feed: EventFeed, { eventStreams }: GatewayConfig, log: Logger, who: Authenticator): EventStreams =>
        new EventStreams(feed, { most: eventStreams, log, holds: (caller) => who.holds(caller) }),
      inject: [EventFeed, GatewayConfig, LOG, Authenticator],
    },
  ],
  exports: [EventFeed],
})
export class EventsModule {}
