import type { Actor, Stocktake, StocktakeApproval, StocktakeLine, StocktakeStatus } from '@app/contracts';
import { rejected, type Rejection } from '../items/rejection';

/** A stocktake as it is stored. Never changed in place. */
export interface StocktakeState extends Omit<Stocktake, 'dryRun'> {
  /** Raised by every change: an approval only takes effect on the version that it was decided on. */
  version: number;
}

/** A count of one line, and what the ledger had at that moment. */
export interface Entry {
  quantity: number;
  onHand: number;
  /** Number of the item's last event then, and of the ledger's. */
  seq: number;
  position: number;
  at: string;
  by: Actor;
  /** On hand changed between two counts that were added up. */
  moved: boolean;
}

/** A line as it is stored: what was expected, and the count if there is one. */
export interface LineState {
  itemId: string;
  sku: string | null;
  name: string;
  expected: number;
  unexpected: boolean;
  lastCountedAt: string | null;
  /** Number of the item's last event when it was put on the sheet. */
  seq: number;
  count: Entry | null;
}

/** Why nothing can be done to a stocktake any more; undefined while it is open. */
export function closed({ id, status }: Pick<StocktakeState, 'id' | 'status'>): Rejection | undefined {
  if (status === 'open') return undefined;
  return rejected('stocktake-closed', `The stocktake ${id} is ${status}.`, {
    stocktakeId: id,
    stocktakeStatus: status,
  });
}

export function unknown(stocktakeId: string): Rejection {
  return rejected('not-found', `There is no stocktake ${stocktakeId}.`, { stocktakeId });
}

/** The stocktake after its end. */
export function ended(
  state: StocktakeState,
  status: Exclude<StocktakeStatus, 'open'>,
  { at, by, approval = null }: { at: string; by: Actor; approval?: StocktakeApproval | null },
): StocktakeState {
  const { kind, id, name } = by;
  return { ...state, status, closedAt: at, closedBy: { kind, id, name }, approval, version: state.version + 1 };
}

/** counted − what was on hand when it was counted; null while it is not. */
export function varianceOf({ count }: Pick<LineState, 'count'>): number | null {
  return count && count.quantity - count.onHand;
}

/** The stocktake as clients see it. */
export function stocktakeOf({ version: _, ...state }: StocktakeState): Stocktake {
  return state;
}

/** The line as clients see it. */
export function lineOf({ seq: _, count, ...line }: LineState): StocktakeLine {
  return {
    itemId: line.itemId,
    sku: line.sku,
    name: line.name,
    expected: line.expected,
    counted: count?.quantity ?? null,
    onHand: count?.onHand ?? null,
    variance: varianceOf({ count }),
    unexpected: line.unexpected,
    moved: count?.moved ?? false,
    position: count?.position ?? null,
    countedAt: count?.at ?? null,
    countedBy: count?.by ?? null,
    lastCountedAt: line.lastCountedAt,
  };
}
