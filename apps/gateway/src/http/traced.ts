import { tracing, type OpenSpan } from '@app/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * A span for each request, under the caller's `traceparent` if it has one; its own is in the answer. In hooks, as in observe.ts;
 * when nothing is traced there are none.
 */
export function traceRequests(fastify: FastifyInstance): void {
  const trace = tracing();
  if (!trace) return;
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { method, routeOptions, headers, id } = request;
    const route = routeOptions.url ?? 'none';
    const attributes = { 'http.request.method': method, 'http.route': route, 'stockwire.request_id': id };
    const given = headers.traceparent;
    const parent = typeof given === 'string' ? given : null;
    const span = trace.begin({ name: `${method} ${route}`, kind: 'server', parent, attributes });
    spans.set(request, span);
    reply.header('traceparent', span.traceparent);
    span.run(done);
  });
  // A body arrives by events of the connection, which know nothing of the request.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    const attributes = { 'http.response.status_code': statusCode };
    spans.get(request)?.end(attributes, statusCode >= 500 ? String(statusCode) : undefined);
    done();
  });
}
