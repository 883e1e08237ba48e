import type { EventType } from '@app/contracts';
import type { mongo } from 'mongoose';
import type { Period } from './turnover';

export type Stage = mongo.Document;

const ISSUES: readonly EventType[] = ['stock.issued', 'stock.fulfilled'];
/** They change where pieces are: what is said of their cost was not paid. */
const CARRIED: readonly EventType[] = ['stock.transferred_out', 'stock.transferred_in'];
const LIFE: readonly EventType[] = ['item.deleted', 'item.restored'];
const MONEY_DECIMALS = 4;

const units = '$change.onHand';
const when = '$effectiveAt';
const isIssue = { $in: ['$type', ISSUES] };
const moves = { $ne: [units, 0] };
const saysPrice = { $isArray: '$fields.unitPrice' };
const bringsAtCost = {
  $and: [{ $gt: [units, 0] }, { $isNumber: '$unitCost' }, { $not: [{ $in: ['$type', CARRIED] }] }],
};

function sumIf(condition: object, value: unknown): object {
  return { $sum: { $cond: [condition, value, 0] } };
}

/** The value of the newest event for which a condition holds; with `$min` that of the oldest. */
function newest(condition: object, value: unknown, pick: '$max' | '$min' = '$max'): object {
  return { [pick]: { $cond: [condition, { seq: '$seq', value }, null] } };
}

function latest(condition: object): object {
  return { $max: { $cond: [condition, when, null] } };
}

/** Rounded once, before it is ordered and added up: so the rows are the total. */
export function valueOf(pieces: string): object {
  return { $round: [{ $multiply: [pieces, '$unitCost'] }, MONEY_DECIMALS] };
}

/** For each item when something was last issued, and when its stock last changed. */
export const LAST = { lastIssuedAt: latest(isIssue), lastMovedAt: latest(moves) };

/**
 * Stages that make one document of each item: what was `issued` in a period, on hand before (`opening`) and after it (`closing`),
 * what a piece is valued at (`unitCost`), and whether it is `gone`. All of it is a sum or a maximum, so no order of the events is
 * needed, and late ones fall into the period in which they happened.
 * @param takenBack positions that were reversed: they and what reversed them count as if they had not happened
 */
export function itemSums(
  { from, to }: Period,
  upTo: number,
  takenBack: readonly number[],
  others: Record<string, object> = {},
): Stage[] {
  const before = { $lt: [when, from] };
  const soFar = { $lt: [when, to] };
  const cost = { $multiply: [units, { $toDecimal: '$unitCost' }] };
  return [
    {
      $match: {
        _id: { $lte: upTo, ...(takenBack.length > 0 && { $nin: takenBack }) },
        type: { $ne: 'stock.reversed' },
        $or: [{ 'change.onHand': { $ne: 0 } }, { 'fields.unitPrice': { $exists: true } }, { type: { $in: LIFE } }],
      },
    },
    {
      $group: {
        _id: '$itemId',
        issued: sumIf({ $and: [isIssue, soFar, { $not: [before] }] }, { $multiply: [-1, units] }),
        opening: sumIf(before, units),
        closing: sumIf(soFar, units),
        costed: sumIf({ $and: [bringsAtCost, soFar] }, units),
        cost: { $sum: { $cond: [{ $and: [bringsAtCost, soFar] }, cost, { $toDecimal: 0 }] } },
        price: newest({ $and: [saysPrice, soFar] }, '$fields.unitPrice'),
        firstPrice: newest(saysPrice, '$fields.unitPrice', '$min'),
        life: newest({ $in: ['$type', LIFE] }, '$type'),
        ...others,
      },
    },
    {
      $set: {
        gone: { $eq: ['$life.value', 'item.deleted'] },
        unitCost: {
          $cond: [
            { $gt: ['$costed', 0] },
            { $divide: ['$cost', '$costed'] },
            // The item may be younger than what is said to have happened to it.
            { $toDecimal: { $ifNull: [{ $last: '$price.value' }, { $last: '$firstPrice.value' }, 0] } },
          ],
        },
      },
    },
  ];
}
