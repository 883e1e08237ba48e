import type { Item } from '@app/contracts';
import { ITEM_COLUMNS } from './columns';
import { csvHeader, csvLines, listCell, listOfCell, unescapedCell, type Cell, type Column } from './csv';

const cells: readonly Column<Cell[]>[] = [0, 1].map((index) => ({
  name: `c${index}`,
  doc: '',
  cell: (row) => row[index],
}));

describe('CSV', () => {
  it.each(['=1+1', '+cmd', '-x', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("x")', '＝1', '-', '--5', '-5 apples'])(
    'lets no spreadsheet take %j for a formula',
    (text) => {
      const line = csvLines(cells, [[text, 'x']]);
      expect(line.replace(/^"/, '')).toMatch(/^'/);
      expect(line).toContain(`'${text.replaceAll('"', '""')}`);
    },
  );

  it('leaves plain numbers as they are, also those that are text', () => {
    expect(csvLines(cells, [[-5, '-5']])).toBe('-5,-5\r\n');
    expect(csvLines(cells, [['+5.25', -0.5]])).toBe('+5.25,-0.5\r\n');
  });

  it('quotes what needs it, and leaves nothing an empty cell', () => {
    expect(csvLines(cells, [['a "b", c', 'two\nlines']])).toBe('"a ""b"", c","two\nlines"\r\n');
    expect(csvLines(cells, [[null, undefined]])).toBe(',\r\n');
    expect(csvLines(cells, [['', false]])).toBe(',false\r\n');
    expect(csvLines(cells, [])).toBe('');
    expect(csvHeader(cells)).toBe('c0,c1\r\n');
  });

  it('takes the apostrophe back that it has put there, and no other', () => {
    expect(unescapedCell("'=1")).toBe('=1');
    expect(unescapedCell("'n Sync")).toBe("'n Sync");
    expect(unescapedCell('=1')).toBe('=1');
  });

  it.each(["'=x", "''-3", "'＝1", "'-", '=1', '-5', "'n Sync", "''"])('brings %j back as it was', (text) => {
    const line = csvLines([cells[0] as Column<Cell[]>], [[text]]);
    expect(unescapedCell(line.trimEnd())).toBe(text);
  });

  it.each([[[]], [['a']], [['a', 'b c']], [['a|b', 'c']], [['[x]']]])('has the list %j in one cell', (list) => {
    const cell = listCell(list);
    expect(cell === '' ? [] : listOfCell(cell)).toEqual(list);
  });

  it('shows an item in the order of its columns', () => {
    const item = { id: 'i', sku: 'S', name: '=N', tags: ['a', 'b'], barcodes: [], attributes: { x: 1 }, quantity: 3 };
    const line = csvLines(ITEM_COLUMNS, [item as unknown as Item]);
    expect(csvHeader(ITEM_COLUMNS)).toMatch(/^id,sku,name,description,category,tags,barcodes,quantity,/);
    expect(line).toBe(`i,S,'=N,,,a|b,,3,,,,,,,,"{""x"":1}",,,,\r\n`);
  });
});
