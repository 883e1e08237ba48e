import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { LIMITS } from './limits';

/** How a field behaves beside its kind: one decorator gives validation, sanitising and the Swagger schema together. */
export interface FieldOptions {
  description?: string;
  example?: unknown;
  /** May be left out. */
  optional?: boolean;
  /** May be null, which clears it. */
  nullable?: boolean;
  default?: unknown;
  /** May be left out, except when this holds for the object it stands in. */
  requiredWhen?: (object: Raw) => boolean;
}

/** An object under validation: anything may have arrived in it. */
type Raw = Record<string, unknown>;

/** The message a validator attaches is all the client sees of it, so each says what would be right. */
function rule(name: string, message: string, validate: (value: unknown) => boolean, each = false): PropertyDecorator {
  return ValidateBy(
    { name, validator: { validate, defaultMessage: () => (each ? `each entry ${message}` : message) } },
    { each },
  );
}

function field(options: FieldOptions, schema: ApiPropertyOptions, ...rules: PropertyDecorator[]): PropertyDecorator {
  const { requiredWhen, optional = requiredWhen !== undefined, nullable = false, description, example } = options;
  const presence: PropertyDecorator[] = [];
  if (requiredWhen) presence.push(ValidateIf((object: Raw, value) => value !== undefined || requiredWhen(object)));
  else if (optional && nullable) presence.push(IsOptional());
  else if (optional) presence.push(ValidateIf((_, value) => value !== undefined));
  else if (nullable) presence.push(ValidateIf((_, value) => value !== null));
  const documented = {
    ...schema,
    // Swagger keeps `required` of an object schema for the names of its own members.
    [schema.type === 'object' ? 'selfRequired' : 'required']: !optional,
    ...(nullable && { nullable }),
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
    ...(options.default !== undefined && { default: options.default }),
  } as ApiPropertyOptions;
  return applyDecorators(ApiProperty(documented), ...presence, ...rules);
}

// oxlint-disable-next-line no-control-regex -- refusing these is what the expression is for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// oxlint-disable-next-line no-control-regex -- as above, without tab, line feed and carriage return
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

function codePoints(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

export function isText(value: unknown, min: number, max: number, lines = false): value is string {
  // A lone surrogate has no UTF-8 form: the database would store another text than the hash was made of.
  if (typeof value !== 'string' || !value.isWellFormed() || (lines ? CONTROL_BUT_LINES : CONTROL).test(value))
    return false;
  // A text of at most max units has at most max code points; counting is for the few that are longer.
  const long = value.length > max ? codePoints(value) : value.length;
  return long <= max && long >= min && (min === 0 || value.trim() !== '');
}

const normalise = Transform(({ value }: { value: unknown }) => toNfc(value));
const normaliseEach = Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(toNfc) : value));

function toNfc(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC') : value;
}

export interface TextOptions extends FieldOptions {
  min?: number;
  max: number;
  /** Allows line breaks and tabs. */
  lines?: boolean;
}

function textRule({ min = 1, max, lines = false }: TextOptions, each = false): PropertyDecorator {
  const what = `must be text of ${min} to ${max} characters without control characters`;
  return rule('text', what, (value) => isText(value, min, max, lines), each);
}

/** Text, normalised to NFC; control characters are refused. Length in code points. */
export function Text(options: TextOptions): PropertyDecorator {
  const schema = { type: 'string', minLength: options.min ?? 1, maxLength: options.max } as const;
  return applyDecorators(normalise, field(options, schema, textRule(options)));
}

/** A list of different texts. */
export function Texts(options: TextOptions & { maxItems: number }): PropertyDecorator {
  const items = { type: 'string', minLength: options.min ?? 1, maxLength: options.max } as const;
  const schema = { type: 'array', items, maxItems: options.maxItems, uniqueItems: true } as const;
  return applyDecorators(
    normaliseEach,
    field(options, schema, textRule(options, true), ...listRules(options.maxItems)),
  );
}

const CODE = /^[\x21-\x7e]+$/;

/** Visible ASCII without spaces, case-sensitive: skus and barcodes. */
export function Code(options: FieldOptions & { max: number }): PropertyDecorator {
  const schema = { type: 'string', minLength: 1, maxLength: options.max, pattern: '^[\\x21-\\x7e]+$' } as const;
  const what = `must be 1 to ${options.max} visible ASCII characters without spaces`;
  return field(
    options,
    schema,
    rule('code', what, (value) => isCode(value, options.max)),
  );
}

/** A list of different codes. */
export function Codes(options: FieldOptions & { max: number; maxItems: number }): PropertyDecorator {
  const items = { type: 'string', minLength: 1, maxLength: options.max, pattern: '^[\\x21-\\x7e]+$' } as const;
  const what = `must be 1 to ${options.max} visible ASCII characters without spaces`;
  return field(
    options,
    { type: 'array', items, maxItems: options.maxItems, uniqueItems: true },
    rule('codes', what, (value) => isCode(value, options.max), true),
    ...listRules(options.maxItems),
  );
}

function isCode(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length <= max && CODE.test(value);
}

const WORD = /^[A-Za-z0-9_-]+$/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** What may become part of a database path and of a query parameter's name. */
function isWord(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && WORD.test(value) && !FORBIDDEN_KEYS.has(value);
}

export function isLocationCode(value: unknown): value is string {
  return isWord(value, LIMITS.locationCode);
}

export const LOCATION_CODE_RULE = `must be 1 to ${LIMITS.locationCode} letters, digits, _ or -`;

/** The code of a location; case-sensitive. */
export function LocationCode(options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', minLength: 1, maxLength: LIMITS.locationCode, pattern: WORD.source } as const;
  return field(options, schema, rule('location', LOCATION_CODE_RULE, isLocationCode));
}

function listRules(maxItems: number): PropertyDecorator[] {
  return [
    ArrayUnique({ message: 'must not hold an entry twice' }),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} entries` }),
    IsArray({ message: 'must be a list' }),
  ];
}

function filledListRules(maxItems: number): PropertyDecorator[] {
  return [ArrayMinSize(1, { message: 'must have at least 1 entry' }), ...listRules(maxItems)];
}

const ID = /^[0-9a-f]{24}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** An identifier: 24 hexadecimal digits, lower case. */
export function Id(options: FieldOptions = {}): PropertyDecorator {
  const schema = { type: 'string', pattern: '^[0-9a-f]{24}$', example: '65a1b2c3d4e5f60718293a4b' } as const;
  return field(options, schema, rule('id', 'must be an id of 24 hexadecimal digits', isId));
}

/** A list of different identifiers, at least one. */
export function Ids(options: FieldOptions & { maxItems: number }): PropertyDecorator {
  const items = { type: 'string', pattern: '^[0-9a-f]{24}$' } as const;
  return field(
    options,
    { type: 'array', items, minItems: 1, maxItems: options.maxItems, uniqueItems: true },
    rule('ids', 'must be an id of 24 hexadecimal digits', isId, true),
    ...filledListRules(options.maxItems),
  );
}

export interface WholeOptions extends FieldOptions {
  min?: number;
  max?: number;
}

/** A whole number; -0 becomes 0. */
export function Whole(options: WholeOptions = {}): PropertyDecorator {
  const { min = -LIMITS.quantity, max = LIMITS.quantity } = options;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 0 ? 0 : value)),
    field(
      options,
      { type: 'integer', minimum: min, maximum: max },
      rule('whole', `must be a whole number from ${min} to ${max}`, (value) => isWhole(value, min, max)),
    ),
  );
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

/** A whole number in a query string, where everything arrives as text. `limit=`, `limit=1e1` and `limit=0x5` are refused. */
export function WholeQuery(options: WholeOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    Whole({ optional: true, ...options }),
  );
}

/** An amount of money with at most four decimals. */
export function Price(options: FieldOptions = {}): PropertyDecorator {
  const message = `must be a number from 0 to ${LIMITS.price} with at most 4 decimals`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 0 ? 0 : value)),
    field(
      options,
      { type: 'number', minimum: 0, maximum: LIMITS.price, multipleOf: 0.0001 },
      rule('price', message, isPrice),
    ),
  );
}

function isPrice(value: unknown): boolean {
  if (typeof value !== 'number' || !(value >= 0 && value <= LIMITS.price)) return false;
  // 0.1 + 0.2 has no exact form, so what counts is whether four decimals give the very same number back.
  return Number(value.toFixed(4)) === value;
}

/** One of a closed list of words. */
export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'string', enum: [...values] },
    IsIn(values, { message: `must be one of ${values.join(', ')}` }),
  );
}

/** A list of different words of a closed list, at least one. */
export function SomeOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: 'array', items: { type: 'string', enum: [...values] }, minItems: 1, uniqueItems: true },
    IsIn(values, { each: true, message: `each entry must be one of ${values.join(', ')}` }),
    ...filledListRules(values.length),
  );
}

/** `true` or `false` in a query string. */
export function Flag(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    field({ optional: true, ...options }, { type: 'boolean' }, IsBoolean({ message: 'must be true or false' })),
  );
}

/** `true` or `false` in a body, where the text of either is a mistake. */
export function Choice(options: FieldOptions = {}): PropertyDecorator {
  return field({ optional: true, ...options }, { type: 'boolean' }, IsBoolean({ message: 'must be true or false' }));
}

const RFC3339 = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** Whether a value is an RFC 3339 time that exists (no 30th of February). */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !RFC3339.test(value)) return false;
  const time = Date.parse(value);
  // Date.parse rolls 2025-02-30 over to March; the day of the month tells.
  return !Number.isNaN(time) && new Date(`${value.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(value.slice(8, 10));
}

/** A time, RFC 3339; kept as UTC with milliseconds. */
export function Time(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (isTime(value) ? new Date(value).toISOString() : value)),
    field(
      options,
      { type: 'string', format: 'date-time', example: '2026-01-05T10:00:00Z' },
      rule('time', 'must be a time as in RFC 3339, for example 2026-01-05T10:00:00Z', isTime),
    ),
  );
}

/** Values of an item's free attributes. */
export type Attributes = Record<string, string | number | boolean>;

function isAttributes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= LIMITS.attributes && entries.every(([key, entry]) => isAttribute(key, entry));
}

function isAttribute(key: string, value: unknown): boolean {
  if (!isWord(key, LIMITS.attributeKey)) return false;
  if (typeof value === 'string') return isText(value, 0, LIMITS.attributeText, false);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** Up to 32 flat keys of text, number or boolean. */
export function FreeAttributes(options: FieldOptions = {}): PropertyDecorator {
  const message =
    `must be an object of at most ${LIMITS.attributes} keys (letters, digits, _ and -, up to ${LIMITS.attributeKey}) ` +
    `with text of up to ${LIMITS.attributeText} characters, a number or a boolean each`;
  return applyDecorators(
    // A null prototype or a class instance made of the caller's keys must not come out of class-transformer: the plain object is taken as it is.
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => normaliseValues(obj[key])),
    field(
      options,
      {
        type: 'object',
        additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
        example: { colour: 'white', fragile: true },
      },
      rule('attributes', message, isAttributes),
    ),
  );
}

function normaliseValues(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toNfc(entry)]));
}

/** A list of DTOs; nested validation is added with @ValidateNested and @Type at the field. */
export function ListOf(
  type: () => new () => object,
  options: FieldOptions & { min?: number; max: number },
): PropertyDecorator {
  const { min = 1, max } = options;
  return field(
    options,
    // Swagger takes only a function named `type` for a lazy one, hence the second arrow.
    { type: () => type(), isArray: true, minItems: min, maxItems: max } as unknown as ApiPropertyOptions,
    ArrayMinSize(min, { message: `must have at least ${min} ${min === 1 ? 'entry' : 'entries'}` }),
    ArrayMaxSize(max, { message: `must have at most ${max} entries` }),
    IsArray({ message: 'must be a list' }),
  );
}

/** Another DTO; nested validation is added with @ValidateNested and @Type at the field. */
export function ObjectOf(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: () => type() } as unknown as ApiPropertyOptions,
    rule(
      'object',
      'must be an object',
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    ),
  );
}
