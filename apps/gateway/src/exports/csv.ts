import { stringify, type Options } from 'csv-stringify/sync';

/** What a cell may hold; nothing is an empty cell. */
export type Cell = string | number | boolean | null | undefined;

/** A column of a table of rows. */
export interface Column<Row> {
  name: string;
  /** For the documentation. */
  doc: string;
  cell: (row: Row) => Cell;
}

export const BOM = '\ufeff';

/** Text that is a plain number does nothing when a spreadsheet opens it. */
const NUMBER = /^[+-]\d+(\.\d+)?$/;

/** What looks as if an export had put an apostrophe in front: it gets one more, since an import takes one away. */
const ESCAPED = /^'+[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * RFC 4180, with the line ends it asks for. A text that a spreadsheet would take for a formula gets an apostrophe in front, so that opening
 * a file runs nothing that somebody has put into a name.
 */
const OPTIONS: Options = {
  record_delimiter: 'windows',
  // Not only the line end of the file, any: else a text with a line feed would become two lines.
  quote_record_delimiter: true,
  escape_formulas: true,
  cast: {
    string: (value) => {
      if (NUMBER.test(value)) return { value, escape_formulas: false };
      return ESCAPED.test(value) ? `'${value}` : value;
    },
    boolean: String,
  },
};

export function csvHeader<Row>(columns: readonly Column<Row>[]): string {
  return stringify([columns.map(({ name }) => name)], OPTIONS);
}

export function csvLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return stringify(
    rows.map((row) => columns.map(({ cell }) => cell(row))),
    OPTIONS,
  );
}

/** Beside the codes and tags themselves hardly anything contains it, and spreadsheets leave it alone. */
const SEPARATOR = '|';

/** A list in one cell; as JSON where an entry contains the separator. An import reads both. */
export function listCell(entries: readonly string[]): string {
  const plain = entries.every((entry) => !entry.includes(SEPARATOR)) && !entries[0]?.startsWith('[');
  return plain ? entries.join(SEPARATOR) : JSON.stringify(entries);
}

/** The list in a cell; what is no list comes back as it is, to be refused by its field. */
export function listOfCell(text: string): unknown {
  if (!text.startsWith('[')) return text.split(SEPARATOR).map((entry) => entry.trim());
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Takes back the apostrophe that an export has put in front of a formula. */
export function unescapedCell(text: string): string {
  return ESCAPED.test(text) ? text.slice(1) : text;
}
