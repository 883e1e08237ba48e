import type { BatchResult, CreateItem, Item, MovementRow, RowResult } from '@app/contracts';
import { ApiFailure, type Api } from './api';
import type { Plan } from './retail';

/** Part of every key. The data and the rows of a batch belong to it: change either, and it must change too. */
const KEY = 'demo-online-retail-2010-12';
const ROWS_PER_BATCH = 500;
const ITEMS_AT_ONCE = 64;

export interface Loaded {
  /** Item ids by sku. */
  ids: Map<string, string>;
  /** The operations of the demo: everything else in the ledger is somebody else's. */
  operations: Set<string>;
  /** Items and lines that are there from an earlier run. */
  earlier: number;
  lines: number;
  /** Position before the demo's first event. */
  before: number;
}

/** Sends the plan in its order: all items, all opening stock, then invoice by invoice. Every request may be repeated. */
export class Loader {
  readonly loaded: Loaded = { ids: new Map(), operations: new Set(), earlier: 0, lines: 0, before: Infinity };
  position = 0;

  /** `head`: position of the ledger before anything is sent. What has a lower one was there already. */
  constructor(
    private readonly api: Api,
    private readonly plan: Plan,
    private readonly head: number,
  ) {}

  async createItems(): Promise<void> {
    const waiting = this.plan.items.values();
    const worker = async (): Promise<void> => {
      for (const item of waiting) await this.createItem(item);
    };
    await Promise.all(Array.from({ length: ITEMS_AT_ONCE }, worker));
  }

  /** Batch after batch: a line must find the stock that the lines before it left. */
  async book(part: 'opening' | 'movements'): Promise<void> {
    const rows = this.plan[part];
    for (let first = 0; first < rows.length; first += ROWS_PER_BATCH) {
      await this.bookBatch(`${KEY}:${part}:${first}`, rows.slice(first, first + ROWS_PER_BATCH));
    }
  }

  private async createItem(item: CreateItem & { sku: string }): Promise<void> {
    const call = { method: 'POST', path: '/items', body: item, key: `${KEY}:item:${item.sku}` } as const;
    const { body } = await this.api.patiently<Item>(call).catch((error: unknown) => {
      throw foreign(error) ? new Error(refusal(item.sku), { cause: error }) : error;
    });
    this.loaded.ids.set(item.sku, body.id);
    this.loaded.before = Math.min(this.loaded.before, body.position - 1);
    this.note(body.position);
  }

  private async bookBatch(key: string, rows: MovementRow[]): Promise<void> {
    const call = { method: 'POST', path: '/movements/batch', body: { rows }, key } as const;
    const { body } = await this.api.patiently<BatchResult>(call);
    if (body.results.length !== rows.length)
      throw new Error(`${rows.length} rows were sent, ${body.results.length} answered`);
    body.results.forEach((result, index) => this.take(result, rows[index]));
  }

  private take(result: RowResult, row: MovementRow | undefined): void {
    const { status, operationId, position, problem } = result;
    if (status !== 'applied' || operationId === undefined || position === undefined) {
      throw new Error(`a line was refused: ${JSON.stringify(row)}: ${problem?.code} ${problem?.detail}`);
    }
    this.loaded.operations.add(operationId);
    this.loaded.lines++;
    this.note(position);
  }

  private note(position: number): void {
    if (position <= this.head) this.loaded.earlier++;
    this.position = Math.max(this.position, position);
  }
}

function foreign(error: unknown): boolean {
  return error instanceof ApiFailure && error.problem.code === 'duplicate';
}

function refusal(sku: string): string {
  return `an item with the sku ${sku} exists, but not from a demo run of this user: nothing is loaded over it`;
}
