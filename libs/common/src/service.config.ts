import { Setting, addresses, atLeast, oneOf, origins, share, text, url, whole } from './setting.config';
import { mongoUri } from './uri.mongo';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What every process needs. */
export class ServiceConfig {
  @Setting({ env: 'HOST', doc: 'Address to listen on; 0.0.0.0 in containers.', parse: text })
  host = '127.0.0.1';

  @Setting({
    env: 'LOG_LEVEL',
    doc: `${LOG_LEVELS.join(', ')}; debug adds a line for each successful read.`,
    parse: oneOf(...LOG_LEVELS),
  })
  logLevel: LogLevel = 'info';

  @Setting({
    env: 'INTERNAL_TOKEN',
    doc: 'Shared by the three apps: who cannot show it gets no answer from the inventory. At least 32 bytes; the launcher makes one.',
    parse: atLeast(32),
    required: true,
    secret: true,
  })
  internalToken!: string;

  @Setting({
    env: 'MONGODB_URI',
    doc: 'MongoDB 6 or later, a replica set (transactions), with the database in the path. The launcher provides one when unset.',
    parse: mongoUri,
    required: true,
    secret: true,
  })
  mongodbUri!: string;

  @Setting({ env: 'MONGODB_POOL', doc: 'Connections to MongoDB that a process keeps at most.', parse: whole(2, 500) })
  mongodbPool = 20;

  @Setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    doc: 'Where an OpenTelemetry collector takes OTLP over HTTP, for example http://127.0.0.1:4318. Unset: nothing is traced.',
    parse: url('http', 'https'),
  })
  otlpEndpoint = '';

  @Setting({
    env: 'OTEL_TRACES_SAMPLER_ARG',
    doc: 'Share of the requests that are traced, 0 to 1; one that comes with a traceparent is traced as that says.',
    parse: share,
  })
  traceShare = 1;
}

/** What gateway and notification need to follow the inventory and to know who is calling. */
export class EdgeConfig extends ServiceConfig {
  @Setting({
    env: 'INVENTORY_ADDRESSES',
    doc: 'host:port list of the inventory; a DNS name counts for all its addresses.',
    parse: addresses,
  })
  inventoryAddresses: string[] = ['127.0.0.1:6101'];

  @Setting({
    env: 'JWT_SECRET',
    doc: 'Signs the access tokens. At least 32 bytes; the launcher makes and keeps one.',
    parse: atLeast(32),
    required: true,
    secret: true,
  })
  jwtSecret!: string;

  @Setting({ env: 'JWT_ACCESS_TTL', doc: 'Seconds that an access token is good for.', parse: whole(5, 86_400) })
  accessTtl = 900;

  @Setting({
    env: 'DRAIN_MS',
    doc: 'Milliseconds that a stopping process goes on serving while it is not ready any more, so that its clients move on; npm start: 0.',
    parse: whole(0, 5_000),
  })
  drainMs = 1_500;

  @Setting({
    env: 'CORS_ORIGINS',
    doc: 'Origins of browser pages that may call, or *.',
    parse: origins,
  })
  corsOrigins: string[] = [];

  @Setting({
    env: 'REDIS_URL',
    doc: 'Queue of the imports, cache of the reports; shares limits between gateways, and presence between notification apps. Without it imports are refused, and each process counts and shows only its own. The launcher provides one when unset.',
    parse: url('redis', 'rediss'),
    secret: true,
  })
  redisUrl = '';
}
