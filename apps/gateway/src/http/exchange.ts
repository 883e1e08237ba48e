import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Id of the operation that the request became, for the log. */
    operation?: string;
  }
}

/** A request and its answer under way. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Gives a handler both. `@Res()` would make Nest leave the sending to it. */
export const CurrentExchange = createParamDecorator((_: unknown, context: ExecutionContext): Exchange => {
  const http = context.switchToHttp();
  return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
});
