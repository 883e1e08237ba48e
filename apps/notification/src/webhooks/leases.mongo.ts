import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, type mongo } from 'mongoose';
import { LeasesRepository, type ProgressOf } from './leases.repository';
import type { StoredWebhook } from './webhook';
import { storedOf, WEBHOOKS, type WebhookDocument } from './webhooks.mongo';

/**
 * A place is kept before the next delivery leaves, so it has to be quick. In the memory of the primary it outlives this process
 * whatever happens to it. A power cut or a failover may take back the last tenth of a second, and what was delivered in it is
 * delivered again, under the same ids.
 */
const QUICK = { writeConcern: { w: 1, j: false }, ordered: false } as const;

@Injectable()
export class LeasesMongo extends LeasesRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  async all(): Promise<StoredWebhook[]> {
    return (await this.webhooks.find({}).toArray()).map(storedOf);
  }

  async hold(owner: string, ms: number): Promise<StoredWebhook[]> {
    const running = { disabled: false, 'progress.stopped': null };
    const free = { $or: [{ lease: null }, { 'lease.owner': owner }, { $expr: { $lt: ['$lease.until', '$$NOW'] } }] };
    const lease = { owner, until: { $add: ['$$NOW', ms] } };
    await this.webhooks.updateMany({ ...running, ...free }, [{ $set: { lease } }]);
    return (await this.webhooks.find({ ...running, 'lease.owner': owner }).toArray()).map(storedOf);
  }

  async release(owner: string, id?: string): Promise<void> {
    const filter = { 'lease.owner': owner, ...(id !== undefined && { _id: id }) };
    await this.webhooks.updateMany(filter, { $set: { lease: null } });
  }

  async save(owner: string, changes: readonly ProgressOf[]): Promise<Set<string>> {
    const updates = changes.map((change) => ({ updateOne: updateOf(owner, change) }));
    const { matchedCount } = await this.webhooks.bulkWrite(updates, QUICK);
    if (matchedCount === changes.length) return new Set(changes.map(({ id }) => id));
    // Rare: then each on its own, to learn which it was. Twice the same is the same.
    const saved = new Set<string>();
    for (const change of changes) {
      const { filter, update } = updateOf(owner, change);
      const result = await this.webhooks.updateOne(filter, update, { writeConcern: QUICK.writeConcern });
      if (result.matchedCount === 1) saved.add(change.id);
    }
    return saved;
  }

  private get webhooks(): mongo.Collection<WebhookDocument> {
    return collection<WebhookDocument>(this.connection, WEBHOOKS);
  }
}

function updateOf(
  owner: string,
  { id, course, progress }: ProgressOf,
): { filter: mongo.Filter<WebhookDocument>; update: mongo.UpdateFilter<WebhookDocument> } {
  return { filter: { _id: id, course, 'lease.owner': owner }, update: { $set: { progress } } };
}
