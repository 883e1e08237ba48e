import { CountEntry, CreateItem, MovementRow, type ImportKind } from '@app/contracts';
import type { Dto } from '../http/quick-reader';

/** What a file may hold: what is imported, or counts of a stocktake. */
export type SheetKind = ImportKind | 'counts';

/** How the text of a cell becomes a value. */
export type CellKind = 'text' | 'code' | 'word' | 'number' | 'pieces' | 'time' | 'list' | 'object';

/** A field that a column may stand for. */
export interface Field {
  kind: CellKind;
  /** Other names of the column, in lower case without spaces and signs. */
  also: readonly string[];
}

/** What a kind of file may have, and what it must. */
export interface Sheet {
  type: Dto<CreateItem> | Dto<MovementRow> | Dto<CountEntry>;
  fields: Readonly<Record<string, Field>>;
  /** Of each group one column at least. */
  required: readonly (readonly string[])[];
  /** Columns of an export that say what only the ledger decides: passed over, so that an export can be imported. */
  ignored: readonly string[];
}

const SKU: Field = {
  kind: 'code',
  also: ['stockcode', 'itemcode', 'itemnumber', 'article', 'articlenumber', 'articleno', 'productcode', 'partnumber'],
};
const QUANTITY: Field = { kind: 'pieces', also: ['qty', 'pieces', 'units', 'amount', 'onhand', 'stock'] };
const CATEGORY: Field = { kind: 'text', also: ['group', 'productgroup', 'department'] };

const ITEMS: Sheet = {
  type: CreateItem,
  fields: {
    name: { kind: 'text', also: ['title', 'itemname', 'productname', 'product', 'item'] },
    description: { kind: 'text', also: ['details', 'longdescription'] },
    quantity: QUANTITY,
    reorderLevel: { kind: 'pieces', also: ['reorderpoint', 'minimum', 'minimumstock', 'minstock', 'lowstock'] },
    reorderQuantity: { kind: 'pieces', also: ['reorderqty', 'orderquantity', 'orderqty'] },
    unitPrice: { kind: 'number', also: ['price', 'saleprice', 'sellingprice', 'retailprice'] },
    sku: SKU,
    category: CATEGORY,
    barcodes: { kind: 'list', also: ['barcode', 'ean', 'ean13', 'gtin', 'upc'] },
    tags: { kind: 'list', also: ['tag', 'labels', 'keywords'] },
    attributes: { kind: 'object', also: [] },
  },
  required: [['name']],
  ignored: ['id', 'reserved', 'unavailable', 'available', 'incoming', 'createdat', 'updatedat', 'seq', 'position'],
};

const MOVEMENTS: Sheet = {
  type: MovementRow,
  fields: {
    itemId: { kind: 'code', also: ['id', 'item'] },
    sku: SKU,
    barcode: { kind: 'code', also: ['ean', 'ean13', 'gtin', 'upc'] },
    type: { kind: 'word', also: ['movement', 'movementtype', 'action', 'kind'] },
    quantity: QUANTITY,
    location: { kind: 'text', also: ['warehouse', 'store', 'bin', 'place'] },
    unitCost: { kind: 'number', also: ['cost', 'costprice', 'purchaseprice', 'unitprice', 'price'] },
    changeFrom: { kind: 'pieces', also: [] },
    reason: { kind: 'text', also: ['why'] },
    reference: {
      kind: 'text',
      also: ['ref', 'invoice', 'invoiceno', 'invoicenumber', 'order', 'orderno', 'ordernumber', 'document'],
    },
    note: { kind: 'text', also: ['notes', 'comment', 'remark', 'remarks'] },
    effectiveAt: { kind: 'time', also: ['date', 'time', 'datetime', 'timestamp', 'invoicedate', 'when'] },
  },
  required: [['type'], ['quantity'], ['sku', 'barcode', 'itemId']],
  ignored: [],
};

const COUNTS: Sheet = {
  type: CountEntry,
  fields: {
    itemId: { kind: 'code', also: ['id', 'item'] },
    sku: SKU,
    barcode: { kind: 'code', also: ['ean', 'ean13', 'gtin', 'upc'] },
    quantity: { kind: 'pieces', also: [...QUANTITY.also, 'counted', 'count'] },
  },
  required: [['quantity'], ['sku', 'barcode', 'itemId']],
  ignored: ['name', 'location', 'expected', 'variance'],
};

export const SHEETS: Readonly<Record<SheetKind, Sheet>> = { items: ITEMS, movements: MOVEMENTS, counts: COUNTS };

/** The fields of a kind as a list for the documentation. */
export function describeFields(kind: SheetKind): string {
  const { fields, required } = SHEETS[kind];
  const lines = Object.entries(fields).map(([name, { also }]) =>
    also.length === 0 ? `- \`${name}\`` : `- \`${name}\`, also ${also.map((other) => `\`${other}\``).join(', ')}`,
  );
  const needed = required.map((group) => group.map((name) => `\`${name}\``).join(' or ')).join('; ');
  return `${lines.join('\n')}\n\nRequired: ${needed}.`;
}
