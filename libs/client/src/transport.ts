import { backoff, pause } from './backoff';
import { StockwireProblem } from './problem.errors';

export interface Patience {
  /** How long a request is tried again before it fails. */
  patienceMs: number;
  /** How long one attempt may take: more than the longest `wait` of `GET /events`. */
  timeoutMs: number;
}

/** Too many requests, and what passes by itself. */
const PASSING = new Set([429, 502, 503, 504]);

/** Sends requests until there is an answer that will not change by waiting. */
export class Transport {
  constructor(
    private readonly patience: Patience,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /**
   * `repeatable`: a second time does no harm, since it reads or carries a key. What is not is sent again only when the server says that it
   * was not looked at.
   * @throws StockwireProblem `unreachable`; the reason of the request's signal
   */
  async send(request: Request, repeatable: boolean): Promise<Response> {
    const until = Date.now() + this.patience.patienceMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt(request).catch((error: unknown) => ({ error }));
      const answer = outcome instanceof Response ? outcome : undefined;
      if (!answer) request.signal.throwIfAborted();
      const again = answer ? (repeatable ? PASSING.has(answer.status) : answer.status === 429) : repeatable;
      const wait = backoff(attempt, answer?.headers.get('retry-after'));
      if (again && Date.now() + wait < until) await pause(wait, request.signal);
      else if (outcome instanceof Response) return outcome;
      else
        throw new StockwireProblem('unreachable', 0, `${request.url} does not answer.`, {}, { cause: outcome.error });
    }
  }

  private async attempt(request: Request): Promise<Response> {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(this.patience.timeoutMs)]);
    return whole(await this.fetch(request.clone(), { signal }));
  }
}

/** An answer that breaks off is none: it is read here, where it can be asked for again. Files and streams are passed on. */
async function whole(response: Response): Promise<Response> {
  if (!response.body || !response.headers.get('content-type')?.includes('json')) return response;
  const { status, statusText, headers } = response;
  return new Response(await response.arrayBuffer(), { status, statusText, headers });
}
