import { databasePulse, mongoConnection, type Logger } from '@app/common';
import type { AskListed } from '@app/contracts';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AsOfController } from './as-of/as-of.controller';
import { AsOfService } from './as-of/as-of.service';
import { CheckpointsMongo } from './as-of/checkpoints.mongo';
import { CheckpointsRepository } from './as-of/checkpoints.repository';
import { CheckpointsService } from './as-of/checkpoints.service';
import { ExpectationsController } from './expectations/expectations.controller';
import { FactsMongo } from './as-of/facts.mongo';
import { FactsRepository } from './as-of/facts.repository';
import { InventoryConfig } from './inventory.config';
import { InventoryService } from './inventory.service';
import { ItemsController } from './items/items.controller';
import { ItemsMongo } from './items/items.mongo';
import { ItemsRepository } from './items/items.repository';
import { ItemsService } from './items/items.service';
import { ItemTextsService } from './items/item-texts.service';
import { ListingMongo } from './items/listing.mongo';
import { ListingRepository } from './items/listing.repository';
import { ListingService } from './items/listing.service';
import { AuditService } from './ledger/audit.service';
import { GenerationService } from './ledger/generation.service';
import { LastBackup } from './ledger/last-backup.mongo';
import { LedgerController } from './ledger/ledger.controller';
import { LedgerMongo } from './ledger/ledger.mongo';
import { LedgerRepository } from './ledger/ledger.repository';
import { LedgerService } from './ledger/ledger.service';
import { LedgerWriter } from './ledger/ledger.writer';
import { DutiesService } from './lease/duties.service';
import { LeaseMongo } from './lease/lease.mongo';
import { LeaseRepository, type Instance } from './lease/lease.repository';
import { LeaseService } from './lease/lease.service';
import { RelayService } from './lease/relay.service';
import type { WriterMetrics } from './ledger/writer-metrics';
import { LocationsController } from './locations/locations.controller';
import { LocationsMongo } from './locations/locations.mongo';
import { LocationsRepository } from './locations/locations.repository';
import { LocationsService } from './locations/locations.service';
import { LocationRegistry } from './locations/location-registry.service';
import { OrdersMongo } from './orders/orders.mongo';
import { OrdersRepository } from './orders/orders.repository';
import { OrdersService } from './orders/orders.service';
import { ConsumptionMongo } from './reports/consumption.mongo';
import { ConsumptionRepository } from './reports/consumption.repository';
import { ConsumptionService } from './reports/consumption.service';
import { ReportsController } from './reports/reports.controller';
import { ReportsMongo } from './reports/reports.mongo';
import { ReportsRepository } from './reports/reports.repository';
import { ReportsService } from './reports/reports.service';
import { ValuationService } from './reports/valuation.service';
import { HoldRegistry } from './reservations/hold-registry.service';
import { ReservationsController } from './reservations/reservations.controller';
import { HistoryService } from './stock/history.service';
import { MovementsController } from './stock/movements.controller';
import { MovementsService } from './stock/movements.service';
import { StocktakesController } from './stocktakes/stocktakes.controller';
import { StocktakesMongo } from './stocktakes/stocktakes.mongo';
import { StocktakesRepository } from './stocktakes/stocktakes.repository';
import { StocktakesService } from './stocktakes/stocktakes.service';
import { TransfersController } from './transfers/transfers.controller';

/** The inventory: the only writer of stock. Started and stopped by InventoryService, in the order written there. */
@Module({})
export class AppModule {
  static forRoot(config: Readonly<InventoryConfig>, log: Logger, metrics: WriterMetrics): DynamicModule {
    return {
      module: AppModule,
      imports: [mongoConnection(config)],
      controllers: [
        ItemsController,
        MovementsController,
        LocationsController,
        LedgerController,
        AsOfController,
        ReportsController,
        ReservationsController,
        TransfersController,
        ExpectationsController,
        StocktakesController,
      ],
      providers: [
        databasePulse,
        { provide: LedgerRepository, useClass: LedgerMongo },
        { provide: ItemsRepository, useClass: ItemsMongo },
        { provide: ListingRepository, useClass: ListingMongo },
        { provide: LocationsRepository, useClass: LocationsMongo },
        { provide: FactsRepository, useClass: FactsMongo },
        { provide: CheckpointsRepository, useClass: CheckpointsMongo },
        { provide: OrdersRepository, useClass: OrdersMongo },
        { provide: StocktakesRepository, useClass: StocktakesMongo },
        { provide: LeaseRepository, useClass: LeaseMongo },
        LocationRegistry,
        holds(config),
        LedgerService,
        lease(config, log),
        relay(config, log),
        writer(config, log, metrics),
        listing(log),
        generation(log),
        audit(log),
        { provide: ReportsRepository, useClass: ReportsMongo },
        { provide: ConsumptionRepository, useClass: ConsumptionMongo },
        ReportsService,
        ValuationService,
        ConsumptionService,
        checkpoints(log),
        duties(log),
        asOf,
        ItemTextsService,
        ItemsService,
        MovementsService,
        HistoryService,
        OrdersService,
        StocktakesService,
        LocationsService,
        LastBackup,
        InventoryService,
      ],
    };
  }
}

function writer(config: Readonly<InventoryConfig>, log: Logger, metrics: WriterMetrics): Provider {
  return {
    provide: LedgerWriter,
    inject: [
      LedgerRepository,
      ItemsRepository,
      LedgerService,
      LocationRegistry,
      OrdersRepository,
      HoldRegistry,
      LeaseService,
    ],
    useFactory: (
      repository: LedgerRepository,
      items: ItemsRepository,
      ledger: LedgerService,
      locations: LocationRegistry,
      orders: OrdersRepository,
      holds: HoldRegistry,
      leases: LeaseService,
    ) =>
      new LedgerWriter(repository, items, ledger, locations, orders, holds, {
        address: config.address,
        queue: config.writeQueue,
        states: config.itemStates,
        log,
        leads: () => leases.writer === undefined,
        onGroup: (group) => metrics.group(group),
      }),
  };
}

function lease({ address }: Readonly<InventoryConfig>, log: Logger): Provider {
  return {
    provide: LeaseService,
    inject: [LeaseRepository, LedgerRepository, StocktakesRepository],
    useFactory: (leases: LeaseRepository, repository: LedgerRepository, stocktakes: StocktakesRepository) => {
      const onTaken = async (before: Instance): Promise<void> => {
        await repository.endLeftAt(before.address);
        await stocktakes.endLeftAt(before.address);
      };
      return new LeaseService(leases, { address, log, onTaken });
    },
  };
}

function relay({ internalToken }: Readonly<InventoryConfig>, log: Logger): Provider {
  return {
    provide: RelayService,
    inject: [LeaseService],
    useFactory: (leases: LeaseService) => new RelayService(leases, { token: internalToken, log }),
  };
}

function holds({ reservationsPerCaller }: Readonly<InventoryConfig>): Provider {
  return {
    provide: HoldRegistry,
    inject: [OrdersRepository],
    useFactory: (orders: OrdersRepository) => new HoldRegistry(orders, reservationsPerCaller),
  };
}

function listing(log: Logger): Provider {
  return {
    provide: ListingService,
    inject: [ListingRepository, ItemsRepository, LedgerService, RelayService],
    useFactory: (rows: ListingRepository, items: ItemsRepository, ledger: LedgerService, relays: RelayService) => {
      const keeper = (asked: AskListed): Promise<boolean | undefined> => relays.listed(asked);
      return new ListingService(rows, items, (request) => ledger.read(request), keeper, log);
    },
  };
}

type DutyParts = [LeaseService, LedgerWriter, LedgerService, ListingService, CheckpointsService];

function duties(log: Logger): Provider {
  return {
    provide: DutiesService,
    inject: [LeaseService, LedgerWriter, LedgerService, ListingService, CheckpointsService],
    useFactory: (...[leases, ledgerWriter, ledger, rows, past]: DutyParts) => {
      // Others may wait for what the former one has written last.
      const readOn = { begin: () => ledgerWriter.catchUp(), end: () => Promise.resolve() };
      const keepListing = { begin: () => rows.begin(ledger.epoch), end: () => rows.end() };
      return new DutiesService(leases, [readOn, keepListing, past], log);
    },
  };
}

type GenerationParts = [ItemsRepository, ItemTextsService, ListingService, LedgerService, LedgerWriter];

function generation(log: Logger): Provider {
  return {
    provide: GenerationService,
    inject: [ItemsRepository, ItemTextsService, ListingService, LedgerService, LedgerWriter],
    useFactory: (...parts: GenerationParts) => new GenerationService(...parts, log),
  };
}

function checkpoints(log: Logger): Provider {
  return {
    provide: CheckpointsService,
    inject: [CheckpointsRepository, FactsRepository, LedgerService],
    useFactory: (kept: CheckpointsRepository, facts: FactsRepository, ledger: LedgerService) =>
      new CheckpointsService(kept, facts, (request) => ledger.read(request), log),
  };
}

const asOf: Provider = {
  provide: AsOfService,
  inject: [FactsRepository, CheckpointsService, LedgerService],
  useFactory: (facts: FactsRepository, kept: CheckpointsService, ledger: LedgerService) =>
    new AsOfService(facts, kept, () => ledger.latest()),
};

type AuditParts = [
  LedgerRepository,
  ItemsRepository,
  OrdersRepository,
  StocktakesRepository,
  ListingRepository,
  ListingService,
  LedgerWriter,
  GenerationService,
  CheckpointsService,
];

function audit(log: Logger): Provider {
  return {
    provide: AuditService,
    inject: [
      LedgerRepository,
      ItemsRepository,
      OrdersRepository,
      StocktakesRepository,
      ListingRepository,
      ListingService,
      LedgerWriter,
      GenerationService,
      CheckpointsService,
    ],
    useFactory: (...parts: AuditParts) => new AuditService(...parts, log),
  };
}
