import { DomainError } from '@app/common';
import type { FieldError } from '@app/contracts';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { QuickReader, type Dto } from './quick-reader';

/** Fields that a refusal lists at most: a hostile body would otherwise be answered with a megabyte. */
const MOST = 100;
/** Characters of a key that are repeated. */
const KEY_LENGTH = 100;

/**
 * Turns what arrived into an instance of a DTO class. `whole` is what the value as such is called in errors.
 * @throws DomainError `validation` with every field that is not valid
 */
export function validated<T extends object>(type: Dto<T>, value: unknown, whole = 'body'): T {
  if (!isObject(value)) throw validationError([{ field: whole, message: 'must be an object' }]);
  return (QuickReader.of(type).read(value) as T | undefined) ?? explained(type, value);
}

/** What the libraries make of it: an instance, or every reason why it is none. */
export function explained<T extends object>(type: Dto<T>, value: Record<string, unknown>): T {
  const trick = constructorIn(value);
  if (trick !== undefined) throw validationError([unknownKey(trick)]);
  const instance = plainToInstance(type, value);
  const findings = inspect(instance, value);
  // Below a misfit class-validator would look on, also through lists in lists.
  const invalid = findings.misfits.length > 0 ? findings.misfits : validateSync(instance, OPTIONS).flatMap(toFields);
  const errors = [...findings.unknown, ...invalid];
  if (errors.length > 0) throw validationError(errors);
  return instance;
}

/** Where something nested has a `constructor` of its own, which class-transformer would call. */
function constructorIn(value: object, path = ''): string | undefined {
  for (const [key, member] of Object.entries(value)) {
    if (key === 'constructor' && path !== '') return `${path}${key}`;
    if (typeof member !== 'object' || member === null) continue;
    const found = constructorIn(member as object, `${path}${key}.`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a `NoQuery` DTO does, without a promise: for the routes that are asked most. @throws DomainError `validation` */
export function insistOnNoQuery({ query }: { query: unknown }): void {
  for (const key in query as object) throw validationError([unknownKey(key)]);
}

/** Of a key that stands twice the parser makes a list, which no rule of one value describes. @throws DomainError `validation` */
export function insistOnKeysOnce(query: Readonly<Record<string, unknown>>): void {
  const twice = Object.keys(query).filter((key) => Array.isArray(query[key]));
  if (twice.length === 0) return;
  throw validationError(twice.map((key) => ({ field: named(key), message: 'must be given once' })));
}

/** None at all, or an empty object. @throws DomainError `validation` */
export function insistOnNoBody({ body }: { body?: unknown }): void {
  if (body === undefined || body === null) return;
  if (!isObject(body)) throw validationError([{ field: 'body', message: 'must be an object' }]);
  const keys = Object.keys(body);
  if (keys.length > 0) throw validationError(keys.map(unknownKey));
}

function unknownKey(key: string): FieldError {
  return { field: named(key), message: 'is not known here' };
}

/** A caller's own key, as it is repeated to it. */
function named(key: string): string {
  return key.toWellFormed().slice(0, KEY_LENGTH);
}

/** Unknown keys are found here and not by its whitelist, which takes `constructor` and `toString` for known ones. */
const OPTIONS = { forbidUnknownValues: false } as const;

/** A refusal that lists the fields; its detail names the first. */
export function validationError(errors: FieldError[]): DomainError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new DomainError('validation', `${first?.field} ${first?.message}${more}`, { errors: errors.slice(0, MOST) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Findings {
  /** Something else stands where an object or a list of objects belongs. */
  misfits: FieldError[];
  unknown: FieldError[];
}

/** Compares what arrived with what its DTO knows, level by level: class-transformer passes keys such as `constructor` over. */
function inspect(instance: object, raw: Record<string, unknown>, path = '', findings?: Findings): Findings {
  const found: Findings = findings ?? { misfits: [], unknown: [] };
  const shape = shapeOf(Object.getPrototypeOf(instance) as object);
  for (const key of Object.keys(raw)) {
    const nested = shape.get(key);
    if (nested === undefined) found.unknown.push(unknownKey(path + key));
    const [entries, rawEntries] = [(instance as Record<string, unknown>)[key], raw[key]];
    if (!nested || rawEntries === undefined) continue;
    if (nested === 'one') {
      if (isObject(entries) && isObject(rawEntries)) inspect(entries, rawEntries, `${path}${key}.`, found);
      else found.misfits.push({ field: path + key, message: 'must be an object' });
      continue;
    }
    if (!Array.isArray(entries) || !Array.isArray(rawEntries)) {
      found.misfits.push({ field: path + key, message: 'must be a list' });
      continue;
    }
    for (const [index, rawEntry] of rawEntries.slice(0, MOST + 1).entries()) {
      const place = `${path}${key}.${index}`;
      const entry: unknown = entries[index];
      if (isObject(entry) && isObject(rawEntry)) inspect(entry, rawEntry, `${place}.`, found);
      else found.misfits.push({ field: place, message: 'must be an object' });
    }
  }
  return found;
}

/** The members that a DTO class knows, and whether each holds one DTO itself, or a list of them. */
type Shape = ReadonlyMap<string, 'one' | 'list' | false>;

const shapes = new WeakMap<object, Shape>();

function shapeOf(prototype: object): Shape {
  const known = shapes.get(prototype);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(prototype.constructor, '', false, false);
  const shape = new Map<string, 'one' | 'list' | false>();
  for (const { propertyName, type, each } of rules) {
    const nested = type === 'nestedValidation' && (each ? 'list' : 'one');
    shape.set(propertyName, shape.get(propertyName) || nested);
  }
  shapes.set(prototype, shape);
  return shape;
}

/** One error for each field: a value of the wrong kind breaks all the rules of its field, and only the basic one says why. */
function toFields({ property, constraints, children }: ValidationError): FieldError[] {
  const messages = Object.values(constraints ?? {});
  const message = messages.find((text) => text === 'must be a list') ?? messages[0];
  const below = (children ?? []).flatMap(toFields);
  return [
    ...(message === undefined ? [] : [{ field: property, message }]),
    ...below.map(({ field, message: what }) => ({ field: `${property}.${field}`, message: what })),
  ];
}
