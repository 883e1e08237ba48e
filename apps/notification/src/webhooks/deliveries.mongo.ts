import { collection } from '@app/common';
import type { Delivery } from '@app/contracts';
import { reach } from '@app/identity';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';
import { DeliveriesRepository, type LoggedDelivery } from './deliveries.repository';

type DeliveryDocument = Omit<LoggedDelivery, 'id' | 'at'> & { _id: string; at: Date };

/** Also those of webhooks that are deleted go by it. */
const KEEP_S = 30 * 24 * 3_600;

@Injectable()
export class DeliveriesMongo extends DeliveriesRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  /** In the order of time, so that the newest are found by it. */
  newId(): string {
    return new mongo.ObjectId().toHexString();
  }

  async prepare(): Promise<void> {
    await this.deliveries.createIndex({ webhookId: 1, _id: -1 }, { name: 'newest' });
    await this.deliveries.createIndex({ at: 1 }, { name: 'expiry', expireAfterSeconds: KEEP_S });
  }

  async add(deliveries: readonly LoggedDelivery[]): Promise<void> {
    const documents = deliveries.map(({ id, at, ...rest }) => ({ _id: id, ...rest, at: new Date(at) }));
    await this.deliveries.insertMany(documents, { ordered: false, writeConcern: { w: 1, j: false } });
  }

  page(webhookId: string, limit: number, before: string | undefined): Promise<Delivery[]> {
    const filter = { webhookId, ...(before !== undefined && { _id: { $lt: before } }) };
    const options = { sort: { _id: -1 }, limit: limit + 1 } as const;
    return reach(async () => (await this.deliveries.find(filter, options).toArray()).map(deliveryOf));
  }

  async prune(webhookId: string, keep: number): Promise<void> {
    const options = { sort: { _id: -1 }, skip: keep, projection: { _id: 1 } } as const;
    const oldest = await this.deliveries.findOne({ webhookId }, options);
    if (oldest) await this.deliveries.deleteMany({ webhookId, _id: { $lte: oldest._id } });
  }

  private get deliveries(): mongo.Collection<DeliveryDocument> {
    return collection<DeliveryDocument>(this.connection, 'webhookDeliveries');
  }
}

function deliveryOf({ _id, webhookId: _, at, ...rest }: DeliveryDocument): Delivery {
  return { id: _id, ...rest, at: at.toISOString() };
}
