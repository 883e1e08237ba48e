import { Refused, SOCKET_EVENTS, SOCKET_REQUESTS } from '@app/contracts';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule } from '@nestjs/swagger';
import type { GatewayConfig } from '../gateway.config';
import { addExamples } from './examples';
import { asJsonSchema, type Schemas } from './json-schema';
import { ProblemDetails } from './problem.dto';
import { socketUrl } from './socket-address';

type DtoClass = new () => unknown;
type Named<Value> = Record<string, Value>;
interface Reference {
  $ref: string;
}
interface Message {
  name: string;
  title: string;
  summary?: string;
  payload: Reference;
}
interface Operation {
  action: 'send' | 'receive';
  channel: Reference;
  summary: string;
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
}

const ABOUT = `The sockets of Stockwire, as the server sees them: it *receives* the operations that a client emits, and *sends* the others.

Socket.IO 4, websocket transport only; a message's name is the name of the Socket.IO event. The handshake carries
\`auth: {token}\`, an access token or an API key; a bad one is a \`connect_error\` whose \`data\` is a Problem. Requests are
acknowledged: with the reply shown, or with \`Refused\`. Events are the same numbered facts as in REST, so keep the \`position\` and subscribe
with it as \`since\` after every connection.`;

const CHANNEL = { $ref: '#/channels/stock' };

/** The schemas of what goes over the socket, by the names that the OpenAPI document gives them. */
export function socketSchemas(app: INestApplication): Schemas {
  const messages = [...Object.values(SOCKET_REQUESTS), ...Object.values(SOCKET_EVENTS)];
  const replies = Object.values(SOCKET_REQUESTS).map(({ reply }) => reply);
  const extraModels = [...messages.map(({ payload }) => payload), ...replies, Refused, ProblemDetails];
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build(), {
    include: [NoRoutes],
    extraModels,
  });
  const schemas = document.components?.schemas ?? {};
  addExamples(schemas);
  return schemas;
}

/** Swagger takes an empty list of modules for all of them. */
class NoRoutes {}

/** The AsyncAPI document, for a server that is reached at `url`. */
export function asyncApiOf(app: INestApplication, url: URL): object {
  const messages: Named<Message> = { refused: { name: 'refused', title: 'Refused', payload: schemaOf(Refused) } };
  const operations: Named<Operation> = {};
  for (const [name, { about, payload, reply }] of Object.entries(SOCKET_REQUESTS)) {
    messages[name] = { name, title: name, summary: about, payload: schemaOf(payload) };
    messages[`${name}.reply`] = { name, title: `${name}, acknowledged`, payload: schemaOf(reply) };
    const answers = [inChannel(`${name}.reply`), inChannel('refused')];
    operations[name] = { ...operation('receive', name, about), reply: { channel: CHANNEL, messages: answers } };
  }
  for (const [name, { about, payload }] of Object.entries(SOCKET_EVENTS)) {
    const key = eventKey(name);
    messages[key] = { name, title: name, summary: about, payload: schemaOf(payload) };
    operations[key] = operation('send', key, about);
  }
  const token = { type: 'http', scheme: 'bearer', description: 'As `auth: {token}` of the handshake.' };
  return {
    asyncapi: '3.0.0',
    info: { title: 'Stockwire sockets', version: '1', description: ABOUT, license: { name: 'MIT' } },
    defaultContentType: 'application/json',
    servers: {
      notification: {
        host: url.host,
        pathname: '/socket.io',
        protocol: url.protocol === 'https:' ? 'wss' : 'ws',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      stock: {
        address: '/',
        description: 'The default namespace.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations,
    components: { messages, schemas: asJsonSchema(socketSchemas(app)), securitySchemes: { token } },
  };
}

/** Serves the document at `/asyncapi.json`. */
export function serveAsyncApi(app: NestFastifyApplication, config: Readonly<GatewayConfig>): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/asyncapi.json', (request) =>
      asyncApiOf(app, new URL(socketUrl(config, request.host), `${request.protocol}://localhost`)),
    );
}

/** A request and an event may have the same name on the wire; in the document each needs its own. */
export function eventKey(name: string): string {
  return name in SOCKET_REQUESTS ? `${name}.event` : name;
}

function operation(action: Operation['action'], name: string, summary: string): Operation {
  return { action, channel: CHANNEL, summary, messages: [inChannel(name)] };
}

function inChannel(message: string): Reference {
  return { $ref: `${CHANNEL.$ref}/messages/${message}` };
}

function schemaOf(type: DtoClass): Reference {
  return { $ref: getSchemaPath(type) };
}
