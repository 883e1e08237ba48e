import type { components } from './schema';

export type ErrorCode = components['schemas']['ErrorCode'];
/** RFC 9457 problem details; some codes have members of their own, such as `available`. */
export type Problem = components['schemas']['Problem'] & Record<string, unknown>;

/** What Stockwire refused, or `unreachable` when there was no answer at all, after the client's patience. */
export class StockwireProblem extends Error {
  override readonly name = 'StockwireProblem';

  constructor(
    readonly code: ErrorCode | 'unreachable',
    /** The HTTP status; 0 without an answer. */
    readonly status: number,
    detail: string,
    /** The problem as it was sent. */
    readonly problem: Partial<Problem> = {},
    options: ErrorOptions = {},
  ) {
    super(detail, options);
  }

  /** From the body of an answer, or the refusal of a socket; what is no problem comes from something in between. */
  static of(body: unknown, status = 0, options: ErrorOptions = {}): StockwireProblem {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Problem>;
    const code = problem.code ?? (status === 429 ? 'rate-limited' : status < 500 ? 'internal' : 'unavailable');
    const known = problem.status ?? status;
    return new StockwireProblem(code, known, problem.detail ?? `The server answered ${known}.`, problem, options);
  }

  /** Whatever was thrown: what is none of ours is a fault of this machine, and its cause. */
  static from(error: unknown): StockwireProblem {
    if (error instanceof StockwireProblem) return error;
    return new StockwireProblem('internal', 0, String(error), {}, { cause: error });
  }
}

const PASSING: ReadonlySet<string> = new Set([
  'unreachable',
  'unavailable',
  'overloaded',
  'rate-limited',
  'timeout',
  'internal',
]);

/** What passes by itself: refused now, it is asked for again. */
export function passes(error: unknown): boolean {
  return PASSING.has(StockwireProblem.from(error).code);
}
