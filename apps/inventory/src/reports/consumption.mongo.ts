import { collection, DomainError } from '@app/common';
import type { ClassTotal, ClassTotals, ClassedItem, DeadItem, DeadTotal, ItemClass } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { ITEMS } from '../items/items.mongo';
import { ConsumptionRepository, type Stretch, type TurnedRow } from './consumption.repository';
import { toMoney } from './cost';
import { itemSums, LAST, valueOf, type Stage } from './item-sums.mongo';
import type { Period, Turned } from './turnover';

/** Money is added up as decimals: sums of doubles would depend on their order. */
type Figure = number | mongo.Decimal128;
type Figures<Name extends string> = Record<Name, Figure>;
type Costed<Name extends string> = Figures<Name | 'unitCost'> & {
  _id: string;
  item: { sku: string | null; name: string }[];
};

interface Answer<Row, Total> {
  rows: Row[];
  total: Total[];
}

/** After which nobody waits for a report any more. */
const MAX_TIME_MS = 30_000;
/** Movements taken back: beyond this many they would not fit into a question. */
const MOST_TAKEN_BACK = 1_000_000;
const MAJORITY = { readConcern: { level: 'majority' }, maxTimeMS: MAX_TIME_MS } as const;
/** Times are texts of one form: this one is after all of them. */
const FOREVER = '~';

const TURNED = ['issued', 'opening', 'closing', 'issuedValue', 'openingValue', 'closingValue'] as const;
const CLASSED = ['issued', 'issuedValue'] as const;
const DEAD = ['quantity', 'value'] as const;

@Injectable()
export class ConsumptionMongo extends ConsumptionRepository {
  private readonly ledger: mongo.Collection<{ _id: number; links?: { reverses?: number } }>;

  constructor(@InjectConnection() connection: Connection) {
    super();
    this.ledger = collection<{ _id: number; links?: { reverses?: number } }>(connection, 'ledger');
  }

  async turnover(period: Period, stretch: Stretch): Promise<{ rows: TurnedRow[]; total: Turned & { items: number } }> {
    const pipeline = [
      ...itemSums(period, stretch.upTo, await this.takenBack(stretch.upTo)),
      { $match: { $or: [{ issued: { $ne: 0 } }, { opening: { $ne: 0 } }, { closing: { $ne: 0 } }] } },
      {
        $set: {
          issuedValue: valueOf('$issued'),
          openingValue: valueOf('$opening'),
          closingValue: valueOf('$closing'),
        },
      },
      { $sort: { issuedValue: -1, _id: 1 } },
      ...pages(stretch, null, TURNED),
    ];
    const { rows, total } = await this.ask<Costed<keyof Turned>, Figures<keyof Turned | 'items'>>(pipeline);
    return {
      rows: rows.map((row) => ({ ...costed(row), ...numbers(TURNED, row) })),
      total: numbers([...TURNED, 'items'], total[0]),
    };
  }

  /** An item is of the first class whose share is not reached by those before it: so the first one is of class A in any case. */
  async classes(
    period: Period,
    { a, b }: { a: number; b: number },
    stretch: Stretch,
  ): Promise<{ rows: ClassedItem[]; classes: ClassTotals }> {
    const order = { issuedValue: -1, _id: 1 };
    const sum = (...documents: [string, string]): object => ({ $sum: '$issuedValue', window: { documents } });
    const before = { $multiply: [100, { $subtract: ['$cumulated', '$issuedValue'] }] };
    const below = (percent: number): object => ({ $lt: [before, { $multiply: [percent, '$all'] }] });
    const pipeline = [
      ...itemSums(period, stretch.upTo, await this.takenBack(stretch.upTo)),
      { $match: { $or: [{ gone: false }, { issued: { $ne: 0 } }] } },
      { $set: { issuedValue: valueOf('$issued') } },
      {
        $setWindowFields: {
          sortBy: order,
          output: { cumulated: sum('unbounded', 'current'), all: sum('unbounded', 'unbounded') },
        },
      },
      { $set: { class: { $cond: [below(a), 'A', { $cond: [below(b), 'B', 'C'] }] } } },
      { $sort: order },
      ...pages(stretch, '$class', CLASSED),
    ];
    type Row = Costed<(typeof CLASSED)[number] | 'cumulated' | 'all'> & { class: ItemClass };
    type Total = Figures<(typeof CLASSED)[number] | 'items'> & { _id: ItemClass };
    const { rows, total } = await this.ask<Row, Total>(pipeline);
    return {
      rows: rows.map((row) => ({
        ...costed(row),
        class: row.class,
        ...numbers(CLASSED, row),
        share: percent(row.issuedValue, row.all),
        cumulativeShare: percent(row.cumulated, row.all),
      })),
      classes: classTotals(total),
    };
  }

  async deadStock(since: string, stretch: Stretch): Promise<{ rows: DeadItem[]; total: DeadTotal }> {
    const pipeline = [
      ...itemSums({ from: since, to: FOREVER }, stretch.upTo, await this.takenBack(stretch.upTo), LAST),
      { $match: { closing: { $gt: 0 }, issued: 0 } },
      { $set: { quantity: '$closing', value: valueOf('$closing') } },
      { $sort: { value: -1, _id: 1 } },
      ...pages(stretch, null, DEAD),
    ];
    type Row = Costed<(typeof DEAD)[number]> & Pick<DeadItem, 'lastIssuedAt' | 'lastMovedAt'>;
    const { rows, total } = await this.ask<Row, Figures<keyof DeadTotal>>(pipeline);
    return {
      rows: rows.map((row) => ({
        ...costed(row),
        ...numbers(DEAD, row),
        lastIssuedAt: row.lastIssuedAt,
        lastMovedAt: row.lastMovedAt,
      })),
      total: numbers([...DEAD, 'items'], total[0]),
    };
  }

  private async takenBack(upTo: number): Promise<number[]> {
    const options = {
      ...MAJORITY,
      projection: { 'links.reverses': 1 },
      hint: 'reverses',
      limit: MOST_TAKEN_BACK,
    } as const;
    const filter = { _id: { $lte: upTo }, 'links.reverses': { $exists: true } };
    const found = await this.ledger.find(filter, options).toArray();
    if (found.length === MOST_TAKEN_BACK)
      throw new DomainError('overloaded', 'Too many movements were taken back for this report.');
    return found.flatMap(({ links }) => links?.reverses ?? []);
  }

  /** Through the ledger as it lies: the index by position would fetch each event by itself. */
  private async ask<Row, Total>(pipeline: Stage[]): Promise<Answer<Row, Total>> {
    const options = { ...MAJORITY, hint: { $natural: 1 }, allowDiskUse: true } as const;
    const [answer] = await this.ledger.aggregate<Answer<Row, Total>>(pipeline, options).toArray();
    return answer ?? { rows: [], total: [] };
  }
}

/** Some rows with the names of their items, and the sums of all rows. */
function pages({ skip, limit }: Stretch, by: string | null, names: readonly string[]): Stage[] {
  const item = {
    from: ITEMS,
    localField: '_id',
    foreignField: '_id',
    pipeline: [{ $project: { sku: 1, name: 1 } }],
    as: 'item',
  };
  const sums = Object.fromEntries(names.map((name) => [name, { $sum: `$${name}` }]));
  return [
    {
      $facet: {
        rows: [{ $skip: skip }, { $limit: limit }, { $lookup: item }],
        total: [{ $group: { _id: by, items: { $sum: 1 }, ...sums } }],
      },
    },
  ];
}

function costed({ _id, item, unitCost }: Costed<never>): Pick<TurnedRow, 'itemId' | 'sku' | 'name' | 'unitCost'> {
  const [{ sku, name } = { sku: null, name: '' }] = item;
  return { itemId: _id, sku, name, unitCost: toMoney(numberOf(unitCost)) };
}

function numberOf(figure: Figure): number {
  return Number(figure.toString());
}

/** Zeros where there is nothing. */
function numbers<Name extends string>(
  names: readonly Name[],
  figures: Figures<Name> | undefined,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, figures ? numberOf(figures[name]) : 0])) as Record<Name, number>;
}

function percent(part: Figure, all: Figure): number {
  return numberOf(all) === 0 ? 0 : toMoney((100 * numberOf(part)) / numberOf(all));
}

function classTotals(
  totals: readonly (Figures<(typeof CLASSED)[number] | 'items'> & { _id: ItemClass })[],
): ClassTotals {
  const all = totals.reduce((sum, { issuedValue }) => sum + numberOf(issuedValue), 0);
  const total = (name: ItemClass): ClassTotal => {
    const figures = numbers(
      ['items', ...CLASSED],
      totals.find(({ _id }) => _id === name),
    );
    return { ...figures, share: percent(figures.issuedValue, all) };
  };
  return { A: total('A'), B: total('B'), C: total('C') };
}
