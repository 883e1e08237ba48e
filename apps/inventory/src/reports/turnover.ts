import type { Turnover } from '@app/contracts';
import { toMoney } from './cost';

/** Pieces and their values over a period: of one item, or of all. */
export type Turned = Pick<Turnover, 'issued' | 'opening' | 'closing' | 'issuedValue' | 'openingValue' | 'closingValue'>;

const DAY_MS = 86_400_000;

export interface Period {
  from: string;
  to: string;
}

export function daysIn({ from, to }: Period): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/**
 * Inventory turnover: cost of goods issued ÷ average inventory, the average of the stock at the beginning and at the end; and how
 * many days the stock lasts at that rate. Without an average above zero there is no such ratio.
 * Source: C. T. Horngren, S. M. Datar, M. V. Rajan, Cost Accounting: A Managerial Emphasis, the chapter on inventory management.
 */
export function turnoverOf(turned: Turned, period: Period): Turnover {
  const { issued, opening, closing, issuedValue, openingValue, closingValue } = turned;
  const averageValue = (openingValue + closingValue) / 2;
  const turnover = ratio(issuedValue, averageValue);
  return {
    issued,
    opening,
    closing,
    issuedValue,
    openingValue,
    closingValue,
    averageValue: toMoney(averageValue),
    turnover: rounded(turnover),
    turnoverUnits: rounded(ratio(issued, (opening + closing) / 2)),
    daysOfInventory: turnover ? rounded(daysIn(period) / turnover) : null,
  };
}

function ratio(issued: number, average: number): number | null {
  return average > 0 ? issued / average : null;
}

function rounded(value: number | null): number | null {
  return value === null ? null : toMoney(value);
}
