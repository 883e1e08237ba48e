import { TcpClient, type Logger } from '@app/common';
import { Global, Module } from '@nestjs/common';
import { LOG } from '../core/log';
import { GatewayConfig } from '../gateway.config';

/** Calls under way at the same time; what comes on top is refused at once instead of queueing without end. */
const MAX_IN_FLIGHT = 512;

/** The connection to the inventory that all requests share. It is opened by the first call and closed by the gateway's stop. */
@Global()
@Module({
  providers: [
    {
      provide: TcpClient,
      useFactory: ({ inventoryAddresses, internalToken }: GatewayConfig, log: Logger): TcpClient =>
        new TcpClient({ addresses: inventoryAddresses, token: internalToken, log, maxInFlight: MAX_IN_FLIGHT }),
      inject: [GatewayConfig, LOG],
    },
  ],
  exports: [TcpClient],
})
export class InventoryModule {}
