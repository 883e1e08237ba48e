import { expectedFailure, type Logger } from '@app/common';
import { ItemTextsService } from '../items/item-texts.service';
import { ItemsRepository } from '../items/items.repository';
import { ListingService } from '../items/listing.service';
import { LedgerService } from './ledger.service';
import { LedgerWriter } from './ledger.writer';

const LOOK_MS = 200;
/** By then every inventory that can write has looked. */
export const ALL_HAVE_LOOKED_MS = 3 * LOOK_MS;

/**
 * Notices that a rebuild, by whichever inventory, has made the stored items anew, and lets go of all that was made of the
 * former ones. Looks beside the writer, which is disturbed only when there is a new generation.
 */
export class GenerationService {
  private seen = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private looks = 0;

  constructor(
    private readonly items: ItemsRepository,
    private readonly texts: ItemTextsService,
    private readonly listing: ListingService,
    private readonly ledger: LedgerService,
    private readonly writer: LedgerWriter,
    private readonly log: Logger,
  ) {}

  /** The generation that this inventory works on. */
  get current(): number {
    return this.seen;
  }

  /** Call it before anything of the items could be remembered. */
  async open(): Promise<void> {
    this.seen = await this.items.generation();
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking.catch(() => undefined);
  }

  /** Resolves when this inventory works on the newest generation. @throws DomainError `unavailable` */
  look(): Promise<void> {
    this.looks++;
    this.looking = this.looking
      .catch(() => undefined)
      .then(() => this.follow())
      .finally(() => this.looks--);
    return this.looking;
  }

  private tick(): void {
    if (this.looks > 0) return;
    this.look().catch((error: unknown) => {
      // While the database is away the writer says so, and the next look comes by itself.
      if (!expectedFailure(error)) this.log.error({ err: error }, 'the generation of the items could not be followed');
    });
  }

  private async follow(): Promise<void> {
    const generation = await this.items.generation();
    if (generation === this.seen) return;
    this.log.info({ generation }, 'the items were made anew: what was remembered of them is let go');
    this.texts.forget();
    // The writer forgets its states after anything that runs alone.
    await this.writer.exclusive(() => Promise.resolve());
    await this.listing.rebuild(this.ledger.epoch);
    this.seen = generation;
  }
}
