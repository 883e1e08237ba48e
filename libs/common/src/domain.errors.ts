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
  const standard = {
    type: `/problems/${error.code}`,
    code: error.code,
    title: TITLES[error.code],
    status: HTTP_STATUS[error.code],
    detail: error.detail,
    ...context,
  };
  // Named first, so that they stand first; and last, so that no particular of a case takes the place of one.
  return { ...standard, ...members, ...standard };
}

const AWAY =
  /^Mongo(ose)?(Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|PoolCleared|PoolClosed|WaitQueueTimeout|Expired|ClientClosed)/;
/** Server codes of a node that is stepping down, shutting down or not primary any more. */
const AWAY_CODES = new Set([91, 189, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436]);
/** The driver lets these through as they are, when a connection of its pool broke a moment before it was used. */
const BROKEN = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);
/** What the server says of a query that took longer than it may, and of one for which it has let go of the past meanwhile. */
const TOO_LONG = new Set<unknown>([50, 239]);

/**
 * The expected failure that an error stands for: a DomainError itself, or a database that is away or too slow. Told by name and
 * code, since nothing but the repositories knows the driver. Undefined for everything else, which is a bug.
 */
export function expectedFailure(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (TOO_LONG.has(code))
    return new DomainError('overloaded', 'The query took too long; narrow it.', { retryAfter: 1 });
  const away =
    AWAY.test(error.name) ||
    (typeof code === 'number' && AWAY_CODES.has(code)) ||
    (typeof code === 'string' && BROKEN.has(code));
  return away
    ? new DomainError('unavailable', 'The database is not reachable.', { retryAfter: 1 }, { cause: error })
    : undefined;
}
