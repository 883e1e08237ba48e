import { collection } from '@app/common';
import type { CountEntry, OpenStocktake } from '@app/contracts';
import type { Connection, mongo } from 'mongoose';
import { ITEMS, type ItemDocument } from '../items/items.mongo';
import { conditionsOf } from '../items/page.mongo';
import type { Sheet, Shelved } from './entry';
import type { LineState, StocktakeState } from './stocktake';
import { lineId, lineStateOf, STOCKTAKE_LINES, type LineDocument } from './stocktake.mongo';
import type { Frozen } from './stocktakes.repository';

/** Looking through all items of a location takes its time, but not for ever. */
const SCAN_MS = 4_000;

/** What stands where, as of exactly one state of the ledger. */
export class ShelfReader {
  private readonly items: mongo.Collection<ItemDocument>;
  private readonly sheets: mongo.Collection<LineDocument>;
  private readonly ledger: mongo.Collection<{ _id: number; at: string }>;

  constructor(private readonly connection: Connection) {
    this.items = collection<ItemDocument>(connection, ITEMS);
    this.sheets = collection<LineDocument>(connection, STOCKTAKE_LINES);
    this.ledger = collection<{ _id: number; at: string }>(connection, 'ledger');
  }

  /** Ledger and items are written together, so in one snapshot the one is the position of the other. */
  async freeze({ location, filter = {}, includeZero = false }: OpenStocktake, limit: number): Promise<Frozen> {
    const { itemIds, category, tag, q } = filter;
    const there = { [`levels.${location}.onHand`]: { $gt: 0 } };
    const wanted = {
      $and: [
        conditionsOf({ category, tag, q }),
        ...(itemIds ? [{ _id: { $in: itemIds } }] : []),
        ...(itemIds || includeZero ? [] : [there]),
      ],
    } as mongo.Filter<ItemDocument>;
    const session = await this.connection.startSession({ snapshot: true });
    try {
      const { position, at } = await this.tail(session);
      const options = { session, projection: shelf(location), limit, batchSize: limit + 1, maxTimeMS: SCAN_MS };
      const found = await this.items.find(wanted, options).toArray();
      return { position, at, lines: found.map((document) => blankLine(shelvedOf(document, location))) };
    } finally {
      await session.endSession();
    }
  }

  private async tail(session: mongo.ClientSession): Promise<{ position: number; at: string }> {
    const last = await this.ledger.findOne({}, { session, sort: { _id: -1 }, projection: { at: 1 } });
    return { position: last?._id ?? 0, at: last?.at ?? '' };
  }

  /** The sheet with what counts are about, as the transaction sees it. */
  async sheetOf(
    stocktake: StocktakeState,
    counts: readonly CountEntry[],
    session: mongo.ClientSession,
  ): Promise<Omit<Sheet, 'by'>> {
    const { position, at } = await this.tail(session);
    const found = await this.shelved(stocktake.location, counts, session);
    const ids = [...new Set(found.map(({ _id }) => lineId(stocktake.id, _id)))];
    const lines = await this.sheets.find({ _id: { $in: ids } }, { session, batchSize: ids.length + 1 }).toArray();
    const byItem = new Map(lines.map((document) => [document.itemId, lineStateOf(document)]));
    const byName = new Map<string, Shelved>();
    for (const document of found) {
      const item = shelvedOf(document, stocktake.location);
      byName.set(`itemId:${item.id}`, item);
      byName.set(`sku:${item.sku}`, item);
      for (const barcode of document.barcodes) byName.set(`barcode:${barcode}`, item);
    }
    const item = ({ itemId, sku, barcode }: CountEntry): Shelved | undefined => {
      if (sku !== undefined) return byName.get(`sku:${sku}`);
      return byName.get(barcode === undefined ? `itemId:${itemId}` : `barcode:${barcode}`);
    };
    return { stocktake, position, at, item, line: (itemId) => byItem.get(itemId) };
  }

  private async shelved(
    location: string,
    counts: readonly CountEntry[],
    session: mongo.ClientSession,
  ): Promise<ItemDocument[]> {
    const named = {
      _id: [...new Set(counts.flatMap(({ itemId }) => itemId ?? []))],
      sku: [...new Set(counts.flatMap(({ sku }) => sku ?? []))],
      barcodes: [...new Set(counts.flatMap(({ barcode }) => barcode ?? []))],
    };
    const found: ItemDocument[] = [];
    // One after the other: a transaction does one thing at a time.
    for (const [field, values] of Object.entries(named)) {
      if (values.length === 0) continue;
      const filter = { deleted: false, [field]: { $in: values } } as mongo.Filter<ItemDocument>;
      const options = { session, projection: shelf(location), batchSize: values.length + 1 };
      found.push(...(await this.items.find(filter, options).toArray()));
    }
    return found;
  }
}

/** What is read of an item. */
function shelf(location: string): Record<string, 1> {
  return { sku: 1, name: 1, seq: 1, barcodes: 1, [`levels.${location}`]: 1 };
}

function shelvedOf({ _id, sku, name, seq, levels }: ItemDocument, location: string): Shelved {
  // Without any level there is no member either.
  const level = levels?.[location];
  return { id: _id, sku, name, seq, onHand: level?.onHand ?? 0, countedAt: level?.countedAt ?? null };
}

function blankLine({ id, sku, name, seq, onHand, countedAt }: Shelved): LineState {
  return { itemId: id, sku, name, expected: onHand, unexpected: false, lastCountedAt: countedAt, seq, count: null };
}
