import type { ImportJob, ImportKind } from '@app/contracts';
import { stringify } from 'csv-stringify/sync';
import type { Api } from './api';
import { followImport } from './follow';
import type { LiveFeed } from './live';
import { NOTE, type Plan } from './retail';

/** Part of every key. The data belongs to it: change it, and the key must change too. */
const KEY = 'demo-online-retail-2010-12';

/** What is imported, in this order: a line must find the stock that the lines before it left. */
export const PARTS = ['items', 'opening', 'movements'] as const;
export type Part = (typeof PARTS)[number];

const COLUMNS: Record<ImportKind, readonly string[]> = {
  items: ['sku', 'name', 'unitPrice', 'reorderLevel'],
  movements: ['sku', 'type', 'quantity', 'reason', 'reference', 'effectiveAt', 'note'],
};

/** Imports the plan: a file of items and two of movements. Each under a key, so that a second run finds the imports of the first. */
export class Loader {
  /** Rows that are booked, by part. */
  readonly booked: Record<Part, number> = { items: 0, opening: 0, movements: 0 };
  /** Rows that were there from an earlier run. */
  earlier = 0;

  /** `after`: a position before the demo's first event; the ledger's head, as long as no earlier run is found. */
  constructor(
    private readonly api: Api,
    private readonly feed: LiveFeed,
    private readonly plan: Plan,
    public after: number,
  ) {}

  async load(part: Part): Promise<void> {
    const kind = part === 'items' ? 'items' : 'movements';
    const csv = fileOf(kind, this.plan[part]);
    const call = { method: 'POST', path: `/imports/${kind}`, csv, key: `${KEY}:${part}` } as const;
    const { body: begun, headers } = await this.api.patiently<ImportJob>(call);
    if (headers.get('idempotency-replayed') === 'true') {
      this.earlier += begun.applied;
      this.after = 0;
    }
    const job = await followImport({ api: this.api, socket: this.feed.socket }, begun, ({ applied }) => {
      this.booked[part] = applied;
    });
    this.booked[part] = job.applied;
    insistOnAll(job, this.plan[part].length);
  }
}

function fileOf(kind: ImportKind, rows: readonly object[]): string {
  const noted = kind === 'items' ? rows : rows.map((row) => ({ ...row, note: NOTE }));
  return stringify([...noted], { header: true, columns: [...COLUMNS[kind]] });
}

function insistOnAll({ kind, status, applied, failure, errors }: ImportJob, rows: number): void {
  if (status === 'done' && applied === rows) return;
  const [error] = errors;
  if (kind === 'items' && error?.column === 'sku')
    throw new Error(`${error.message} It is not from a demo run of this user: nothing is loaded over it`);
  const why = error ? `line ${error.line}: ${error.message}` : (failure ?? 'without a reason');
  throw new Error(`of ${rows} ${kind} ${applied} were booked; ${why}`);
}
