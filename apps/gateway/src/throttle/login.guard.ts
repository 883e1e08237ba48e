import { DomainError } from '@app/common';
import { Injectable, type ExecutionContext } from '@nestjs/common';
import {
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { WINDOW_MS } from './window';

/** Attempts to log in are limited by the address they come from and by the account they are for. */
export function loginThrottling(limit: number, storage: ThrottlerStorage): ThrottlerModuleOptions {
  const skipIf = (): boolean => limit === 0;
  return {
    storage,
    throttlers: [
      { name: 'default', ttl: WINDOW_MS, limit, skipIf },
      { name: 'account', ttl: WINDOW_MS, limit, skipIf, setHeaders: false, getTracker: accountOf },
    ],
  };
}

/** The address of the account that a password is tried on: the caller's own, or that of the raw body, since this runs before its validation. */
function accountOf({ body, caller }: Record<string, unknown>): string {
  if (isRecord(caller) && caller.kind === 'api-key') return String(caller.id);
  const email = isRecord(caller) ? caller.name : isRecord(body) ? body.email : undefined;
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 254) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** On routes where a password can be guessed. */
@Injectable()
export class LoginGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  /** Both routes draw on the same account: guesses must not be doubled by taking turns. */
  protected override generateKey(_context: ExecutionContext, tracker: string, name: string): string {
    return `${name}:${tracker}`;
  }

  protected override throwThrottlingException(context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    const { limit, timeToBlockExpire: retryAfter } = detail;
    const reply = context.getArgByIndex<FastifyReply>(1);
    reply.header('ratelimit-limit', limit).header('ratelimit-remaining', 0).header('ratelimit-reset', retryAfter);
    throw new DomainError('rate-limited', `At most ${limit} attempts a minute are allowed.`, { retryAfter });
  }
}
