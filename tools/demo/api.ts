import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem, TokenPair } from '@app/contracts';

export interface Credentials {
  email: string;
  password: string;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  path: string;
  body?: unknown;
  /** A file instead of a body. */
  csv?: string;
  /** Idempotency-Key: with one, a write may be repeated when its outcome is unknown. */
  key?: string;
}

export interface Reply<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

/** An answer that is not a success, as the server worded it. */
export class ApiFailure extends Error {
  constructor(
    readonly call: Call,
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(`${call.method ?? 'GET'} ${call.path}: ${status} ${problem.code ?? ''} ${problem.detail ?? ''}`.trim());
  }
}

const TIMEOUT_MS = 40_000;
const BACK_OFF_MS = { first: 100, most: 5_000 };
const PATIENCE_MS = 120_000;
/** Too many requests, and what passes: nothing has been written, or the key makes the repeat safe. */
const PASSING = new Set([429, 502, 503, 504]);

/** A client of the public API, as one who integrates Stockwire would write it. */
export class Api {
  private token = '';

  constructor(
    readonly baseUrl: string,
    private readonly credentials: Credentials,
    private readonly signal?: AbortSignal,
  ) {}

  get accessToken(): string {
    return this.token;
  }

  async login(): Promise<void> {
    const { body } = await this.patiently<TokenPair>({ method: 'POST', path: '/auth/login', body: this.credentials });
    this.token = body.accessToken;
  }

  /** One request, whatever the answer is. Throws when there is none. */
  async send<Body>({ method = 'GET', path, body, csv, key }: Call, timeoutMs = TIMEOUT_MS): Promise<Reply<Body>> {
    const response = await fetch(`${this.baseUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(csv !== undefined && { 'content-type': 'text/csv' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(csv !== undefined && { body: csv }),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(this.signal ? [this.signal] : [])]),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Body,
    };
  }

  /** Waits out limits, restarts and lost connections, and renews the session once. Writes need a key for that. */
  async patiently<Body>(call: Call, timeoutMs = TIMEOUT_MS): Promise<Reply<Body>> {
    const until = Date.now() + PATIENCE_MS;
    for (let attempt = 0, renewed = false; ; attempt++) {
      this.signal?.throwIfAborted();
      const outcome = await this.send<Body>(call, timeoutMs).catch((error: unknown) => error as Error);
      if (!(outcome instanceof Error)) {
        if (outcome.status < 300) return outcome;
        if (outcome.status === 401 && this.token && !renewed) {
          renewed = true;
          this.token = '';
          await this.login();
          continue;
        }
        if (!PASSING.has(outcome.status) || Date.now() > until) throw failureOf(call, outcome);
      } else if (Date.now() > until) throw outcome;
      await sleep(pause(outcome, attempt), undefined, { signal: this.signal });
    }
  }
}

function failureOf(call: Call, { status, body }: Reply): ApiFailure {
  return new ApiFailure(call, status, typeof body === 'object' && body !== null ? body : {});
}

/** What the server asks for in Retry-After, else doubling. */
function pause(outcome: Reply | Error, attempt: number): number {
  const asked = outcome instanceof Error ? Number.NaN : Number(outcome.headers.get('retry-after') ?? Number.NaN);
  if (asked > 0) return Math.min(asked * 1_000, 60_000);
  return Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** attempt);
}
