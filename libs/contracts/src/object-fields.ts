import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { field, rule, type FieldOptions } from './field';
import { LIMITS } from './limits';
import { isText, isWord, toNfc } from './text-fields';

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
