import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import { field, filledListRules, rule, type FieldOptions } from './field';
import { LIMITS } from './limits';

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
