import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { GatewayConfig } from '../gateway.config';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { IMPORTS, ImportQueue } from './import-queue.service';
import { ImportWorker } from './import-worker.service';
import { ImportsController } from './imports.controller';
import { ImportsMongo } from './imports.mongo';
import { ImportsRepository } from './imports.repository';
import { Imports } from './imports.service';

const SLOWEST_RETRY_MS = 2_000;

/** Imports in the background; without a Redis they are refused, and files can only be checked. */
@Module({})
export class ImportsModule {
  static forRoot({ redisUrl }: Readonly<GatewayConfig>): DynamicModule {
    return {
      module: ImportsModule,
      imports: [HttpModule, ItemsModule, ...(redisUrl ? queueAt(redisUrl) : [])],
      controllers: [ImportsController],
      providers: [
        { provide: ImportsRepository, useClass: ImportsMongo },
        ImportQueue,
        Imports,
        ...(redisUrl ? [ImportWorker] : []),
      ],
    };
  }
}

function queueAt(url: string): DynamicModule[] {
  const retryStrategy = (attempt: number): number => Math.min(SLOWEST_RETRY_MS, 100 * attempt);
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
  return [
    // The braces keep all keys on one node of a Redis cluster.
    BullModule.forRoot({ connection: { url, retryStrategy }, prefix: '{stockwire}', skipVersionCheck: true }),
    BullModule.registerQueue({ name: IMPORTS, defaultJobOptions }),
  ];
}
