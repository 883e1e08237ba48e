import { LINE_STATES, STOCKTAKE_STATUSES, type LineState as ShownState } from '@app/contracts';
import { Schema } from 'mongoose';
import { varianceOf, type LineState, type StocktakeState } from './stocktake';

export const STOCKTAKES = 'stocktakes';
export const STOCKTAKE_LINES = 'stocktake_lines';

/** A stocktake at rest. */
export type StocktakeDocument = Omit<StocktakeState, 'id'> & { _id: string };

/** A line at rest: with its stocktake, and what the index needs. */
export type LineDocument = LineState & { _id: string; take: string; state: ShownState };

const required = true;

/** Working papers beside the ledger: they become stock only by an approval, which the ledger's own transaction writes. */
export const StocktakeSchema = new Schema(
  {
    _id: { type: String, required },
    status: { type: String, required, enum: STOCKTAKE_STATUSES },
    location: { type: String, required },
    openedAt: { type: String, required },
    version: { type: Number, required },
  },
  { collection: STOCKTAKES, autoIndex: false, versionKey: false, strict: false },
)
  .index({ openedAt: 1, _id: 1 }, { name: 'by_age' })
  .index({ status: 1, openedAt: 1, _id: 1 }, { name: 'by_status' })
  .index({ location: 1, openedAt: 1, _id: 1 }, { name: 'by_location' });

export const StocktakeLineSchema = new Schema(
  {
    _id: { type: String, required },
    take: { type: String, required },
    state: { type: String, required, enum: LINE_STATES },
    name: { type: String, required },
    itemId: { type: String, required },
  },
  { collection: STOCKTAKE_LINES, autoIndex: false, versionKey: false, strict: false },
)
  .index({ take: 1, name: 1, itemId: 1 }, { name: 'by_name' })
  .index({ take: 1, state: 1, name: 1, itemId: 1 }, { name: 'by_state' });

export function documentOf({ id, ...state }: StocktakeState): StocktakeDocument {
  return { _id: id, ...state };
}

export function stateOf({ _id, ...state }: StocktakeDocument): StocktakeState {
  return { id: _id, ...state };
}

export function lineId(take: string, itemId: string): string {
  return `${take}:${itemId}`;
}

export function lineDocumentOf(take: string, line: LineState): LineDocument {
  const variance = varianceOf(line);
  const state = variance === null ? 'uncounted' : variance === 0 ? 'counted' : 'variance';
  return { _id: lineId(take, line.itemId), take, state, ...line };
}

export function lineStateOf({ _id, take: _, state: __, ...line }: LineDocument): LineState {
  return line;
}
