import { drained } from '@app/common';
import { type BeforeApplicationShutdown } from '@nestjs/common';
import { CheckpointsService } from './as-of/checkpoints.service';
import { ListingService } from './items/listing.service';
import { GenerationService } from './ledger/generation.service';
import { LedgerService } from './ledger/ledger.service';
import { LedgerWriter } from './ledger/ledger.writer';
import { ValuationService } from './reports/valuation.service';
import { StocktakesRepository } from './stocktakes/stocktakes.repository';

const DRAIN_MS = 4_000;

/** The order in which the inventory starts and stops. */
export class InventoryService implements BeforeApplicationShutdown {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly listing: ListingService,
    private readonly generation: GenerationService,
    private readonly checkpoints: CheckpointsService,
    private readonly valuations: ValuationService,
    private readonly stocktakes: StocktakesRepository,
    private readonly address: string,
  ) {}

  /** Call it when the port is ours: only then is it sure that whoever wrote under our address is dead. */
  async start(): Promise<void> {
    await this.generation.open();
    await this.writer.start();
    await this.stocktakes.open(this.address);
    await this.listing.start(this.ledger.epoch, this.generation.current);
    this.generation.start();
    await this.checkpoints.start();
  }

  /** Why the inventory is not ready; undefined when it is. */
  get fault(): string | undefined {
    return this.writer.fault;
  }

  /** Before the sockets are destroyed: who only follows, then the waiting polls, since they would hold everything up, then what is to be written. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.checkpoints.stop();
    this.ledger.release();
    await this.generation.stop();
    this.valuations.stop();
    await this.writer.stop();
    await this.listing.stop();
    await drained(DRAIN_MS);
    await this.stocktakes.close();
  }
}
