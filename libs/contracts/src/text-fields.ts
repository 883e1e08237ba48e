import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { field, filledListRules, listRules, rule, type FieldOptions } from './field';
import { LIMITS } from './limits';

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

export function toNfc(value: unknown): unknown {
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
export function isWord(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length <= max && WORD.test(value) && !FORBIDDEN_KEYS.has(value);
}

export function isLocationCode(value: unknown): value is string {
  return isWord(value, LIMITS.locationCode);
}

export const LOCATION_CODE_RULE = `must be 1 to ${LIMITS.locationCode} letters, digits, _ or -`;

export const LOCATION_CODE_SCHEMA = {
  type: 'string',
  minLength: 1,
  maxLength: LIMITS.locationCode,
  pattern: WORD.source,
} as const;

/** The code of a location; case-sensitive. */
export function LocationCode(options: FieldOptions = {}): PropertyDecorator {
  return field(options, LOCATION_CODE_SCHEMA, rule('location', LOCATION_CODE_RULE, isLocationCode));
}

const ID = /^[0-9a-f]{24}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

export const ID_SCHEMA = { type: 'string', pattern: ID.source } as const;

/** An identifier: 24 hexadecimal digits, lower case. */
export function Id(options: FieldOptions = {}): PropertyDecorator {
  const schema = { ...ID_SCHEMA, example: '65a1b2c3d4e5f60718293a4b' };
  return field(options, schema, rule('id', 'must be an id of 24 hexadecimal digits', isId));
}

/** A list of different identifiers, at least one. */
export function Ids(options: FieldOptions & { maxItems: number }): PropertyDecorator {
  return field(
    options,
    { type: 'array', items: ID_SCHEMA, minItems: 1, maxItems: options.maxItems, uniqueItems: true },
    rule('ids', 'must be an id of 24 hexadecimal digits', isId, true),
    ...filledListRules(options.maxItems),
  );
}
