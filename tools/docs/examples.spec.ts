import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  $ref?: string;
  example?: unknown;
  enum?: unknown[];
  default?: unknown;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
}

interface Content {
  schema: Schema;
  example?: unknown;
  examples?: object;
}

interface Operation {
  requestBody?: { content: Record<string, Content> };
  responses?: Record<string, { content?: Record<string, Content> }>;
}

// That it is what a gateway serves is for test/reference.e2e.ts to say.
const { paths, components } = JSON.parse(
  readFileSync(join(__dirname, '../../docs/reference/openapi.json'), 'utf8'),
) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

/** Whether Swagger UI has anything better to show of it than `string` and 0. */
function shows(schema: Schema | undefined, above: readonly string[] = []): boolean {
  if (!schema) return false;
  const name = schema.$ref?.split('/').at(-1);
  if (name) return !above.includes(name) && shows(components.schemas[name], [...above, name]);
  if (['example', 'enum', 'default'].some((keyword) => keyword in schema)) return true;
  const parts = [
    ...(schema.allOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.properties ?? {}),
    schema.items,
  ];
  return parts.some((part) => shows(part, above));
}

describe('the OpenAPI document', () => {
  it('has an example of every answer and of every body', () => {
    const contents = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody, responses = {} }]) =>
        [['body', requestBody] as const, ...Object.entries(responses)].flatMap(([of, has]) =>
          Object.entries(has?.content ?? {}).map(([media, content]) => ({
            told: `${method} ${path} ${of} ${media}`,
            content,
          })),
        ),
      ),
    );
    expect(contents.length).toBeGreaterThan(500);
    const bare = contents.filter(
      ({ content: { example, examples, schema } }) => !example && !examples && !shows(schema),
    );
    expect(bare.map(({ told }) => told)).toEqual([]);
  });

  it('shows an item and an event as they are', () => {
    const { Item: item, Event: event } = components.schemas;
    const bare = Object.entries(item?.properties ?? {}).filter(([, schema]) => !('$ref' in schema) && !shows(schema));
    expect(bare.map(([member]) => member)).toEqual([]);
    expect(Object.keys(event?.example as object).sort()).toEqual(Object.keys(event?.properties ?? {}).sort());
  });
});
