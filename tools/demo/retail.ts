import { createReadStream, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CreateItem, MovementRow } from '@app/contracts';
import { parse } from 'csv-parse';

/** One line of the file, as far as stock is concerned. */
export interface InvoiceLine {
  invoice: string;
  code: string;
  description: string;
  quantity: number;
  /** RFC 3339. */
  at: string;
  unitPrice: number;
}

/** What has to be sent, in this order, and what the file says must come out. */
export interface Plan {
  items: (CreateItem & { sku: string })[];
  opening: MovementRow[];
  movements: MovementRow[];
  expected: Expected;
}

/** Pieces by the arithmetic of the file alone: nothing of it comes from the server. */
export interface Expected {
  opening: number;
  sold: number;
  returned: number;
  writtenOff: number;
  /** On hand at the end, by sku. */
  quantities: Map<string, number>;
}

/** By this the demo's movements are told from those of others. */
export const NOTE = 'demo: Online Retail, December 2010';
export const FILE = 'online-retail-2010-12.csv.gz';
const OPENED_AT = '2010-12-01T00:00:00Z';
const REORDER_LEVEL = 10;

/** The file lies among the sources, and this code may run from `dist`. */
export function retailFile(from = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'tools', 'demo', FILE);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`${FILE} is missing: it belongs into tools/demo`);
  }
}

/** Postage, fees, discounts and vouchers have codes without an article number, and are no stock. */
export function isStock(code: string): boolean {
  return /^(\d{5}|DCGS\d)/.test(code);
}

export async function readLines(path: string): Promise<InvoiceLine[]> {
  const lines: InvoiceLine[] = [];
  const parser = parse({ columns: true });
  await pipeline(createReadStream(path), createGunzip(), parser, async (records: AsyncIterable<CsvRecord>) => {
    for await (const record of records) lines.push(lineOf(record));
  });
  return lines;
}

type CsvRecord = Record<
  'InvoiceNo' | 'StockCode' | 'Description' | 'Quantity' | 'InvoiceDate' | 'UnitPrice',
  string | undefined
>;

function lineOf(record: CsvRecord): InvoiceLine {
  const quantity = Number(record.Quantity);
  const unitPrice = Number(record.UnitPrice);
  const { InvoiceNo: invoice, StockCode: code, Description: description = '', InvoiceDate: at } = record;
  if (!invoice || !code || !at || !Number.isInteger(quantity) || quantity === 0 || !(unitPrice >= 0)) {
    throw new Error(`not a line of an invoice: ${JSON.stringify(record)}`);
  }
  return { invoice, code, description: description.trim(), quantity, at, unitPrice };
}

/** The file as movements. Its order is kept: each line finds the stock that the lines before it left. */
export function planOf(lines: readonly InvoiceLine[]): Plan {
  const stock = lines.filter(({ code }) => isStock(code));
  const expected: Expected = { opening: 0, sold: 0, returned: 0, writtenOff: 0, quantities: new Map() };
  const byCode = groupByCode(stock);
  const items = [...byCode].map(([code, own]) => itemOf(code, own));
  const opening: MovementRow[] = [];
  for (const [sku, own] of byCode) {
    const quantity = shortage(own);
    expected.quantities.set(sku, quantity + own.reduce((sum, line) => sum + changeOf(line), 0));
    expected.opening += quantity;
    if (quantity > 0) opening.push({ sku, type: 'receive', quantity, reason: 'opening stock', effectiveAt: OPENED_AT });
  }
  const movements = stock.map(movementOf);
  for (const { type, quantity } of movements) {
    if (type === 'issue') expected.sold += quantity;
    else if (type === 'return') expected.returned += quantity;
    else expected.writtenOff += quantity;
  }
  return { items, opening, movements, expected };
}

function groupByCode(lines: readonly InvoiceLine[]): Map<string, InvoiceLine[]> {
  const groups = new Map<string, InvoiceLine[]>();
  for (const line of lines) {
    const group = groups.get(line.code);
    if (group) group.push(line);
    else groups.set(line.code, [line]);
  }
  return groups;
}

function itemOf(sku: string, lines: readonly InvoiceLine[]): CreateItem & { sku: string } {
  const unitPrice = lines.find((line) => line.unitPrice > 0)?.unitPrice ?? 0;
  return {
    sku,
    name: commonest(lines.map(({ description }) => description)) ?? sku,
    unitPrice,
    reorderLevel: REORDER_LEVEL,
  };
}

/** Corrections carry remarks such as "?" or "damaged" where sales have the name: what is said most often is the name. */
function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) if (text) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** How many pieces must have been there before, so that no line takes what is not there. */
function shortage(lines: readonly InvoiceLine[]): number {
  let quantity = 0;
  let lowest = 0;
  for (const line of lines) {
    quantity += changeOf(line);
    lowest = Math.min(lowest, quantity);
  }
  return -lowest;
}

function isCancellation({ invoice }: InvoiceLine): boolean {
  return invoice.startsWith('C');
}

/** What the line does to the stock on hand. */
function changeOf(line: InvoiceLine): number {
  return isCancellation(line) ? Math.abs(line.quantity) : -Math.abs(line.quantity);
}

function movementOf(line: InvoiceLine): MovementRow {
  const common = { sku: line.code, quantity: Math.abs(line.quantity), reference: line.invoice, effectiveAt: line.at };
  if (isCancellation(line)) return { ...common, type: 'return', reason: 'cancellation' };
  if (line.quantity > 0) return { ...common, type: 'issue', reason: 'sale' };
  return { ...common, type: 'write_off', reason: line.description || 'correction' };
}
