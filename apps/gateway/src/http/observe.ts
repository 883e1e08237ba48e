import type { Logger, OpsServer } from '@app/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Histogram } from 'prom-client';
import '../auth/policy';
import './exchange';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

declare module 'fastify' {
  interface FastifyRequest {
    /** Milliseconds that the request had taken before Fastify saw it. */
    waited?: number;
  }
}

/** How long requests take. */
export interface RequestTimes {
  took(request: { method: string; route: string; status: number }, ms: number): void;
}

/**
 * One line in the log and one observation for each request. In hooks: an interceptor costs as much as the route, and does
 * not see what ended before a handler was reached.
 */
export function observe(fastify: FastifyInstance, log: Logger, ops: OpsServer): RequestTimes {
  const { registry } = ops;
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route pattern and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS,
    registers: [registry],
  });
  const times: RequestTimes = { took: (request, ms) => duration.observe(request, ms / 1_000) };
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const { statusCode: status } = reply;
    // The pattern and never the path: one time series an item would be the end of any Prometheus.
    const route = request.routeOptions.url ?? 'none';
    const ms = reply.elapsedTime + (request.waited ?? 0);
    times.took({ method, route, status }, ms);
    const level = levelOf(method, status);
    if (log.isLevelEnabled(level)) log[level](lineOf(request, reply, route, ms), 'request');
    done();
  });
  return times;
}

/** Successful reads are too many to be told of one by one. */
function levelOf(method: string, status: number): 'debug' | 'info' {
  return status < 400 && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') ? 'debug' : 'info';
}

function lineOf(
  { id, method, url, caller, ip, operation }: FastifyRequest,
  reply: FastifyReply,
  route: string,
  ms: number,
): object {
  const { statusCode } = reply;
  const [position, trace] = [reply.getHeader('x-position'), reply.getHeader('traceparent')];
  return {
    requestId: id,
    method,
    url: url.split('?', 1)[0],
    route,
    status: statusCode,
    ms: Math.round(ms * 100) / 100,
    ip,
    ...(caller && { caller: caller.name }),
    ...(operation !== undefined && { operation }),
    ...(position !== undefined && { position: Number(position) }),
    ...(typeof trace === 'string' && { traceId: trace.split('-', 2)[1] }),
  };
}
