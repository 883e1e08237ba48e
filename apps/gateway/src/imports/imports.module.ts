import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { GatewayConfig } from '../gateway.config';
import { HttpModule } from '../http/http.module';
import { ItemsModule } from '../items/items.module';
import { IMPORT_JOBS, IMPORTS, ImportQueue } from './import-queue.service';
import { ImportWorker } from './import-worker.service';
import { ImportsController } from './imports.controller';
import { ImportsMongo } from './imports.mongo';
import { ImportsRepository } from './imports.repository';
import { Imports } from './imports.service';

const SLOWEST_RETRY_MS = 2_000;

/** RedisLink tells when Redis is away; without a listener from the first moment on each failed attempt would be printed. */
const QUEUE: Provider = {
  provide: IMPORT_JOBS,
  inject: [getQueueToken(IMPORTS)],
  useFactory: (queue: Queue) => queue.on('error', () => undefined),
};

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
        ...(redisUrl ? [QUEUE, ImportWorker] : [{ provide: IMPORT_JOBS, useValue: undefined }]),
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
