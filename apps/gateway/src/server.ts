import { ConfigError, endOnSignals, type Logger, nestLog, openSchema, OpsServer, tracing } from '@app/common';
import { Authenticator, Revocations } from '@app/identity';
import cors from '@fastify/cors';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module';
import { EventFeed } from './events/event-feed.service';
import { serveConsole } from './console/console';
import type { GatewayConfig } from './gateway.config';
import { serveAsyncApi } from './http/asyncapi';
import { fastifyAdapter } from './http/fastify';
import { observe, type RequestTimes } from './http/observe';
import { refuseUnreadable } from './http/readable';
import { secure } from './http/secure';
import { traceRequests } from './http/traced';
import { serveDocument } from './http/openapi';
import { ItemLane } from './items/item-lane';
import { ItemReader } from './items/item-reader.service';
import { measure } from './measure';
import { RequestLimits } from './throttle/request-limits.service';

const PREFIX = 'api/v1';
/** Requests that are not finished by then are cut off: the launcher and Docker wait 10 s for the whole stop. */
const FINISH_MS = 7_000;
/** How long a connection is kept that has its last answer while the gateway stops. */
const LAST_KEEP_ALIVE_MS = 100;
/** Revocations that were not heard of for this long are not known any more. */
const IDENTITY_MS = 5_000;

/** Headers that a browser page may read. */
const EXPOSED = [
  'Content-Disposition',
  'ETag',
  'Location',
  'Traceparent',
  'X-Position',
  'X-Request-Id',
  'Idempotency-Replayed',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
];

/** Starts the gateway: the private port first, so that it can tell why the public one is not there yet. */
export async function startGateway(config: Readonly<GatewayConfig>, log: Logger): Promise<void> {
  const ops = new OpsServer('gateway').check('gateway', () => (listening ? undefined : 'starting'));
  let listening = false;
  await ops.listen(config.host, config.opsPort).catch(portFault('GATEWAY_OPS_PORT', config.opsPort));
  const adapter = fastifyAdapter(config);
  traceRequests(adapter.getInstance());
  sendElsewhere(adapter.getInstance(), ops);
  const times = observe(adapter.getInstance(), log, ops);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config, log, ops), adapter, {
    logger: nestLog(log),
    bodyParser: false,
    abortOnError: false,
  });
  endOnSignals(app, log, ops);
  await openSchema(app, { log });
  await furnish(app, config);
  openLane(app, config, { log, ops, times });
  watch(app, ops);
  measure(app, ops.registry);
  await app.listen(config.port, config.host).catch(portFault('GATEWAY_PORT', config.port));
  listening = true;
  log.info({ url: `http://${config.host}:${config.port}`, docs: '/docs' }, 'gateway is listening');
}

/**
 * A gateway that stops closes each connection with an answer, which tells the client. Closed while it is idle, a request might be
 * on its way in it, and whether that had arrived nobody could say. Looked at when the answer leaves: one that was waited for may
 * have been asked for long before.
 */
function sendElsewhere(fastify: FastifyInstance, ops: OpsServer): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (ops.isLeaving) reply.header('connection', 'close');
    done(null, payload);
  });
}

/** What every answer goes through, and the documentation. */
async function furnish(app: NestFastifyApplication, config: Readonly<GatewayConfig>): Promise<void> {
  const { corsOrigins } = config;
  app.setGlobalPrefix(PREFIX);
  if (corsOrigins.length > 0) {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
    // By itself, since Nest's own way comes before every hook: the answer to a preflight had no request id.
    await app.register(cors, {
      origin: corsOrigins.includes('*') ? '*' : corsOrigins,
      methods,
      exposedHeaders: EXPOSED,
      maxAge: 600,
      // Else an OPTIONS that asks for nothing is refused with plain text.
      strictPreflight: false,
    });
  }
  secure(app);
  refuseUnreadable(app.getHttpAdapter().getInstance());
  serveDocument(app);
  serveAsyncApi(app, config);
  serveConsole(app, config);
  const server = app.getHttpServer();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', (done) => {
      // What is being answered now would keep its connection open afterwards, and the process with it.
      server.keepAliveTimeout = LAST_KEEP_ALIVE_MS;
      setTimeout(() => server.closeAllConnections(), FINISH_MS).unref();
      done();
    });
}

/** What is traced, or logged one by one, goes the long way. */
function openLane(
  app: NestFastifyApplication,
  { corsOrigins }: Readonly<GatewayConfig>,
  { log, ops, times }: { log: Logger; ops: OpsServer; times: RequestTimes },
): void {
  if (tracing() || log.isLevelEnabled('debug')) return;
  const [authenticator, limits, reader] = [app.get(Authenticator), app.get(RequestLimits), app.get(ItemReader)];
  // The answer to another origin than this would have other headers.
  const headers = corsOrigins.length > 0 ? ['vary', 'Origin'] : [];
  const lane = new ItemLane({ authenticator, limits, reader, times, ops, prefix: PREFIX, headers });
  lane.enter(app.getHttpAdapter().getInstance());
}

function watch(app: NestFastifyApplication, ops: OpsServer): void {
  const feed = app.get(EventFeed);
  const revocations = app.get(Revocations);
  ops
    .check('inventory', () => (feed.isFresh ? undefined : 'the ledger does not answer'))
    .check('identity', () => (revocations.silence < IDENTITY_MS ? undefined : 'MongoDB does not answer'));
}

/** A port in use is a matter of configuration, and deserves its name instead of a stack. */
function portFault(name: string, port: number): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code === 'EADDRINUSE') throw new ConfigError([`${name} ${port} is in use by another program`]);
    throw error;
  };
}
