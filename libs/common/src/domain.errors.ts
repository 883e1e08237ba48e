import { HTTP_STATUS, TITLES, type ErrorCode, type FieldError, type Problem } from '@app/contracts';

/** Members of a problem beyond the standard ones, for example the figures that made a request fail. */
export type ProblemDetails = { errors?: FieldError[]; retryAfter?: number } & Record<string, unknown>;

/** An expected failure with a code of the closed set: what it says may be shown to the client. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly extra: ProblemDetails = {},
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}

/** One bad field. */
export function invalid(field: string, message: string): DomainError {
  return new DomainError('validation', `${field} ${message}`, { errors: [{ field, message }] });
}

/** RFC 9457 problem details of a failure. */
export function problemOf(error: DomainError, context: { instance?: string; requestId?: string } = {}): Problem {
  const { retryAfter: _, ...members } = error.extra;
  return {
    type: `/problems/${error.code}`,
    code: error.code,
    title: TITLES[error.code],
    status: HTTP_STATUS[error.code],
    detail: error.detail,
    ...context,
    ...members,
  };
}
