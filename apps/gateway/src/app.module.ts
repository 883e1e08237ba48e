import { OpsServer, TcpClient, tracing, type Logger } from '@app/common';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { AsOfModule } from './as-of/as-of.module';
import { AuthModule } from './auth/auth.module';
import { CoreModule } from './core/core.module';
import { EventFeed } from './events/event-feed.service';
import { EventsModule } from './events/events.module';
import { ExportsModule } from './exports/exports.module';
import { GatewayConfig } from './gateway.config';
import { ProblemFilter } from './http/problem.filter';
import { ValidationPipe } from './http/edge-validation';
import { ImportsModule } from './imports/imports.module';
import { InventoryModule } from './inventory/inventory.module';
import { ItemsModule } from './items/items.module';
import { LedgerModule } from './ledger/ledger.module';
import { LocationsModule } from './locations/locations.module';
import { MovementsModule } from './movements/movements.module';
import { OrdersModule } from './orders/orders.module';
import { ReportsModule } from './reports/reports.module';
import { StocktakesModule } from './stocktakes/stocktakes.module';
import { WebhooksModule } from './webhooks/webhooks.module';

const DRAIN_STEPS = 10;

/**
 * Start: private port, MongoDB and identity (it waits for them), the feed, then the public port. Stop: not ready for a while, the feed with all that
 * waits on it, the public port once its requests are answered, the connection to the inventory, the private port.
 */
@Module({})
export class AppModule
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    private readonly feed: EventFeed,
    private readonly inventory: TcpClient,
    private readonly ops: OpsServer,
    private readonly config: GatewayConfig,
  ) {}

  static of(config: Readonly<GatewayConfig>, log: Logger, ops: OpsServer): DynamicModule {
    return {
      module: AppModule,
      imports: [
        CoreModule.of(config, log, ops),
        AuthModule.forRoot(config, log),
        InventoryModule,
        EventsModule,
        ItemsModule,
        MovementsModule,
        OrdersModule,
        StocktakesModule,
        LocationsModule,
        AsOfModule,
        ReportsModule,
        LedgerModule,
        ExportsModule,
        ImportsModule.forRoot(config),
        WebhooksModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.feed.start();
  }

  /** Not ready, and every answer closes its connection: the clients come back elsewhere. */
  async onModuleDestroy(): Promise<void> {
    // In steps, between which requests are read: a process that got no CPU meanwhile must not take that for silence.
    for (let step = 0; step < DRAIN_STEPS; step++) await sleep(this.config.drainMs / DRAIN_STEPS);
  }

  /** While the public port still answers. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.feed.stop();
  }

  /** After the last request. */
  async onApplicationShutdown(): Promise<void> {
    this.inventory.close();
    await tracing()?.stop();
    await this.ops.close();
  }
}
