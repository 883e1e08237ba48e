import type { Caller } from '@app/contracts';
import type { FastifyRequest } from 'fastify';
import '../auth/policy';

/** Who is calling. The guard has let nobody pass without. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (!caller) throw new Error('this route is public: there is no caller');
  return caller;
}
