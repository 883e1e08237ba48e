import { Alert, LedgerEvent, SOCKET_EVENTS, SOCKET_REQUESTS, type EventType } from '@app/contracts';
import { Module, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { MADE, table } from './table';

interface Told {
  when: string;
  /** Of the figures of its location. */
  change: string;
}

const NONE = 'none';

/** A kind of event that is forgotten here does not compile. */
const TYPES: Readonly<Record<EventType, Told>> = {
  'item.created': { when: 'An item was created.', change: 'on hand +, what it began with' },
  'item.updated': { when: 'Fields of an item were changed: `fields` has each as `[old, new]`.', change: NONE },
  'item.deleted': {
    when: 'An item was deleted. What was left of it was written off before, in the same operation.',
    change: NONE,
  },
  'item.restored': { when: 'A deleted item is back, with nothing on hand.', change: NONE },
  'stock.received': { when: 'Goods arrived: `receive`, or a receipt of an expectation.', change: 'on hand +' },
  'stock.returned': { when: 'A customer brought something back.', change: 'on hand +' },
  'stock.issued': { when: 'Sold, used, handed out.', change: 'on hand −' },
  'stock.written_off': { when: 'Broken, stolen, expired; or left of an item that was deleted.', change: 'on hand −' },
  'stock.adjusted': { when: 'The figure was wrong, by a known number.', change: 'on hand + or −' },
  'stock.counted': {
    when: 'Somebody counted: by a `count`, a `PUT` with a `quantity`, or a stocktake. Also what makes up for an older movement that was entered after a count.',
    change: 'on hand + or −, or none',
  },
  'stock.transferred_out': { when: 'It left for another location.', change: 'on hand −' },
  'stock.transferred_in': {
    when: 'It came from another location; of a transfer under way also what was cancelled and came back.',
    change: 'on hand +; incoming − when it was under way',
  },
  'stock.set_aside': { when: 'Still there, but not for sale.', change: 'unavailable +' },
  'stock.put_back': { when: 'For sale again.', change: 'unavailable −' },
  'stock.reversed': {
    when: 'An earlier movement was taken back; `links.reverses` is its position.',
    change: 'the opposite of that',
  },
  'stock.reserved': { when: 'A reservation holds it.', change: 'reserved +' },
  'stock.hold_extended': { when: 'A hold lasts longer, or shorter, than before.', change: NONE },
  'stock.released': { when: 'A reservation was given back.', change: 'reserved −' },
  'stock.expired': { when: 'The time of a hold was over.', change: 'reserved −' },
  'stock.committed': { when: 'A hold became an order, which does not expire.', change: NONE },
  'stock.fulfilled': { when: 'What was reserved was issued.', change: 'on hand −, reserved −' },
  'stock.expected': {
    when: 'Something is on its way, by a transfer or from a supplier; with less than 0: it will not come any more.',
    change: 'incoming + or −',
  },
};

interface Schema {
  type?: string;
  format?: string;
  nullable?: boolean;
  description?: string;
  example?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  $ref?: string;
  allOf?: Schema[];
}

type Schemas = Record<string, Schema>;

/** Swagger takes an empty list of modules for all of them. */
@Module({})
class NoRoutes {}

/** The schemas of the events as the OpenAPI document has them. */
function schemas(app: INestApplication): Schemas {
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
    include: [NoRoutes],
    extraModels: [LedgerEvent, Alert],
  });
  return (document.components?.schemas ?? {}) as Schemas;
}

/** The schemas that have a section of their own. */
const PARTS = ['Change', 'Totals', 'EventActor', 'Links'] as const;

function typeOf(all: Schemas, schema: Schema): string {
  const { type, format, nullable, items, $ref, allOf } = schema;
  const name = ($ref ?? allOf?.[0]?.$ref)?.split('/').at(-1) ?? '';
  const values = schema.enum ?? all[name]?.enum;
  let own = format ?? type ?? 'any';
  if (name === 'EventType') own = '[type](#types)';
  else if (values) own = values.map((value) => `\`${String(value)}\``).join(', ');
  else if (PARTS.some((part) => part === name)) own = `[${name}](#${name.toLowerCase()})`;
  else if (items) own = `list of ${typeOf(all, items)}`;
  return nullable ? `${own} or null` : own;
}

/** The members of a schema, and below it the schemas that they refer to. */
function membersOf(all: Schemas, name: string, level: number): string {
  const { properties = {} } = all[name] ?? {};
  const rows = Object.entries(properties).map(([member, schema]) => [
    `\`${member}\``,
    typeOf(all, schema),
    schema.description ?? '',
    schema.example === undefined ? '' : `\`${JSON.stringify(schema.example)}\``,
  ]);
  return `${'#'.repeat(level)} ${name}\n\n${table(['member', 'type', 'what it says', 'for example'], rows)}`;
}

const messages = (all: Record<string, { about: string }>): string[][] =>
  Object.entries(all).map(([name, { about }]) => [`\`${name}\``, about]);

/** The page of the facts that the ledger knows, and of the messages in which they arrive. */
export function eventsPage(app: INestApplication): string {
  const all = schemas(app);
  const types = Object.entries(TYPES).map(([type, { when, change }]) => [`\`${type}\``, when, change]);
  const parts = PARTS.map((name) => membersOf(all, name, 3));
  return `# Events

One event is one immutable, numbered fact: the same object in REST (\`GET /events\`), SSE, sockets and webhooks. ${MADE}
How to follow them: [Following the ledger](../guides/integrate/following.md).

## Types

The change is that of the figures at \`location\`; \`before\` and \`after\` are the item's totals. New types may be added: pass over what you do not
know.

${table(['type', 'when', 'change'], types)}

${membersOf(all, 'Event', 2)}

${parts.join('\n\n')}

## Messages of sockets

What each carries is in [asyncapi.json](asyncapi.json); what can be relied on in [Sockets](../guides/integrate/sockets.md).

${table(['from the server', 'what it says'], messages(SOCKET_EVENTS))}

${table(['from the client', 'what it wants'], messages(SOCKET_REQUESTS))}

${membersOf(all, 'Alert', 3)}

## Messages of webhooks

The body is \`{type, timestamp, data}\`; \`type\` is that of the event, and \`data\` the event. Beside them there are these; more in
[Webhooks](../guides/integrate/webhooks.md).

| type | when | \`data\` |
| --- | --- | --- |
| \`ledger.reset\` | the ledger was replaced by a backup: forget what came after \`position\` | \`{epoch, position, previous: {epoch, position}}\` |
| \`webhook.test\` | somebody asked for \`POST /webhooks/{id}/test\` | what looks like an event, at position 0 |
`;
}
