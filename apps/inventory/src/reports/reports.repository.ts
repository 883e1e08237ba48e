import type { Summary } from '@app/contracts';
import type { CostFact } from './cost';

/** An event that moved stock of an item, or said its price. */
export interface ItemCostFact extends CostFact {
  itemId: string;
}

export interface Named {
  id: string;
  sku: string | null;
  name: string;
}

/** What reports are made of. All of it is bounded in time; what takes longer fails as a query that took too long. */
export abstract class ReportsRepository {
  /** All items at one moment. */
  abstract summary(): Promise<Summary>;
  /** Items in the order of their ids, the deleted ones too. */
  abstract itemsAfter(id: string, limit: number): Promise<Named[]>;
  /** Facts up to a position, item by item in the order of their ids, each item's in order; of some items, or of all. */
  abstract costFacts(upTo: number, itemIds?: readonly string[]): AsyncIterable<ItemCostFact>;
}
