import { TITLES } from '@app/contracts';
import type { Logger } from 'pino';
import { DomainError, expectedFailure, type ProblemDetails } from './domain.errors';

/** How a failure crosses TCP. */
export interface FaultPayload {
  code: DomainError['code'];
  detail: string;
  extra: ProblemDetails;
}

/**
 * Every reply over TCP is an answer or a fault; Nest's own error channel flattens errors to a text. `writer`: the address of the
 * inventory that did it, when it was passed on. Or neither: a process that is starting or stopping
 * takes no calls, ask another one.
 */
export type Reply<Body> = Taken<Body> | { elsewhere: true };
export type Taken<Body> = ({ ok: Body } | { fault: FaultPayload }) & { writer?: string };

/** A failure on its way out. What nobody expects is a bug: it is logged here with the request id and crosses without its text. */
export function toFault(error: unknown, log: Logger, requestId: string): FaultPayload {
  const expected = expectedFailure(error);
  if (expected) return { code: expected.code, detail: expected.detail, extra: expected.extra };
  log.error({ err: error, requestId }, 'a call failed unexpectedly');
  return { code: 'internal', detail: TITLES.internal, extra: {} };
}

/** The same failure on the other side. */
export function fromFault({ code, detail, extra }: FaultPayload): DomainError {
  return new DomainError(code, detail, extra);
}
