import { DomainError } from '@app/common';
import type { ImportKind } from '@app/contracts';
import { ITEM_COLUMNS } from '../exports/columns';
import { mappingOf } from './mapping';

function fields(kind: ImportKind, header: string[], map?: string): (string | undefined)[] {
  return mappingOf(kind, header, map).map(({ field, attribute }) => field ?? (attribute && `attributes.${attribute}`));
}

function faults(kind: ImportKind, header: string[], map?: string): unknown[] {
  try {
    return mappingOf(kind, header, map);
  } catch (error) {
    return error instanceof DomainError ? (error.extra.errors ?? []).map(({ field }) => field) : [error];
  }
}

describe('the columns of a file', () => {
  it('mean what their names say, however they are written', () => {
    expect(fields('movements', ['SKU', ' Qty ', 'type', 'Invoice No.', 'effective_at', 'Unit cost'])).toEqual([
      'sku',
      'quantity',
      'type',
      'reference',
      'effectiveAt',
      'unitCost',
    ]);
    expect(fields('items', ['Product name', 'price', 'EAN', 'attr.colour', 'reorder-level'])).toEqual([
      'name',
      'unitPrice',
      'barcodes',
      'attributes.colour',
      'reorderLevel',
    ]);
  });

  it('mean what the map says, as pairs or as JSON, also nothing', () => {
    const header = ['Artikel', 'Menge', 'Was', 'Lager: Regal', 'qty'];
    const map = 'artikel:sku, Menge:quantity,Was:type,Lager: Regal:location,qty:';
    expect(fields('movements', header, map)).toEqual(['sku', 'quantity', 'type', 'location', undefined]);
    const json = JSON.stringify({
      Artikel: 'SKU',
      Menge: 'quantity',
      Was: 'type',
      'Lager: Regal': 'location',
      qty: '',
    });
    expect(fields('movements', header, json)).toEqual(['sku', 'quantity', 'type', 'location', undefined]);
    expect(fields('items', ['n', 'Farbe'], 'n:name,Farbe:attributes.colour')).toEqual(['name', 'attributes.colour']);
  });

  it('are refused where they are not known, there twice, or missing, all at once', () => {
    expect(faults('movements', ['sku', 'Menge', 'type'])).toEqual(['Menge', 'quantity']);
    expect(faults('movements', ['sku', 'quantity', 'qty', 'type'])).toEqual(['qty']);
    expect(faults('movements', ['reason'])).toEqual(['type', 'quantity', 'sku']);
    expect(faults('items', ['name', 'attributes.__proto__', 'constructor'])).toEqual([
      'attributes.__proto__',
      'constructor',
    ]);
  });

  it('are not helped by a map that is wrong', () => {
    expect(faults('items', ['name', 'x'], 'x:nonsense')).toEqual(['map']);
    expect(faults('items', ['name'], 'other:sku')).toEqual(['map']);
    for (const map of ['x', ':sku', '{', '{"name":1}', '[1]']) expect(faults('items', ['name'], map)).toEqual(['map']);
  });

  it('may be those of an export of items', () => {
    const header = ITEM_COLUMNS.map(({ name }) => name);
    const taken = fields('items', header).filter((field) => field !== undefined);
    expect(taken).toEqual(expect.arrayContaining(['sku', 'name', 'tags', 'barcodes', 'quantity', 'attributes']));
    expect(taken).not.toContain('id');
  });
});
