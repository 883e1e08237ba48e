import { collection } from '@app/common';
import type { EventType, Summary } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { ITEMS, type ItemDocument } from '../items/items.mongo';
import { toMoney } from './cost';
import { ReportsRepository, type ItemCostFact, type Named } from './reports.repository';

interface CostDocument {
  _id: number;
  itemId: string;
  type: EventType;
  change: { onHand: number };
  unitCost?: number;
  fields?: { unitPrice?: [unknown, number] };
  links?: { reverses?: number; transferId?: string };
}

type Sums = Omit<Summary, 'value'> & { value: mongo.Decimal128 };

const SUMMARY_MS = 3_000;
/** Of a stream as a whole: it is read no faster than the reports fold it. */
const STREAM_MS = 120_000;
const MAJORITY = { readConcern: { level: 'majority' } } as const;
/** Decoded in one go: more would hold up the writer. */
const BATCH = 200;
const FACT = {
  type: 1,
  itemId: 1,
  'change.onHand': 1,
  unitCost: 1,
  'fields.unitPrice': 1,
  'links.reverses': 1,
  'links.transferId': 1,
} as const;

const available = { $subtract: ['$quantity', { $add: ['$reserved', '$unavailable'] }] };
const there = { $eq: ['$deleted', false] };
const counted = (condition: object): object => ({ $sum: { $cond: [{ $and: [there, condition] }, 1, 0] } });

@Injectable()
export class ReportsMongo extends ReportsRepository {
  private readonly items: mongo.Collection<ItemDocument>;
  private readonly ledger: mongo.Collection<CostDocument>;

  constructor(@InjectConnection() connection: Connection) {
    super();
    this.items = collection<ItemDocument>(connection, ITEMS);
    this.ledger = collection<CostDocument>(connection, 'ledger');
  }

  /** In one snapshot: every event is in its item, so the newest position of all items, the deleted ones too, is that of the ledger. */
  async summary(): Promise<Summary> {
    const group = {
      _id: null,
      position: { $max: '$position' },
      items: counted(there),
      units: { $sum: { $cond: [there, '$quantity', 0] } },
      // As decimals: sums of doubles would depend on their order.
      value: {
        $sum: { $cond: [there, { $multiply: ['$quantity', { $toDecimal: '$unitPrice' }] }, { $toDecimal: 0 }] },
      },
      low: counted({ $lte: [available, '$reorderLevel'] }),
      out: counted({ $lte: [available, 0] }),
    };
    const options = { readConcern: { level: 'snapshot' }, maxTimeMS: SUMMARY_MS } as const;
    const [sums] = await this.items.aggregate<Sums>([{ $group: group }], options).toArray();
    if (!sums) return { position: 0, items: 0, units: 0, value: 0, low: 0, out: 0 };
    const { position, items, units, value, low, out } = sums;
    return { position, items, units, value: toMoney(Number(value.toString())), low, out };
  }

  async itemsAfter(id: string, limit: number): Promise<Named[]> {
    const options = { ...MAJORITY, projection: { sku: 1, name: 1 }, sort: { _id: 1 }, limit } as const;
    const found = await this.items.find({ _id: { $gt: id } }, options).toArray();
    return found.map(({ _id, sku, name }) => ({ id: _id, sku, name }));
  }

  async *costFacts(upTo: number, itemIds?: readonly string[]): AsyncIterable<ItemCostFact> {
    const moved = [{ 'change.onHand': { $ne: 0 } }, { 'fields.unitPrice': { $exists: true } }];
    const filter = {
      ...(itemIds && { itemId: { $in: [...itemIds] } }),
      _id: { $lte: upTo },
      $or: moved,
    } as mongo.Filter<CostDocument>;
    const sort = { itemId: 1, seq: 1 } as const;
    const options = {
      ...MAJORITY,
      projection: FACT,
      sort,
      hint: 'item_seq',
      batchSize: BATCH,
      maxTimeMS: STREAM_MS,
    } as const;
    for await (const found of this.ledger.find(filter, options)) yield factOf(found);
  }
}

function factOf({ _id, itemId, type, change, unitCost, fields, links }: CostDocument): ItemCostFact {
  return {
    itemId,
    type,
    position: _id,
    onHand: change.onHand,
    unitCost: unitCost ?? null,
    ...(fields?.unitPrice && { unitPrice: fields.unitPrice[1] }),
    ...(links?.reverses !== undefined && { reverses: links.reverses }),
    ...(links?.transferId !== undefined && { transferId: links.transferId }),
  };
}
