import { DomainError, invalid } from '@app/common';
import {
  CountEntry,
  LIMITS,
  type CountFileQuery,
  type CountMode,
  type FieldError,
  type ImportCheck,
  type ImportError,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { mappingOf, type Mapping } from '../imports/mapping';
import { readRow } from '../imports/row';
import { readTable, type TableRow } from '../imports/table';
import type { Upload } from '../imports/upload';

/** Files that arrive at the same time. */
const MOST_UPLOADS = 4;
const FIELD = /^counts\.(\d+)\.(\w+)$/;

/** What a file says. */
export interface CountFile {
  counts: CountEntry[];
  /** Where each of them stands. */
  lines: number[];
  mapping: Mapping;
  errors: ImportError[];
  /** Lines with an error. */
  bad: number;
}

/** Reads files of counts. A file is counted as a whole or not at all. */
@Injectable()
export class CountFiles {
  private uploads = 0;

  /** @throws DomainError `validation` for what cannot be read as a table, `overloaded` */
  async read(upload: Upload, { mode = 'set', map = upload.map }: CountFileQuery): Promise<CountFile> {
    if (this.uploads >= MOST_UPLOADS)
      throw new DomainError('overloaded', `${MOST_UPLOADS} files are on their way in already.`, { retryAfter: 5 });
    this.uploads++;
    try {
      return await readCounts(upload, mode, map);
    } finally {
      this.uploads--;
    }
  }
}

async function readCounts(upload: Upload, mode: CountMode, map: string | undefined): Promise<CountFile> {
  const table = await readTable(upload.bytes);
  const mapping = mappingOf('counts', table.header.cells, map);
  const file: CountFile = { counts: [], lines: [], mapping, errors: [], bad: 0 };
  for await (const row of table.rows) {
    if (isBlank(row, mapping)) continue;
    if (file.counts.length + file.bad === LIMITS.countRows)
      throw invalid('file', `has more than ${LIMITS.countRows} rows`);
    const read = readRow({ kind: 'counts', mapping, delimiter: table.delimiter }, row);
    if ('errors' in read) {
      file.bad++;
      // One more than is shown tells that there are more.
      file.errors.push(...read.errors.slice(0, LIMITS.importErrors + 1 - file.errors.length));
    } else if (read.row instanceof CountEntry) {
      file.counts.push({ ...read.row, mode });
      file.lines.push(read.line);
    }
  }
  if (file.counts.length + file.bad === 0) throw invalid('file', 'has no counts below its header');
  return file;
}

/** A row of a printed sheet that nobody has filled in. */
function isBlank({ cells }: TableRow, mapping: Mapping): boolean {
  return (cells[mapping.findIndex(({ field }) => field === 'quantity')] ?? '').trim() === '';
}

/** What the inventory refused, by line and column of the file; undefined for what is about the stocktake as a whole. */
export function errorsOf(error: unknown, { lines, mapping }: CountFile): ImportError[] | undefined {
  const fields = error instanceof DomainError ? (error.extra.errors ?? []) : [];
  const errors = fields.flatMap(({ field, message }) => {
    const [, index, name] = FIELD.exec(field) ?? [];
    const line = index === undefined ? undefined : lines[Number(index)];
    return line === undefined ? [] : { line, column: headerOf(name, mapping), message };
  });
  return errors.length > 0 ? errors : undefined;
}

function headerOf(name: string | undefined, mapping: Mapping): string | null {
  return mapping.find(({ field }) => field === name)?.header ?? null;
}

/** A refusal that names lines and columns. */
export function refusedFile(errors: readonly ImportError[]): DomainError {
  const told: (FieldError & ImportError)[] = errors.map((error) => ({ ...error, field: placeOf(error) }));
  const [first] = told;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = `${first?.field}: ${first?.message}${more}. Nothing was counted.`;
  return new DomainError('validation', detail, { errors: told.slice(0, LIMITS.importErrorsShown) });
}

function placeOf({ line, column }: ImportError): string {
  return column === null ? `line ${line}` : `line ${line}, ${column}`;
}

/** The answer to a dry run. */
export function checkOf({ counts, bad }: CountFile, errors: readonly ImportError[]): ImportCheck {
  const rows = counts.length + bad;
  const wrong = new Set(errors.map(({ line }) => line)).size;
  return {
    rows,
    valid: rows - Math.max(bad, wrong),
    errors: errors.slice(0, LIMITS.importErrors),
    truncated: errors.length > LIMITS.importErrors,
  };
}
