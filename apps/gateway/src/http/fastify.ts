import { invalid } from '@app/common';
import { LIMITS, TITLES } from '@app/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { GatewayConfig } from '../gateway.config';
import { sendProblem, toDomainError } from './problem.filter';
import { API_HEADERS } from './secure';
import { isUploading, passUploads } from './uploads';

const TIMEOUTS = {
  /** A request that has not arrived whole by then is given up: nobody holds a connection by sending a byte a minute. */
  requestTimeout: 30_000,
  /** Longer than the 60 s that proxies keep an idle connection, so that they never reuse one that we are closing. */
  keepAliveTimeout: 72_000,
} as const;

/** A sku of 64 characters may arrive with each of them percent-encoded. */
const LONGEST_PARAM = 3 * LIMITS.sku;
/** No body of the contract nests deeper than 4; recursion over a body must not be the client's to exhaust. */
const DEEPEST = 16;

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's `X-Request-Id` if it is sane, so that its log and ours tell of the same request. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The HTTP server, before any route is known to it. */
export function fastifyAdapter({ trustProxy }: Readonly<GatewayConfig>): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...TIMEOUTS,
    bodyLimit: LIMITS.bodyBytes,
    trustProxy,
    genReqId: requestIdOf,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    // While it stops, requests on open connections are still answered, with `Connection: close`.
    return503OnClosing: false,
    clientErrorHandler: answerGarbage,
    // Node's own answer to a request without a host is no problem of the contract: it is refused where all is that can't be read.
    http: { requireHostHeader: false },
    frameworkErrors: answerUnreadable,
    // There are no Nest middlewares, and their host would cost each request a hook.
    skipMiddie: true,
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  // Nor that to an Expect that it does not know.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  parseBodies(fastify);
  passUploads(fastify);
  return adapter;
}

/** JSON and, but for uploads, nothing else; everything that is wrong with it is a problem of the contract. */
function parseBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request: FastifyRequest, body, done) => {
    // Some clients send the header with every request. Where a body is needed, its validation says so.
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body as Buffer)) return done(invalid('body', 'must be JSON in UTF-8'));
    void parse(request, body.toString(), (error, value: unknown) => {
      if (error) done(invalid('body', 'must be valid JSON, without __proto__ or constructor.prototype'));
      else if (!isShallow(value, DEEPEST)) done(invalid('body', `must not be nested deeper than ${DEEPEST} levels`));
      else done(null, value);
    });
  });
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isShallow(member, levels - 1));
}

/** A path that cannot be decoded has no route, so no hook has run for it. */
function answerUnreadable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id).headers(API_HEADERS);
  sendProblem(toDomainError(error), request, reply);
}

/** Bytes that are no HTTP request have no route, no reply and no request id: the answer is written by hand. */
function answerGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  // Told once, and then left to us: a large file over a slow line is not done in that time.
  if (late && isUploading(socket)) return;
  const [status, reason] = tooLarge
    ? [431, 'Request Header Fields Too Large']
    : late
      ? [408, 'Request Timeout']
      : [400, 'Bad Request'];
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: '/problems/validation',
    code: 'validation',
    title: TITLES.validation,
    status,
    detail: tooLarge ? 'The headers are too large.' : late ? 'The request came too slowly.' : 'This is not HTTP.',
    requestId,
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json; charset=utf-8\r\nX-Request-Id: ${requestId}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
