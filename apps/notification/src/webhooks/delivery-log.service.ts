import type { Logger } from '@app/common';
import { LIMITS, type Delivery } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { DeliveriesRepository, type LoggedDelivery } from './deliveries.repository';

const FLUSH_MS = 50;
/** What waits to be written at most: while the database is away nothing is delivered, so it does not grow then. */
const MOST_WAITING = 5_000;
/** Entries of a webhook after which its old ones are forgotten. */
const PRUNE_EVERY = 200;

/** The log of the attempts, written a few at a time: it tells people what was, and no delivery waits for it. */
@Injectable()
export class DeliveryLog {
  private waiting: LoggedDelivery[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** Entries of each webhook since its log was last cut. */
  private readonly since = new Map<string, number>();

  constructor(
    private readonly deliveries: DeliveriesRepository,
    @InjectLog() private readonly log: Logger,
  ) {}

  add(webhookId: string, entry: Omit<Delivery, 'id'>): Delivery {
    const delivery = { id: this.deliveries.newId(), ...entry };
    this.waiting.push({ webhookId, ...delivery });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
    return delivery;
  }

  /** Resolves when all that was added before is written, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async page(webhookId: string, limit: number, before: string | undefined): Promise<Delivery[]> {
    await this.flush();
    return this.deliveries.page(webhookId, limit, before);
  }

  forget(webhookId: string): Promise<void> {
    this.waiting = this.waiting.filter((entry) => entry.webhookId !== webhookId);
    this.since.delete(webhookId);
    return this.deliveries.prune(webhookId, 0);
  }

  private async write(): Promise<void> {
    const entries = this.waiting.splice(0);
    if (entries.length === 0) return;
    try {
      await this.deliveries.add(entries);
      for (const webhookId of this.overfull(entries)) await this.deliveries.prune(webhookId, LIMITS.deliveriesKept);
    } catch (error) {
      this.log.warn({ err: error, entries: entries.length }, 'deliveries are missing in their log');
    }
  }

  /** A webhook that is new to this process counts as overfull: others may have written much before. */
  private overfull(entries: readonly LoggedDelivery[]): string[] {
    for (const { webhookId } of entries) this.since.set(webhookId, (this.since.get(webhookId) ?? PRUNE_EVERY) + 1);
    const found = [...this.since].filter(([, count]) => count > PRUNE_EVERY).map(([webhookId]) => webhookId);
    for (const webhookId of found) this.since.set(webhookId, 0);
    return found;
  }
}
