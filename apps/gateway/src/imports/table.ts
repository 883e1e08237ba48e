import { invalid } from '@app/common';
import { parse, type Info } from 'csv-parse';
import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** A line of a file, cell by cell. */
export interface TableRow {
  /** Where it begins, as an editor counts; the header is usually line 1. */
  line: number;
  cells: string[];
}

/** A file whose header has been read. */
export interface Table {
  header: TableRow;
  delimiter: string;
  rows: AsyncGenerator<TableRow>;
}

const LF = 10;
const DELIMITERS = [',', ';', '\t'] as const;
/** No header is longer, and no line: a quote that is never closed would otherwise take in the rest of the file. */
const LONGEST = 64 * 1024;
/** Bytes that are parsed in one go; then the requests of others have their turn. */
const SLICE = 8 * 1024;

/**
 * Reads a CSV file as it arrives: comma, semicolon or tab, with or without a byte order mark, any line ends.
 * @throws DomainError `validation` that names `file`, from here and from `rows`: not UTF-8, NUL characters in the header, empty, a quote that is never closed
 */
export async function readTable(bytes: AsyncIterable<Buffer>): Promise<Table> {
  const source = utf8(bytes);
  const begun: Buffer[] = [];
  let head = '';
  while (!/[\r\n]/.test(head) && head.length < LONGEST) {
    const { value, done } = await source.next();
    if (done) break;
    begun.push(value);
    head += value.toString();
  }
  const delimiter = delimiterOf(head);
  const records = recordsOf(resumed(begun, source), delimiter);
  const { value: header, done } = await records.next();
  if (done) throw invalid('file', 'is empty');
  // Such as in UTF-16 without a mark, where each of them is half of a character.
  if (header.cells.some((cell) => cell.includes('\0')))
    throw invalid('file', `has NUL characters in line ${header.line}, its header: save it as CSV UTF-8`);
  return { header, delimiter, rows: records };
}

/** What was taken to look at it, then the rest. */
async function* resumed(begun: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* begun;
  yield* rest;
}

/** The one that the first line has most of, outside of quotes. */
export function delimiterOf(text: string): string {
  const [line = ''] = text.replaceAll(/"[^"]*"/g, '').split(/[\r\n]/, 1);
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** Passes bytes on while they are UTF-8: taken as they are, others would become the same replacement character. */
async function* utf8(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const check = (slice?: Buffer): void => {
    try {
      decoder.decode(slice, { stream: slice !== undefined });
    } catch {
      const near = line + (slice ? linesBefore(slice) : 0);
      throw invalid('file', `must be UTF-8, which it is not near line ${near}: save it as CSV UTF-8`);
    }
  };
  for await (const chunk of bytes) {
    for (let begin = 0; begin < chunk.length; begin += SLICE) {
      const slice = chunk.subarray(begin, begin + SLICE);
      check(slice);
      yield slice;
      for (let at = slice.indexOf(LF); at !== -1; at = slice.indexOf(LF, at + 1)) line++;
      await turn();
    }
  }
  check();
}

/** Lines of a slice that come before the one that is not UTF-8; the first may lack its beginning. */
function linesBefore(slice: Buffer): number {
  let count = 0;
  for (let at = slice.indexOf(LF); at !== -1; at = slice.indexOf(LF, at + 1)) {
    const end = slice.indexOf(LF, at + 1);
    count++;
    if (!isUtf8(slice.subarray(at + 1, end === -1 ? undefined : end))) return count;
  }
  return 0;
}

async function* recordsOf(bytes: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    // How many cells a line has is looked at with the line, so that a wrong one is only its own error.
    relax_column_count: true,
    // An inch mark within a text is no quote.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST,
  });
  // What goes wrong on the way comes out at the parser.
  pipeline(Readable.from(bytes, { objectMode: true, highWaterMark: 1 }), parser, () => undefined);
  const count = lineCounter();
  let line = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      line = count(info.lines, record);
      if (record.some((cell) => cell.trim() !== '')) yield { line, cells: record };
    }
  } catch (error) {
    throw faultOf(error, line);
  }
}

/** Tells the first line of a record from the parser's count, which is of the last and takes a CR LF within quotes for two. */
function lineCounter(): (last: number, cells: readonly string[]) => number {
  let before = 0;
  let doubled = 0;
  return (last, cells) => {
    let within = 0;
    if (last - before > 1) {
      for (const cell of cells) {
        within += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
        doubled += cell.match(/\r\n/g)?.length ?? 0;
      }
    }
    before = last;
    return last - doubled - within;
  };
}

/** The parser's own errors are about the form of the file; where they began, the last good line tells. */
function faultOf(error: unknown, line: number): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const where = line === 0 ? 'at its beginning' : `after line ${line}`;
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return invalid('file', `has a line of more than ${LONGEST} bytes, or a quote that is not closed, ${where}`);
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return invalid('file', `has a quote that is not closed, ${where}`);
  return error.code.startsWith('CSV_') ? invalid('file', `cannot be read as CSV, ${where}`) : error;
}
