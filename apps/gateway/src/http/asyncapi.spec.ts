import { SOCKET_EVENTS, SOCKET_REQUESTS } from '@app/contracts';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import Ajv from 'ajv';
import schema from '@asyncapi/specs/schemas/3.0.0-without-$id.json';
import { asyncApiOf, eventKey } from './asyncapi';
import { asJsonSchema } from './json-schema';

@Module({})
class Empty {}

type Found = Record<string, object>;
interface Document {
  channels: Record<string, { address: string; messages: Found }>;
  operations: Record<string, { action: string; reply?: { messages: { $ref: string }[] } }>;
  components: { messages: Found; schemas: Found };
}

let document: Document;

beforeAll(async () => {
  const app = await NestFactory.create(Empty, new FastifyAdapter(), { logger: false, preview: true });
  document = asyncApiOf(app, new URL('http://127.0.0.1:6102')) as Document;
});

/** The thing that a JSON pointer names. */
function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3', () => {
    const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ ...document, operations: { broken: { action: 'shout' } } })).toBe(false);
  });

  it('knows every event and request of the sockets, each with its payload', () => {
    const requests = Object.keys(SOCKET_REQUESTS);
    const events = Object.keys(SOCKET_EVENTS).map(eventKey);
    expect(Object.keys(document.operations)).toEqual([...requests, ...events]);
    for (const name of requests) expect(document.operations[name]).toMatchObject({ action: 'receive', reply: {} });
    for (const name of events) expect(document.operations[name]).toMatchObject({ action: 'send' });
    const documented = [
      ...Object.entries(SOCKET_REQUESTS).map(([name, { payload }]) => ({ key: name, name, payload })),
      ...Object.entries(SOCKET_EVENTS).map(([name, { payload }]) => ({ key: eventKey(name), name, payload })),
    ];
    for (const { key, name, payload } of documented)
      expect(document.components.messages[key]).toMatchObject({
        name,
        payload: { $ref: `#/components/schemas/${payload.name}` },
      });
  });

  it('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, pointer = '']) => pointer);
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter((pointer) => at(pointer) === undefined)).toEqual([]);
  });

  it('shows the events as REST does, with null as a type', () => {
    const { Event: event, RoomEvent: inRoom } = document.components.schemas as Record<string, { properties: Found }>;
    expect(Object.keys(inRoom?.properties ?? {}).sort()).toEqual(
      [...Object.keys(event?.properties ?? {}), 'room'].sort(),
    );
    expect(event?.properties).toMatchObject({
      sku: { type: ['string', 'null'], examples: ['85123A'] },
      level: { oneOf: [{ allOf: [{ $ref: '#/components/schemas/Change' }] }, { type: 'null' }] },
    });
  });
});

describe('a schema of OpenAPI', () => {
  it('may have properties that are called like keywords', () => {
    const properties = { nullable: { type: 'boolean' }, example: { type: 'string', nullable: true, example: 'x' } };
    expect(asJsonSchema({ Odd: { type: 'object', properties } })).toEqual({
      Odd: {
        type: 'object',
        properties: { nullable: { type: 'boolean' }, example: { type: ['string', 'null'], examples: ['x'] } },
      },
    });
  });

  it('allows null among the values of an enumeration', () => {
    expect(asJsonSchema({ Kind: { type: 'string', enum: ['a'], nullable: true } })).toEqual({
      Kind: { type: ['string', 'null'], enum: ['a', null] },
    });
  });
});
