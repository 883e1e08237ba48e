import { mongoConnection, type Logger } from '@app/common';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AsOfController } from './as-of/as-of.controller';
import { AsOfService } from './as-of/as-of.service';
import { CheckpointsMongo } from './as-of/checkpoints.mongo';
import { CheckpointsRepository } from './as-of/checkpoints.repository';
import { CheckpointsService } from './as-of/checkpoints.service';
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
import { LedgerController } from './ledger/ledger.controller';
import { LedgerMongo } from './ledger/ledger.mongo';
import { LedgerRepository } from './ledger/ledger.repository';
import { LedgerService } from './ledger/ledger.service';
import { LedgerWriter } from './ledger/ledger.writer';
import type { WriterMetrics } from './ledger/writer-metrics';
import { LocationsController } from './locations/locations.controller';
import { LocationsMongo } from './locations/locations.mongo';
import { LocationsRepository } from './locations/locations.repository';
import { LocationsService } from './locations/locations.service';
import { LocationRegistry } from './locations/location-registry.service';
import { ReportsController } from './reports/reports.controller';
import { ReportsMongo } from './reports/reports.mongo';
import { ReportsRepository } from './reports/reports.repository';
import { ReportsService } from './reports/reports.service';
import { ValuationService } from './reports/valuation.service';
import { HoldRegistry } from './reservations/hold-registry.service';
import { ReservationsController } from './reservations/reservations.controller';
import { ReservationsMongo } from './reservations/reservations.mongo';
import { ReservationsRepository } from './reservations/reservations.repository';
import { ReservationsService } from './reservations/reservations.service';
import { StocktakesController } from './stocktakes/stocktakes.controller';
import { StocktakesMongo } from './stocktakes/stocktakes.mongo';
import { StocktakesRepository } from './stocktakes/stocktakes.repository';
import { StocktakesService } from './stocktakes/stocktakes.service';
import { MovementsController } from './stock/movements.controller';
import { MovementsService } from './stock/movements.service';

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
        StocktakesController,
      ],
      providers: [
        { provide: LedgerRepository, useClass: LedgerMongo },
        { provide: ItemsRepository, useClass: ItemsMongo },
        { provide: ListingRepository, useClass: ListingMongo },
        { provide: LocationsRepository, useClass: LocationsMongo },
        { provide: FactsRepository, useClass: FactsMongo },
        { provide: CheckpointsRepository, useClass: CheckpointsMongo },
        { provide: ReservationsRepository, useClass: ReservationsMongo },
        { provide: StocktakesRepository, useClass: StocktakesMongo },
        LocationRegistry,
        holds(config),
        LedgerService,
        writer(config, log, metrics),
        listing(log),
        generation(log),
        audit(log),
        { provide: ReportsRepository, useClass: ReportsMongo },
        ReportsService,
        ValuationService,
        checkpoints(log),
        asOf,
        ItemTextsService,
        ItemsService,
        MovementsService,
        ReservationsService,
        StocktakesService,
        LocationsService,
        inventory(config),
      ],
    };
  }
}

function writer(config: Readonly<InventoryConfig>, log: Logger, metrics: WriterMetrics): Provider {
  return {
    provide: LedgerWriter,
    inject: [LedgerRepository, ItemsRepository, LedgerService, LocationRegistry, ReservationsRepository, HoldRegistry],
    useFactory: (
      repository: LedgerRepository,
      items: ItemsRepository,
      ledger: LedgerService,
      locations: LocationRegistry,
      reservations: ReservationsRepository,
      holds: HoldRegistry,
    ) =>
      new LedgerWriter(repository, items, ledger, locations, reservations, holds, {
        address: config.address,
        queue: config.writeQueue,
        states: config.itemStates,
        log,
        onGroup: (group) => metrics.group(group),
      }),
  };
}

type InventoryParts = [
  LedgerWriter,
  LedgerService,
  ListingService,
  GenerationService,
  CheckpointsService,
  ValuationService,
  StocktakesRepository,
];

function inventory({ address }: Readonly<InventoryConfig>): Provider {
  return {
    provide: InventoryService,
    inject: [
      LedgerWriter,
      LedgerService,
      ListingService,
      GenerationService,
      CheckpointsService,
      ValuationService,
      StocktakesRepository,
    ],
    useFactory: (...parts: InventoryParts) => new InventoryService(...parts, address),
  };
}

function holds({ reservationsPerCaller }: Readonly<InventoryConfig>): Provider {
  return {
    provide: HoldRegistry,
    inject: [ReservationsRepository],
    useFactory: (reservations: ReservationsRepository) => new HoldRegistry(reservations, reservationsPerCaller),
  };
}

function listing(log: Logger): Provider {
  return {
    provide: ListingService,
    inject: [ListingRepository, ItemsRepository, LedgerService],
    useFactory: (rows: ListingRepository, items: ItemsRepository, ledger: LedgerService) =>
      new ListingService(rows, items, (request) => ledger.read(request), log),
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
    new AsOfService(facts, kept, () => ledger.head),
};

type AuditParts = [
  LedgerRepository,
  ItemsRepository,
  ReservationsRepository,
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
      ReservationsRepository,
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
