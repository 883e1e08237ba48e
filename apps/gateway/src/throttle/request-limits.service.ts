import { DomainError } from '@app/common';
import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Throttle, type Kind } from './throttle.service';
import type { Verdict } from './window';

/** What came of counting a request, and what the caller has left of its limit. */
export interface Allowance extends Verdict {
  limit: number;
}

/** Says in an answer what is left. */
export function headersOf({ limit, remaining, reset }: Allowance): Record<string, number> {
  return { 'ratelimit-limit': limit, 'ratelimit-remaining': remaining, 'ratelimit-reset': reset };
}

/**
 * The limits of reads and writes, for each request. The library's own guard reflects five times, hashes a key and awaits a
 * dozen promises for it; here it is one look-up in memory.
 */
@Injectable()
export class RequestLimits {
  constructor(private readonly throttle: Throttle) {}

  /** Counts a request of `caller` and says in the headers what is left. @throws DomainError `rate-limited` */
  count(request: FastifyRequest, reply: FastifyReply, caller: string): void {
    const kind = kindOf(request);
    const allowance = this.spend(kind, caller);
    if (!allowance) return;
    reply.headers(headersOf(allowance));
    if (allowance.allowed) return;
    const detail = `At most ${allowance.limit} ${kind} a minute are allowed.`;
    throw new DomainError('rate-limited', detail, { retryAfter: allowance.reset });
  }

  /** Counts a request of `caller`, unless it has none left; undefined where there is no limit. */
  spend(kind: Kind, caller: string): Allowance | undefined {
    const limit = this.throttle.limitOf(kind);
    if (limit === 0) return undefined;
    const { allowed, remaining, reset } = this.throttle.hit(kind, caller);
    return { limit, allowed, remaining, reset };
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
