import { DomainError } from '@app/common';
import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Throttle, type Kind } from './throttle.service';

/**
 * The limits of reads and writes, for each request. The library's own guard reflects five times, hashes a key and awaits a
 * dozen promises for it; here it is one look-up in memory.
 */
@Injectable()
export class RequestLimits {
  constructor(private readonly throttle: Throttle) {}

  /** Counts a request of `caller` and says in the headers what is left. @throws DomainError `rate-limited` */
  count(request: FastifyRequest, reply: FastifyReply, caller: string): void {
    const wait = this.wait(request, reply, caller);
    if (wait === 0) return;
    const kind = kindOf(request);
    const detail = `At most ${this.throttle.limitOf(kind)} ${kind} a minute are allowed.`;
    throw new DomainError('rate-limited', detail, { retryAfter: wait });
  }

  /** The same without an error: seconds until the caller has requests left, 0 when this one was counted. */
  wait(request: FastifyRequest, reply: FastifyReply, caller: string): number {
    const kind = kindOf(request);
    const limit = this.throttle.limitOf(kind);
    if (limit === 0) return 0;
    const { allowed, remaining, reset } = this.throttle.hit(kind, caller);
    reply.header('ratelimit-limit', limit).header('ratelimit-remaining', remaining).header('ratelimit-reset', reset);
    return allowed ? 0 : reset;
  }

  /** Takes back what was counted, since the request turned out to be another caller's. */
  uncount(request: FastifyRequest, caller: string): void {
    const kind = kindOf(request);
    if (this.throttle.limitOf(kind) > 0) this.throttle.giveBack(kind, caller);
  }
}

/** Who calls without showing who it is: the address; of IPv6 the network, since one host has as many addresses as it likes. */
export function addressOf(request: FastifyRequest): string {
  return normalizeIp(request.ip);
}

function kindOf({ method }: FastifyRequest): Kind {
  return method === 'GET' || method === 'HEAD' ? 'reads' : 'writes';
}
