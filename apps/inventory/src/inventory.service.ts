import { drained, relayWrites, takeCalls, tracing } from '@app/common';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CheckpointsService } from './as-of/checkpoints.service';
import { ListingService } from './items/listing.service';
import { GenerationService } from './ledger/generation.service';
import { LedgerService } from './ledger/ledger.service';
import { LedgerWriter } from './ledger/ledger.writer';
import { DutiesService } from './lease/duties.service';
import { LeaseService } from './lease/lease.service';
import { RelayService } from './lease/relay.service';
import { ValuationService } from './reports/valuation.service';
import { StocktakesRepository } from './stocktakes/stocktakes.repository';

const DRAIN_MS = 4_000;

/** The order in which the inventory starts and stops. */
@Injectable()
export class InventoryService implements BeforeApplicationShutdown {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly ledger: LedgerService,
    private readonly listing: ListingService,
    private readonly generation: GenerationService,
    private readonly checkpoints: CheckpointsService,
    private readonly valuations: ValuationService,
    private readonly lease: LeaseService,
    private readonly relay: RelayService,
    private readonly duties: DutiesService,
    private readonly stocktakes: StocktakesRepository,
  ) {}

  /** Call it when the port is ours: only then is it sure that whoever wrote under our address is dead. */
  async start(): Promise<void> {
    await this.generation.open();
    // First: what a dead writer has left open would hold up the one that begins here.
    await this.lease.start();
    await this.writer.start();
    await this.stocktakes.open(this.lease.address);
    relayWrites(this.relay);
    await this.checkpoints.open();
    await this.duties.start();
    this.generation.start();
    takeCalls(true);
  }

  /** Why the inventory is not ready; undefined when it is. */
  get fault(): string | undefined {
    return this.writer.fault;
  }

  /** Before the sockets are destroyed: what others can do is left to them, then who only follows, then the waiting polls, since they would hold everything up, then what is to be written. */
  async beforeApplicationShutdown(): Promise<void> {
    takeCalls(false);
    this.relay.stop();
    await this.lease.stop();
    await this.duties.stop();
    await Promise.all([this.checkpoints.stop(), this.listing.end()]);
    this.ledger.release();
    await this.generation.stop();
    this.valuations.stop();
    await this.writer.stop();
    await drained(DRAIN_MS);
    await this.stocktakes.close();
    await tracing()?.stop();
  }
}
