import type { Logger } from '@app/common';
import { Module } from '@nestjs/common';
import { LOG } from '../core/log';
import { GatewayConfig } from '../gateway.config';
import { Notification } from './notification.service';
import { WebhooksController } from './webhooks.controller';

const MAX_IN_FLIGHT = 64;

@Module({
  controllers: [WebhooksController],
  providers: [
    {
      provide: Notification,
      useFactory: ({ notificationAddresses, internalToken }: GatewayConfig, log: Logger): Notification =>
        new Notification({
          addresses: notificationAddresses,
          token: internalToken,
          log,
          peer: 'notification app',
          maxInFlight: MAX_IN_FLIGHT,
        }),
      inject: [GatewayConfig, LOG],
    },
  ],
})
export class WebhooksModule {}
