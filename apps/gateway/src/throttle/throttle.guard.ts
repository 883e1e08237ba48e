import { DomainError } from '@app/common';
import { Authenticator } from '@app/identity';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { credentialOf } from '../auth/credential';
import { Throttle } from './throttle.service';

/**
 * The limits of reads and writes, in front of everything else. The library's own guard reflects five times and hashes a key
 * for each request, and awaits a dozen promises; here it is two look-ups in memory.
 */
@Injectable()
export class ThrottleGuard implements CanActivate {
  constructor(
    private readonly throttle: Throttle,
    private readonly authenticator: Authenticator,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.getArgByIndex<FastifyRequest>(0);
    const kind = request.method === 'GET' || request.method === 'HEAD' ? 'reads' : 'writes';
    const limit = this.throttle.limitOf(kind);
    if (limit === 0) return true;
    const { allowed, remaining, reset, retryAfter } = this.throttle.hit(kind, this.callerOf(request));
    const reply = context.getArgByIndex<FastifyReply>(1);
    reply.header('ratelimit-limit', limit).header('ratelimit-remaining', remaining).header('ratelimit-reset', reset);
    if (allowed) return true;
    throw new DomainError('rate-limited', `At most ${limit} ${kind} a minute are allowed.`, { retryAfter });
  }

  /**
   * A credential that was verified before counts for its caller, everything else for its address: guessing keys is limited
   * before the database is asked about them.
   */
  private callerOf(request: FastifyRequest): string {
    const credential = credentialOf(request.headers);
    const caller = credential === undefined ? undefined : this.authenticator.cached(credential);
    if (!caller) return normalizeIp(request.ip);
    request.caller = caller;
    return caller.id;
  }
}
