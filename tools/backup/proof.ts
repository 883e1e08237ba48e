import { createLog, loadConfig, openSchema } from '@app/common';
import type { Rebuilt, Verification } from '@app/contracts';
import { NestFactory } from '@nestjs/core';
import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { AppModule } from '../../apps/inventory/src/app.module';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { InventoryService } from '../../apps/inventory/src/inventory.service';
import { AuditService } from '../../apps/inventory/src/ledger/audit.service';
import { MIGRATIONS } from '../../apps/inventory/src/migrations.mongo';
import { WriterMetrics } from '../../apps/inventory/src/ledger/writer-metrics';

/** Nobody else's, so that nothing of an inventory is ended. */
export const ADDRESS = 'restore:1';

/**
 * Runs the inventory itself, without its port, on a restored ledger: it makes indexes and projections, and verifies all of it.
 * Holds whose time is over end here, as they do at any start: those are the first events of the new epoch.
 */
export async function rebuildAndVerify(
  mongodbUri: string,
  known: { position: number; hash: string },
): Promise<{ rebuilt: Rebuilt; report: Verification }> {
  const own = { MONGODB_URI: mongodbUri, INTERNAL_TOKEN: randomBytes(32).toString('hex'), ADVERTISE_ADDRESS: ADDRESS };
  const config = loadConfig(InventoryConfig, own);
  const log = createLog('restore', 'error');
  const module = AppModule.forRoot(config, log, new WriterMetrics(new Registry()));
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  try {
    await openSchema(app, { log, migrations: MIGRATIONS, restores: true });
    await app.get(InventoryService).start();
    const audit = app.get(AuditService);
    const rebuilt = await audit.rebuild();
    const report = await audit.verify(known.position > 0 ? known : undefined);
    return { rebuilt, report };
  } finally {
    await app.close();
  }
}
