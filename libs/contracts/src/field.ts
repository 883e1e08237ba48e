import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsOptional, ValidateBy, ValidateIf } from 'class-validator';

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
export function rule(
  name: string,
  message: string,
  validate: (value: unknown) => boolean,
  each = false,
): PropertyDecorator {
  return ValidateBy(
    { name, validator: { validate, defaultMessage: () => (each ? `each entry ${message}` : message) } },
    { each },
  );
}

export function field(
  options: FieldOptions,
  schema: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
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

export function listRules(maxItems: number): PropertyDecorator[] {
  return [
    ArrayUnique({ message: 'must not hold an entry twice' }),
    ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} entries` }),
    IsArray({ message: 'must be a list' }),
  ];
}

export function filledListRules(maxItems: number): PropertyDecorator[] {
  return [ArrayMinSize(1, { message: 'must have at least 1 entry' }), ...listRules(maxItems)];
}
