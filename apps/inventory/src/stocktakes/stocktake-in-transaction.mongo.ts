import { collection } from '@app/common';
import { mongo, type Connection } from 'mongoose';
import { CommitFailure, type Batch } from '../ledger/ledger.repository';
import { documentOf, STOCKTAKES, type StocktakeDocument } from './stocktake.mongo';

const WRITE_CONFLICT = 112;

/** The part of a group's transaction that concerns a stocktake. */
export class StocktakeInTransaction {
  private readonly stocktakes: mongo.Collection<StocktakeDocument>;

  constructor(connection: Connection) {
    this.stocktakes = collection<StocktakeDocument>(connection, STOCKTAKES);
  }

  /**
   * Ends it, with the events that it has become. Counts write their stocktake too, so none of them is lost between being
   * decided on and this.
   * @throws CommitFailure `stocktake` when somebody has changed it since, or is changing it
   */
  async write({ before, after }: NonNullable<Batch['stocktake']>, session: mongo.ClientSession): Promise<void> {
    const filter = { _id: before.id, status: 'open', version: before.version } as const;
    try {
      const { matchedCount } = await this.stocktakes.replaceOne(filter, documentOf(after), { session });
      if (matchedCount === 1) return;
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError && error.code === WRITE_CONFLICT)) throw error;
    }
    throw new CommitFailure({ kind: 'stocktake' }, undefined);
  }
}
