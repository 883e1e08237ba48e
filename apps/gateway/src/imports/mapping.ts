import type { FieldError } from '@app/contracts';
import { validationError } from '../http/validation';
import { SHEETS, type SheetKind } from './fields';

/** What one column of a file stands for; without a field it is left out. */
export interface MappedColumn {
  /** As it stands in the file. */
  header: string;
  field?: string;
  /** The key within `attributes`. */
  attribute?: string;
}

export type Mapping = MappedColumn[];

const ATTRIBUTE = /^(?:attributes|attr)\.((?!__proto__$)[A-Za-z0-9_-]{1,64})$/i;
const MOST_COLUMNS = 200;

/**
 * What the columns of a file stand for: by `map` where that names them, else by their names.
 * @throws DomainError `validation` with every column that is not known or there twice, and every field without one
 */
export function mappingOf(kind: SheetKind, header: readonly string[], map: string | undefined): Mapping {
  if (header.length > MOST_COLUMNS)
    throw validationError([{ field: 'file', message: `has more than ${MOST_COLUMNS} columns` }]);
  const given = readMap(map);
  const errors: FieldError[] = [];
  const columns = header.map((cell): MappedColumn => {
    const name = cell.trim();
    const target = given.get(name.toLowerCase());
    given.delete(name.toLowerCase());
    if (target !== undefined) return { header: name, ...mapped(kind, name, target, errors) };
    return { header: name, ...(name !== '' && meant(kind, name, errors)) };
  });
  for (const name of given.keys())
    errors.push({ field: 'map', message: `names ${name}, which is no column of the file` });
  errors.push(...doubled(columns), ...missing(kind, columns));
  if (errors.length > 0) throw validationError(errors);
  return columns;
}

/** `?map=` by column, in lower case. */
function readMap(map: string | undefined): Map<string, string> {
  if (map === undefined || map.trim() === '') return new Map();
  const pairs = map.trim().startsWith('{') ? pairsOfJson(map) : pairsOfText(map);
  return new Map(pairs.map(([column, field]) => [column.trim().toLowerCase(), field.trim()]));
}

function pairsOfText(map: string): [string, string][] {
  return map.split(',').map((pair) => {
    // The last colon: a column's name may contain one, a field's does not.
    const colon = pair.lastIndexOf(':');
    if (colon < 1) throw badMap();
    return [pair.slice(0, colon), pair.slice(colon + 1)];
  });
}

function pairsOfJson(map: string): [string, string][] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(map);
  } catch {
    throw badMap();
  }
  return Object.entries(parsed as object).map(([column, field]: [string, unknown]) => {
    if (typeof field !== 'string') throw badMap();
    return [column, field];
  });
}

function badMap(): Error {
  return validationError([
    { field: 'map', message: 'must be <column>:<field> pairs separated by commas, or a JSON object of texts' },
  ]);
}

/** A column that `map` names. */
function mapped(kind: SheetKind, header: string, target: string, errors: FieldError[]): Omit<MappedColumn, 'header'> {
  if (target === '') return {};
  const attribute = kind === 'items' ? ATTRIBUTE.exec(target)?.[1] : undefined;
  if (attribute !== undefined) return { attribute };
  const field = Object.keys(SHEETS[kind].fields).find((name) => name.toLowerCase() === target.toLowerCase());
  if (field !== undefined) return { field };
  const fields = Object.keys(SHEETS[kind].fields).join(', ');
  errors.push({ field: 'map', message: `gives ${header} the field ${target}, which is none of ${fields}` });
  return {};
}

/** A column by its own name. */
function meant(kind: SheetKind, header: string, errors: FieldError[]): Omit<MappedColumn, 'header'> {
  const { fields, ignored } = SHEETS[kind];
  const attribute = kind === 'items' ? ATTRIBUTE.exec(header)?.[1] : undefined;
  if (attribute !== undefined) return { attribute };
  const plain = header.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const own = Object.keys(fields).find((name) => name.toLowerCase() === plain);
  const field = own ?? Object.keys(fields).find((name) => fields[name]?.also.includes(plain));
  if (field !== undefined) return { field };
  if (!ignored.includes(plain)) {
    const message = `is a column that is not known; name its field with map=${header}:<field>, or leave it out with map=${header}:`;
    errors.push({ field: header, message });
  }
  return {};
}

function doubled(columns: Mapping): FieldError[] {
  const first = new Map<string, string>();
  return columns.flatMap(({ header, field, attribute }) => {
    const target = field ?? (attribute === undefined ? undefined : `attributes.${attribute}`);
    if (target === undefined) return [];
    const other = first.get(target);
    first.set(target, other ?? header);
    return other === undefined ? [] : [{ field: header, message: `means ${target}, as ${other} does` }];
  });
}

function missing(kind: SheetKind, columns: Mapping): FieldError[] {
  const there = new Set(columns.map(({ field }) => field));
  return SHEETS[kind].required
    .filter((group) => !group.some((name) => there.has(name)))
    .map((group) => ({ field: group[0] ?? '', message: `is missing: no column means ${group.join(' or ')}` }));
}
