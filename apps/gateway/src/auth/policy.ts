import type { Caller, Role } from '@app/contracts';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guards once the credential was verified. */
    caller?: Caller;
  }
}

/** Who may use a route: anyone, or callers whose role includes this one. */
export type Policy = 'public' | Role;

export const POLICY = 'stockwire:policy';

/** Needs no credential. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata<string, Policy>(POLICY, 'public');

/** Needs a user or an API key of at least this role. On a controller it holds for the routes that say nothing themselves. */
export const Roles = (atLeast: Role): MethodDecorator & ClassDecorator => SetMetadata<string, Policy>(POLICY, atLeast);

/** Who is calling; only on routes that are not public. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.getArgByIndex<FastifyRequest>(0);
  if (!caller) throw new Error('@CurrentCaller() on a public route');
  return caller;
});

/** The policy of a route: the handler's own, else its controller's. */
export function policyOf(controller: object, handler: object): Policy | undefined {
  const own: unknown = Reflect.getMetadata(POLICY, handler) ?? Reflect.getMetadata(POLICY, controller);
  return own as Policy | undefined;
}
