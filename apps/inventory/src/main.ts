import {
  answerSilence,
  createLog,
  DatabasePulse,
  endOnSignals,
  loadConfig,
  measurePool,
  nestLog,
  openSchema,
  OpsServer,
  run,
  startTracing,
  takeCalls,
  tcpServer,
} from '@app/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { InventoryConfig } from './inventory.config';
import { InventoryService } from './inventory.service';
import { LeaseService } from './lease/lease.service';
import { ListingService } from './items/listing.service';
import { LastBackup } from './ledger/last-backup.mongo';
import { LedgerService } from './ledger/ledger.service';
import { LedgerWriter } from './ledger/ledger.writer';
import { WriterMetrics } from './ledger/writer-metrics';
import { MIGRATIONS } from './migrations.mongo';
import { HoldRegistry } from './reservations/hold-registry.service';

run(async () => {
  const config = loadConfig(InventoryConfig);
  const log = createLog('inventory', config.logLevel);
  await startTracing('inventory', config, log);
  const ops = new OpsServer('inventory').check('ledger', () => 'the ledger is not open yet');
  await ops.listen(config.host, config.opsPort);
  const metrics = new WriterMetrics(ops.registry);
  const { host, port, internalToken: token } = config;
  const server = tcpServer({ host, port, token, log, registry: ops.registry });
  takeCalls(false);
  const app = await NestFactory.createMicroservice(AppModule.forRoot(config, log, metrics), {
    ...server,
    logger: nestLog(log),
  });
  endOnSignals(app, log, ops);
  measurePool(app, ops.registry);
  answerSilence(app.get(DatabasePulse));
  await app.listen();
  await openSchema(app, { log, migrations: MIGRATIONS });
  const inventory = app.get(InventoryService);
  await inventory.start();
  const [ledger, writer, listing] = [app.get(LedgerService), app.get(LedgerWriter), app.get(ListingService)];
  ops.check('ledger', () => inventory.fault);
  metrics.gauge('stockwire_ledger_head', 'Newest position of the ledger.', () => ledger.head);
  metrics.gauge('stockwire_writer_queue', 'Commands waiting for the writer.', () => writer.waiting);
  metrics.gauge('stockwire_writer_leads', '1 for the inventory that writes, 0 for those that pass on.', () =>
    app.get(LeaseService).writer === undefined ? 1 : 0,
  );
  metrics.gauge('stockwire_polls_waiting', 'Followers waiting for the next event.', () => ledger.waiting);
  metrics.gauge('stockwire_listing_lag', 'Items and events that the listing does not show yet.', () => listing.lag);
  metrics.gauge('stockwire_reservations_held', 'Reservations that are held.', () => app.get(HoldRegistry).size);
  app.get(LastBackup).measure(ops.registry);
  log.info({ address: config.address, head: ledger.head }, 'the inventory is ready');
});
