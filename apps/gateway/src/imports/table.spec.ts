import { DomainError } from '@app/common';
import { delimiterOf, readTable, type TableRow } from './table';

interface Read {
  header: TableRow;
  delimiter: string;
  rows: TableRow[];
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let begin = 0; begin < bytes.length; begin += size) yield bytes.subarray(begin, begin + size);
}

async function read(content: string | Buffer, size = 7): Promise<Read> {
  const { header, delimiter, rows } = await readTable(pieces(Buffer.from(content), size));
  const all: TableRow[] = [];
  for await (const row of rows) all.push(row);
  return { header, delimiter, rows: all };
}

const fault = (content: string | Buffer): Promise<unknown> =>
  read(content).catch((error: unknown) => (error instanceof DomainError ? error.extra.errors?.[0] : error));

describe('a table', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['a;b\r\n1;2\r\n', ';'],
    ['a\tb\r1\t2', '\t'],
    ['"a,x,y";b\n1;2', ';'],
  ])('of %j is separated by %j', async (text, delimiter) => {
    const table = await read(text);
    expect(table.delimiter).toBe(delimiter);
    expect(table.rows).toEqual([{ line: 2, cells: ['1', '2'] }]);
    expect(delimiterOf('one')).toBe(',');
  });

  it('begins with a byte order mark or not', async () => {
    expect((await read('\ufeffname,quantity\n')).header).toEqual({ line: 1, cells: ['name', 'quantity'] });
    expect((await read('\ufeff"na,me",quantity\n')).header.cells).toEqual(['na,me', 'quantity']);
  });

  it('counts lines as an editor does, also after empty ones and within quotes', async () => {
    const lines = async (text: string): Promise<number[]> => (await read(text)).rows.map(({ line }) => line);
    expect(await lines('a,b\n1,2\n\n \n,\n3,4\n')).toEqual([2, 6]);
    expect(await lines('a,b\n1,"x\ny"\n3,4\n5,6\n')).toEqual([2, 4, 5]);
    expect(await lines('a,b\r\n1,"x\r\ny\r\nz"\r\n\r\n3,4\r\n5,"6\r\n7"\r\n8,9\r\n')).toEqual([2, 6, 7, 9]);
  });

  it('takes a quote within a text as it is', async () => {
    expect((await read('a,b\n5" pipe,"a ""b"""\n')).rows[0]?.cells).toEqual(['5" pipe', 'a "b"']);
  });

  it('is cut wherever it likes: also in the middle of a character', async () => {
    const text = `name,note\n${'ß€𝄞,x\n'.repeat(50)}`;
    for (const size of [1, 2, 3, 5, 1_000]) expect((await read(text, size)).rows).toHaveLength(50);
  });

  it('is refused by name when it is none', async () => {
    expect(await fault('')).toEqual({ field: 'file', message: 'is empty' });
    expect(await fault('\n\n')).toMatchObject({ message: 'is empty' });
    expect(await fault(Buffer.from('a,b\nx,y\nß,1\n', 'latin1'))).toMatchObject({
      field: 'file',
      message: expect.stringContaining('line 3'),
    });
    expect(await fault(Buffer.from('\ufeffa,b\n', 'utf16le'))).toMatchObject({
      message: expect.stringContaining('UTF-8'),
    });
    expect(await fault(Buffer.from('a,b\r\nx,1\r\n', 'utf16le'))).toMatchObject({
      field: 'file',
      message: expect.stringMatching(/NUL.*line 1.*UTF-8/),
    });
    expect(await fault('\na\0,b\n')).toMatchObject({ message: expect.stringMatching(/NUL.*line 2/) });
    expect(await fault(Buffer.concat([Buffer.from('a,b\nx,'), Buffer.from([0xe2, 0x82])]))).toMatchObject({
      message: expect.stringContaining('UTF-8'),
    });
    expect(await fault('a,b\n1,"2\n3,4\n')).toMatchObject({ message: expect.stringContaining('not closed') });
    expect(await fault(`a,b\n1,"${'x\n'.repeat(40_000)}`)).toMatchObject({
      message: expect.stringContaining('after line 1'),
    });
  });
});
