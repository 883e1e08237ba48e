import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { LeaseRepository, type Held, type Instance } from './lease.repository';

interface LeaseDocument {
  _id: 'lease';
  holder: string;
  address: string;
  until: Date;
}

const NOBODY = '';
const MAJORITY = { readConcern: { level: 'majority' } } as const;
const DURABLE = { w: 'majority', j: true } as const;
const OVER = { $lte: ['$until', '$$NOW'] };

@Injectable()
export class LeaseMongo extends LeaseRepository {
  private readonly leases: mongo.Collection<LeaseDocument>;

  constructor(@InjectConnection() connection: Connection) {
    super();
    this.leases = collection<LeaseDocument>(connection, 'meta');
  }

  async hold(claimant: Instance, ms: number): Promise<Held> {
    // Looked at first: those who only watch must not write twice a second.
    const others = { holder: { $ne: claimant.id }, address: { $ne: claimant.address }, $expr: { $not: [OVER] } };
    const current = await this.leases.findOne({ _id: 'lease', ...others }, MAJORITY);
    if (current) return { holder: instanceOf(current) };
    return this.take({ $or: [{ holder: claimant.id }, { address: claimant.address }, { $expr: OVER }] }, claimant, ms);
  }

  takeFrom(address: string, claimant: Instance, ms: number): Promise<Held> {
    return this.take({ address }, claimant, ms);
  }

  async release({ id }: Instance): Promise<void> {
    await this.leases.updateOne({ _id: 'lease', holder: id }, [{ $set: { until: '$$NOW' } }], {
      writeConcern: DURABLE,
    });
  }

  private async take(where: mongo.Filter<LeaseDocument>, { id, address }: Instance, ms: number): Promise<Held> {
    const lease = { holder: id, address, until: { $add: ['$$NOW', ms] } };
    const options = { returnDocument: 'before', writeConcern: DURABLE } as const;
    for (;;) {
      const before = await this.leases.findOneAndUpdate({ ...where, _id: 'lease' }, [{ $set: lease }], options);
      if (before) {
        const holder = { id, address };
        return before.holder === id || before.holder === NOBODY ? { holder } : { holder, before: instanceOf(before) };
      }
      const current = await this.leases.findOne({ _id: 'lease' }, MAJORITY);
      if (current) return { holder: instanceOf(current) };
      await this.create();
    }
  }

  /** The first of all inventories; of two that are, one. */
  private async create(): Promise<void> {
    const free: LeaseDocument = { _id: 'lease', holder: NOBODY, address: NOBODY, until: new Date(0) };
    const once = { upsert: true, writeConcern: DURABLE } as const;
    await this.leases.updateOne({ _id: 'lease' }, { $setOnInsert: free }, once);
  }
}

function instanceOf({ holder, address }: LeaseDocument): Instance {
  return { id: holder, address };
}
