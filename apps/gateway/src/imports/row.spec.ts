import type { ImportKind, Problem } from '@app/contracts';
import { mappingOf } from './mapping';
import { errorOfProblem, readRow, type GoodRow, type ReadRow } from './row';

const MOVEMENT = ['Sku', 'type', 'Qty', 'reason', 'date', 'cost', 'location'];
const ITEM = ['name', 'sku', 'price', 'tags', 'barcode', 'attributes', 'attr.size', 'quantity'];

function read(kind: ImportKind, header: string[], cells: string[], delimiter = ','): ReadRow {
  return readRow({ kind, mapping: mappingOf(kind, header, undefined), delimiter }, { line: 5, cells });
}

const rowOf = (read_: ReadRow): object => ('errors' in read_ ? { errors: read_.errors } : { ...read_.row });
const columns = (read_: ReadRow): (string | null)[] =>
  'errors' in read_ ? read_.errors.map(({ column }) => column) : ['none'];

describe('a row of movements', () => {
  it('is what the API would take', () => {
    expect(rowOf(read('movements', MOVEMENT, ['A1', 'Write-Off', ' 3 ', '', '2026-01-05', '2.50', '']))).toMatchObject({
      sku: 'A1',
      type: 'write_off',
      quantity: 3,
      effectiveAt: '2026-01-05T00:00:00.000Z',
      unitCost: 2.5,
    });
    expect(rowOf(read('movements', MOVEMENT, ['A1', 'issue', '1', 'sale', '2026-01-05 10:30']))).toMatchObject({
      effectiveAt: '2026-01-05T10:30:00.000Z',
      reason: 'sale',
    });
  });

  it('has decimals with a comma only where the comma separates no cells', () => {
    const cells = ['A1', 'receive', '1', '', '', '2,50', ''];
    expect(rowOf(read('movements', MOVEMENT, cells, ';'))).toMatchObject({ unitCost: 2.5 });
    expect(columns(read('movements', MOVEMENT, cells, ','))).toEqual(['cost']);
  });

  it('does not take a thousand pieces for one', () => {
    for (const [quantity, delimiter] of [
      ['1.000', ','],
      ['1.000', ';'],
      ['1,000', ';'],
      ['-12.000', ','],
    ] as const)
      expect(columns(read('movements', MOVEMENT, ['A1', 'adjust', quantity, 'x'], delimiter))).toEqual(['Qty']);
    expect(rowOf(read('movements', MOVEMENT, ['A1', 'issue', '1.0']))).toMatchObject({ quantity: 1 });
    expect(rowOf(read('movements', MOVEMENT, ['A1', 'count', '0.000']))).toMatchObject({ quantity: 0 });
    expect(rowOf(read('movements', MOVEMENT, ['A1', 'receive', '1', '', '', '1.000']))).toMatchObject({ unitCost: 1 });
    expect(columns(read('items', ['name', 'minimum', 'reorder qty'], ['n', '1.000', '2.000']))).toEqual([
      'minimum',
      'reorder qty',
    ]);
  });

  it('is refused by line and column, as the file names it, with everything that is wrong', () => {
    const bad = read('movements', MOVEMENT, ['A 1', 'steal', 'x', '', '5.1.2026', '-1', '']);
    expect(columns(bad)).toEqual(['Sku', 'type', 'Qty', 'date', 'cost']);
    expect('errors' in bad && bad.errors.every(({ line }) => line === 5)).toBe(true);
  });

  it('says which field is wrong where no column stands for it', () => {
    const adjust = read('movements', ['sku', 'type', 'quantity'], ['A', 'adjust', '1']);
    expect(adjust).toEqual({
      line: 5,
      errors: [{ line: 5, column: null, message: expect.stringMatching(/^reason /) }],
    });
  });

  it('may have fewer cells than columns, not more', () => {
    expect(columns(read('movements', MOVEMENT, ['A', 'issue', '1']))).toEqual(['none']);
    expect(columns(read('movements', MOVEMENT, ['A', 'issue', '1', '', '', '', '', '', '']))).toEqual(['none']);
    expect(columns(read('movements', MOVEMENT, ['A', 'issue', '1', '', '', '', '', 'more']))).toEqual([null]);
  });
});

describe('a row of items', () => {
  it('has lists, attributes and texts that look like formulas', () => {
    expect(
      rowOf(read('items', ITEM, ["'=1+1", 'A', '2', 'a | b', '["x|y"]', '{"colour":"red"}', 'L', '5'])),
    ).toMatchObject({
      name: '=1+1',
      unitPrice: 2,
      tags: ['a', 'b'],
      barcodes: ['x|y'],
      attributes: { colour: 'red', size: 'L' },
      quantity: 5,
    });
  });

  it('is refused by column for a list that is none and attributes that are none', () => {
    expect(columns(read('items', ITEM, ['n', '', '', 'a|a', '[', '{', '', '']))).toEqual([
      'tags',
      'barcode',
      'attributes',
    ]);
    expect(columns(read('items', ITEM, ['', 'A', '', '', '', '', '', '1.5']))).toEqual(['name', 'quantity']);
    expect(columns(read('items', ['name', 'attr.constructor'], ['n', 'x']))).toEqual(['attr.constructor']);
  });
});

describe('a refusal of the inventory', () => {
  const mapping = mappingOf('movements', ['Sku', 'barcode', 'type', 'qty'], undefined);
  const good = (raw: object): GoodRow => ({ line: 7, raw, row: {} }) as unknown as GoodRow;
  const columnOf = (problem: Partial<Problem>, raw: object): string | null =>
    errorOfProblem({ detail: 'd', ...problem } as Problem, good(raw), mapping).column;

  it('stands at the column that it is about', () => {
    expect(columnOf({ code: 'not-found' }, { sku: 'A' })).toBe('Sku');
    expect(columnOf({ code: 'not-found' }, { barcode: 'A' })).toBe('barcode');
    expect(columnOf({ code: 'insufficient-stock' }, { sku: 'A' })).toBe('qty');
    expect(columnOf({ code: 'stale-quantity' }, { sku: 'A' })).toBeNull();
    expect(columnOf({ code: 'duplicate', errors: [{ field: 'sku', message: '' }] }, {})).toBe('Sku');
  });
});
