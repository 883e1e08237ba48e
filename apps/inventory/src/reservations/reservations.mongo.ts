import { collection, DomainError } from '@app/common';
import { RESERVATION_STATUSES } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Schema, type Connection, type mongo } from 'mongoose';
import { holderOf, isOpen, type Hold, type ReservationState } from './reservation';
import { ReservationsRepository, type ReservationQuery, type ReservedAt } from './reservations.repository';

export const RESERVATIONS = 'reservations';

/** A reservation at rest: its state, and what the indexes need. */
type ReservationDocument = Omit<ReservationState, 'id'> & {
  _id: string;
  /** The items of its lines. */
  items: string[];
  /** `<item>@<location>` of what is still reserved; absent when nothing is. */
  open?: string[];
};

const required = true;

/** The reservations' schema. Documents are written through the driver, by the ledger's own transaction. */
export const ReservationSchema = new Schema(
  {
    _id: { type: String, required },
    status: { type: String, required, enum: RESERVATION_STATUSES },
    expiresAt: { type: String, default: null },
    items: [String],
    open: { type: [String], default: undefined },
    since: { type: Number, required, min: 1 },
    position: { type: Number, required, min: 1 },
  },
  { collection: RESERVATIONS, autoIndex: false, versionKey: false, strict: false },
)
  .index({ since: 1 }, { name: 'by_age', unique: true })
  .index({ status: 1, since: 1 }, { name: 'by_status' })
  .index({ items: 1, status: 1, since: 1 }, { name: 'by_item' })
  .index({ open: 1, status: 1, since: 1 }, { name: 'open', partialFilterExpression: { open: { $exists: true } } });

const MAJORITY = { readConcern: { level: 'majority' } } as const;
const STATE = { ...MAJORITY, projection: { items: 0, open: 0 } } as const;
const TRANSACTION = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', j: true } } as const;
const REBUILD_CHUNK = 500;
/** A list that takes longer than this is ended: the server has other things to do. */
const MAX_TIME_MS = 2_000;

@Injectable()
export class ReservationsMongo extends ReservationsRepository {
  private readonly reservations: mongo.Collection<ReservationDocument>;

  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
    this.reservations = collection<ReservationDocument>(connection, RESERVATIONS);
  }

  async open(): Promise<void> {
    const model = this.connection.model('Reservation', ReservationSchema);
    await model.createCollection();
    await model.createIndexes();
  }

  async *held(): AsyncIterable<Hold> {
    for await (const { _id: id, expiresAt, actor, lines } of this.reservations.find({ status: 'held' }, STATE)) {
      if (expiresAt !== null) yield { id, expiresAt, holder: holderOf(actor), lines: lines.length };
    }
  }

  async states(ids: readonly string[]): Promise<ReservationState[]> {
    return (await this.reservations.find({ _id: { $in: [...ids] } }, STATE).toArray()).map(stateOf);
  }

  async at({ itemId, location, held, limit }: ReservedAt): Promise<ReservationState[]> {
    const status = held ? 'held' : { $in: ['held', 'committed'] as const };
    const filter = { open: `${itemId}@${location}`, status } as mongo.Filter<ReservationDocument>;
    return (await this.reservations.find(filter, { ...STATE, sort: { since: -1 }, limit }).toArray()).map(stateOf);
  }

  async page({ status, itemId, before, limit }: ReservationQuery): Promise<ReservationState[]> {
    const filter = {
      since: { $lt: before },
      ...(itemId !== undefined && { items: itemId }),
      // Every status by name: then the index gives them in order of age, too.
      ...((status !== undefined || itemId !== undefined) && {
        status: { $in: status ? [status] : RESERVATION_STATUSES },
      }),
    } as mongo.Filter<ReservationDocument>;
    const options = { ...STATE, sort: { since: -1 }, limit, maxTimeMS: MAX_TIME_MS } as const;
    return (await this.reservations.find(filter, options).toArray()).map(stateOf);
  }

  async replaceAll(states: Iterable<ReservationState>, position: number): Promise<void> {
    const ledger = collection<{ _id: number }>(this.connection, 'ledger');
    const all = [...states];
    for (let from = 0; from < all.length; from += REBUILD_CHUNK) {
      await this.connection.transaction(async (session) => {
        // In the snapshot of the transaction: what another writer commits meanwhile makes the write below conflict.
        const moved = await ledger.findOne({ _id: { $gt: position } }, { session });
        if (moved) throw new DomainError('unavailable', 'The ledger moved on during the rebuild.', { retryAfter: 1 });
        const writes = all.slice(from, from + REBUILD_CHUNK).map((state) => ({
          replaceOne: { filter: { _id: state.id }, replacement: documentOf(state), upsert: true },
        }));
        await this.reservations.bulkWrite(writes, { session });
      }, TRANSACTION);
    }
    const ids = new Set(all.map(({ id }) => id));
    for await (const { _id } of this.reservations.find({ position: { $lte: position } }, { projection: { _id: 1 } })) {
      if (!ids.has(_id)) await this.reservations.deleteOne({ _id, position: { $lte: position } });
    }
  }

  async *all(): AsyncIterable<ReservationState> {
    for await (const document of this.reservations.find({}, STATE)) yield stateOf(document);
  }
}

function stateOf({ _id, ...state }: ReservationDocument): ReservationState {
  return { id: _id, ...state };
}

function documentOf({ id, ...state }: ReservationState): ReservationDocument {
  const open = state.lines.filter((line) => line.open > 0).map(({ itemId, location }) => `${itemId}@${location}`);
  const items = [...new Set(state.lines.map(({ itemId }) => itemId))];
  return { _id: id, ...state, items, ...(isOpen(state) && { open }) };
}

/** The statement of the database's `update` command that stores a reservation as it is. */
export function reservationWrite(state: ReservationState): { q: { _id: string }; u: object; upsert: true } {
  return { q: { _id: state.id }, u: documentOf(state), upsert: true };
}
