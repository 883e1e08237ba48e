import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { insistOnNoBody } from './validation';

/** For a route that takes no body: a member that it does not know is refused here as anywhere. Swagger shows none, hence no DTO. */
export const NoBody = createParamDecorator((_: unknown, context: ExecutionContext): void =>
  insistOnNoBody(context.switchToHttp().getRequest<FastifyRequest>()),
);
