import { DomainError } from '@app/common';
import type { CountEntry, CreateItem, FieldError, ImportError, MovementRow, Problem } from '@app/contracts';
import { listOfCell, unescapedCell } from '../exports/csv';
import { validated } from '../http/validation';
import { SHEETS, type CellKind, type SheetKind } from './fields';
import type { Mapping } from './mapping';
import type { TableRow } from './table';

/** A row that may be booked. */
export interface GoodRow {
  line: number;
  /** What was made of the cells; the operation's fingerprint is of this. */
  raw: Record<string, unknown>;
  row: CreateItem | MovementRow | CountEntry;
}

/** What came of a line: a row, or what is wrong with it. */
export type ReadRow = GoodRow | { line: number; errors: ImportError[] };

export interface RowReader {
  kind: SheetKind;
  mapping: Mapping;
  delimiter: string;
}

/** Makes a row of a line, and holds it to the same rules as the API. */
export function readRow({ kind, mapping, delimiter }: RowReader, { line, cells }: TableRow): ReadRow {
  if (cells.slice(mapping.length).some((cell) => cell.trim() !== ''))
    return { line, errors: [{ line, column: null, message: 'has more cells than the header has columns' }] };
  const raw: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  mapping.forEach(({ field, attribute }, index) => {
    const text = unescapedCell(cells[index] ?? '').trim();
    if (text === '') return;
    if (attribute !== undefined) attributes[attribute] = text;
    else if (field !== undefined) raw[field] = valueOf(text, SHEETS[kind].fields[field]?.kind ?? 'text', delimiter);
  });
  if (Object.keys(attributes).length > 0) raw.attributes = { ...Object(raw.attributes), ...attributes };
  try {
    return { line, raw, row: validated<GoodRow['row']>(SHEETS[kind].type, raw, 'row') };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { line, errors: errorsOf(error.extra.errors ?? [], line, mapping) };
  }
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const NUMBER_WITH_COMMA = /^[+-]?\d+,\d+$/;
/** Of pieces, what may be a thousand as well as one. */
const PERHAPS_THOUSANDS = /^[+-]?[1-9]\d{0,2}[.,]000$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_AND_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/;

/** What is no such value stays text, so that the field's own rule says what is wrong. */
function valueOf(text: string, kind: CellKind, delimiter: string): unknown {
  switch (kind) {
    case 'pieces':
      return PERHAPS_THOUSANDS.test(text) ? text : valueOf(text, 'number', delimiter);
    case 'number':
      // Where the comma does not separate cells it may separate decimals.
      return numberOf(delimiter !== ',' && NUMBER_WITH_COMMA.test(text) ? text.replace(',', '.') : text);
    case 'word':
      return text.toLowerCase().replaceAll(/[ -]/g, '_');
    case 'time':
      return timeOf(text);
    case 'list':
      return listOfCell(text);
    case 'object':
      return objectOf(text);
    default:
      return text;
  }
}

function numberOf(text: string): unknown {
  return NUMBER.test(text) ? Number(text) : text;
}

/** Spreadsheets write times without a zone: they are taken for UTC. */
function timeOf(text: string): string {
  if (DAY.test(text)) return `${text}T00:00:00Z`;
  const [, day, time, seconds] = DAY_AND_TIME.exec(text) ?? [];
  return day === undefined ? text : `${day}T${time}${seconds ?? ':00'}Z`;
}

function objectOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** In the order of the columns. */
function errorsOf(errors: readonly FieldError[], line: number, mapping: Mapping): ImportError[] {
  return errors
    .map(({ field, message }) => ({ field, message, index: indexOf(field, mapping) }))
    .sort((one, other) => one.index - other.index)
    .map(({ field, message, index }) => {
      const column = mapping[index]?.header ?? null;
      return { line, column, message: column === null && field !== 'row' ? `${field} ${message}` : message };
    });
}

/** Which column a field was read from; -1 for none. */
function indexOf(field: string, mapping: Mapping): number {
  const [first = '', key] = field.split('.');
  if (first !== 'attributes') return mapping.findIndex((column) => column.field === first);
  const own = mapping.findIndex(({ attribute }) => attribute !== undefined && attribute === key);
  return own === -1 ? mapping.findIndex((column) => column.field === first || column.attribute !== undefined) : own;
}

const TARGETS = ['sku', 'barcode', 'itemId'];

/** The field that a refusal of the inventory is about. */
function fieldOf({ code, errors }: Problem, raw: GoodRow['raw']): string {
  if (errors?.[0]) return errors[0].field;
  if (code === 'not-found') return TARGETS.find((name) => name in raw) ?? 'itemId';
  return code === 'stale-quantity' ? 'changeFrom' : 'quantity';
}

/** What the inventory refused, as an error of the line. */
export function errorOfProblem(problem: Problem, { line, raw }: GoodRow, mapping: Mapping): ImportError {
  return { line, column: mapping[indexOf(fieldOf(problem, raw), mapping)]?.header ?? null, message: problem.detail };
}
