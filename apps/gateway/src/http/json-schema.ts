import type { OpenAPIObject } from '@nestjs/swagger';

export type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Keywords = Record<string, unknown>;

/** Schemas of OpenAPI 3.0 as JSON Schema, which has no `nullable`: null is a type there, and a value of an enumeration. */
export function asJsonSchema(schemas: Schemas): object {
  return each(schemas);
}

function each(schemas: object): object {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, converted(schema)]));
}

function converted(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, example, ...keywords }: Keywords = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, inner(keyword, value)]),
  );
  const shown = { ...keywords, ...(example !== undefined && { examples: [example] }) };
  return nullable === true ? orNull(shown) : shown;
}

function inner(keyword: string, value: unknown): unknown {
  if (keyword === 'properties' && typeof value === 'object' && value !== null) return each(value);
  if (['items', 'additionalProperties', 'not'].includes(keyword)) return converted(value);
  return ['allOf', 'anyOf', 'oneOf'].includes(keyword) && Array.isArray(value) ? value.map(converted) : value;
}

/** Swagger gives a type to a reference too, and null would still have to be what is referred to. */
function orNull(schema: Keywords): Keywords {
  const { type, enum: values, allOf } = schema;
  if (typeof type !== 'string' || allOf !== undefined) return { oneOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }) };
}
