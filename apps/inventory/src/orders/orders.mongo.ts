import { collection, DomainError } from '@app/common';
import { EXPECTATION_STATUSES, RESERVATION_STATUSES, TRANSFER_STATUSES } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Schema, type Connection, type mongo } from 'mongoose';
import { holderOf, type Hold } from '../reservations/reservation';
import { ORDER_KINDS, type OrderKind, type OrderMaps, type StateOf } from './kinds';
import { OrdersRepository, type OpenQuery, type OrderQuery } from './orders.repository';

/** An order at rest: its state, and what the indexes need. */
interface OrderDocument {
  _id: string;
  status: string;
  since: number;
  position: number;
  /** The items of its lines. */
  items: string[];
  /** The locations that it is about; only where somebody asks for them. */
  places?: string[];
  /** `<item>@<location>` of what is still open; absent when nothing is. */
  open?: string[];
}

interface Stored {
  collection: string;
  /** All of them, the open ones first. */
  statuses: readonly string[];
  /** How many of these are open. */
  open: number;
  /** Whether lists are asked for by location: an index that most changes would be in. */
  byPlace: boolean;
}

const STORED: Readonly<Record<OrderKind, Stored>> = {
  reservation: { collection: 'reservations', statuses: RESERVATION_STATUSES, open: 2, byPlace: false },
  transfer: { collection: 'transfers', statuses: TRANSFER_STATUSES, open: 1, byPlace: true },
  expectation: { collection: 'expectations', statuses: EXPECTATION_STATUSES, open: 1, byPlace: true },
};

const required = true;

/** The orders' schemas. Documents are written through the driver, by the ledger's own transaction. */
function schemaOf({ collection: name, statuses, byPlace }: Stored): Schema {
  const schema = new Schema(
    {
      _id: { type: String, required },
      status: { type: String, required, enum: statuses },
      items: [String],
      places: { type: [String], default: undefined },
      open: { type: [String], default: undefined },
      since: { type: Number, required, min: 1 },
      position: { type: Number, required, min: 1 },
    },
    { collection: name, autoIndex: false, versionKey: false, strict: false },
  )
    .index({ since: 1 }, { name: 'by_age', unique: true })
    .index({ status: 1, since: 1 }, { name: 'by_status' })
    .index({ items: 1, status: 1, since: 1 }, { name: 'by_item' })
    .index({ open: 1, status: 1, since: 1 }, { name: 'open', partialFilterExpression: { open: { $exists: true } } });
  return byPlace ? schema.index({ places: 1, status: 1, since: 1 }, { name: 'by_place' }) : schema;
}

/** Made once: a connection knows its models by their schemas. */
const SCHEMAS: Readonly<Record<OrderKind, Schema>> = {
  reservation: schemaOf(STORED.reservation),
  transfer: schemaOf(STORED.transfer),
  expectation: schemaOf(STORED.expectation),
};

const MAJORITY = { readConcern: { level: 'majority' } } as const;
const STATE = { ...MAJORITY, projection: { items: 0, places: 0, open: 0 } } as const;
const TRANSACTION = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', j: true } } as const;
const REBUILD_CHUNK = 500;
/** A list that takes longer than this is ended: the server has other things to do. */
const MAX_TIME_MS = 2_000;

@Injectable()
export class OrdersMongo extends OrdersRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  async open(): Promise<void> {
    await Promise.all(ORDER_KINDS.map((kind) => this.create(kind)));
  }

  private async create(kind: OrderKind): Promise<void> {
    const model = this.connection.model(kind, SCHEMAS[kind]);
    await model.createCollection();
    await model.createIndexes();
  }

  async *held(): AsyncIterable<Hold> {
    for await (const document of this.stored('reservation').find({ status: 'held' }, STATE)) {
      const { id, expiresAt, actor, lines } = stateOf('reservation', document);
      if (expiresAt !== null) yield { id, expiresAt, holder: holderOf(actor), lines: lines.length };
    }
  }

  states<Kind extends OrderKind>(kind: Kind, ids: readonly string[]): Promise<StateOf<Kind>[]> {
    return this.find(kind, { _id: { $in: [...ids] } });
  }

  openOf<Kind extends OrderKind>(
    kind: Kind,
    { itemId, location, status, limit }: OpenQuery<Kind>,
  ): Promise<StateOf<Kind>[]> {
    const { statuses, open } = STORED[kind];
    const filter = {
      open: location === undefined ? { $regex: `^${itemId}@` } : `${itemId}@${location}`,
      status: { $in: status === undefined ? statuses.slice(0, open) : [status] },
    };
    return this.find(kind, filter, { sort: { since: -1 }, limit });
  }

  page<Kind extends OrderKind>(
    kind: Kind,
    { status, itemId, location, before, limit }: OrderQuery<Kind>,
  ): Promise<StateOf<Kind>[]> {
    const filtered = status !== undefined || itemId !== undefined || location !== undefined;
    const filter = {
      since: { $lt: before },
      ...(itemId !== undefined && { items: itemId }),
      ...(location !== undefined && { places: location }),
      // Every status by name: then the index gives them in order of age, too.
      ...(filtered && { status: { $in: status === undefined ? [...STORED[kind].statuses] : [status] } }),
    };
    return this.find(kind, filter, { sort: { since: -1 }, limit, maxTimeMS: MAX_TIME_MS });
  }

  async replaceAll(orders: OrderMaps, position: number): Promise<void> {
    for (const kind of ORDER_KINDS) await this.replace(kind, [...orders[kind].values()].map(writerOf(kind)), position);
  }

  async *all<Kind extends OrderKind>(kind: Kind): AsyncIterable<StateOf<Kind>> {
    for await (const document of this.stored(kind).find({}, STATE)) yield stateOf(kind, document);
  }

  private stored(kind: OrderKind): mongo.Collection<OrderDocument> {
    return collection<OrderDocument>(this.connection, STORED[kind].collection);
  }

  private async find<Kind extends OrderKind>(
    kind: Kind,
    filter: mongo.Filter<OrderDocument>,
    options: mongo.FindOptions = {},
  ): Promise<StateOf<Kind>[]> {
    const found = await this.stored(kind)
      .find(filter, { ...STATE, ...options })
      .toArray();
    return found.map((document) => stateOf(kind, document));
  }

  private async replace(kind: OrderKind, documents: OrderDocument[], position: number): Promise<void> {
    const ledger = collection<{ _id: number }>(this.connection, 'ledger');
    const stored = this.stored(kind);
    for (let from = 0; from < documents.length; from += REBUILD_CHUNK) {
      await this.connection.transaction(async (session) => {
        // In the snapshot of the transaction: what another writer commits meanwhile makes the write below conflict.
        const moved = await ledger.findOne({ _id: { $gt: position } }, { session });
        if (moved) throw new DomainError('unavailable', 'The ledger moved on during the rebuild.', { retryAfter: 1 });
        const writes = documents.slice(from, from + REBUILD_CHUNK).map((document) => ({
          replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
        }));
        await stored.bulkWrite(writes, { session });
      }, TRANSACTION);
    }
    const ids = new Set(documents.map(({ _id }) => _id));
    for await (const { _id } of stored.find({ position: { $lte: position } }, { projection: { _id: 1 } })) {
      if (!ids.has(_id)) await stored.deleteOne({ _id, position: { $lte: position } });
    }
  }
}

/** What is in a collection was made of states of its kind. */
function stateOf<Kind extends OrderKind>(_: Kind, { _id, ...state }: OrderDocument): StateOf<Kind> {
  return { id: _id, ...state } as unknown as StateOf<Kind>;
}

function writerOf<Kind extends OrderKind>(kind: Kind): (state: StateOf<Kind>) => OrderDocument {
  return ({ id, ...state }) => {
    const lines: StateOf<OrderKind>['lines'] = state.lines;
    const open = lines.filter((line) => line.open > 0).map(({ itemId, location }) => `${itemId}@${location}`);
    const document = { _id: id, ...state, items: [...new Set(lines.map(({ itemId }) => itemId))] };
    return Object.assign(document, STORED[kind].byPlace && { places: placesOf(state) }, open.length > 0 && { open });
  };
}

function placesOf(state: { lines: StateOf<OrderKind>['lines']; from?: string }): string[] {
  const { from, lines } = state;
  return [...new Set([...(from === undefined ? [] : [from]), ...lines.map(({ location }) => location)])];
}

/** The database's `update` commands that store orders as they are. */
export function orderWrites(orders: OrderMaps): { update: string; updates: object[] }[] {
  return ORDER_KINDS.flatMap((kind) => {
    const updates = writesOf(kind, orders);
    return updates.length === 0 ? [] : [{ update: STORED[kind].collection, updates }];
  });
}

function writesOf<Kind extends OrderKind>(kind: Kind, orders: OrderMaps): object[] {
  return [...orders[kind].values()].map(writerOf(kind)).map((document) => {
    return { q: { _id: document._id }, u: document, upsert: true };
  });
}
