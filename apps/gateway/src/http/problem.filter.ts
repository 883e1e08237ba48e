import { DomainError, invalid, problemOf, type Logger } from '@app/common';
import { HTTP_STATUS, TITLES, type ErrorCode } from '@app/contracts';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InjectLog } from '../core/log';

const RETRY_AFTER_SECONDS = 1;

/** Everything that goes wrong leaves as RFC 9457 problem details. What nobody expected says nothing but its request id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@InjectLog() private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerFailure(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.log);
  }
}

/** Answers a request that has failed, and logs what nobody expected. */
export function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): void {
  const failure = toDomainError(error);
  const { id: requestId, method } = request;
  const url = pathOf(request.url);
  if (failure.code === 'internal') log.error({ err: error, requestId, method, url }, 'a request failed');
  // Headers are gone once a stream has begun: all that is left is to end it.
  if (reply.raw.headersSent) reply.raw.destroy();
  else sendProblem(failure, request, reply);
}

/** Answers with the problem details of a failure. */
export function sendProblem(failure: DomainError, { id, url }: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(failure, { instance: pathOf(url), requestId: id });
  const retryAfter = failure.extra.retryAfter ?? (problem.status === 503 ? RETRY_AFTER_SECONDS : undefined);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  // A handler may have prepared its own answer before it failed.
  reply.removeHeader('etag');
  reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8');
  reply.send(JSON.stringify(problem));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media-type',
  429: 'rate-limited',
  503: 'unavailable',
};

const DETAILS: Partial<Record<ErrorCode, string>> = {
  'too-large': 'The body may have 1 MiB at most.',
  'unsupported-media-type': 'Send the body as application/json.',
};

/** Any failure as one of the closed set. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return status === HTTP_STATUS.unavailable
      ? new DomainError('unavailable', TITLES.unavailable, {}, { cause: error })
      : new DomainError('internal', TITLES.internal, {}, { cause: error });
  }
  // What is left of the 4xx is about the form of the request: a URL, a header or a body that cannot be read.
  const code = CODE_OF_STATUS[status] ?? 'validation';
  if (code === 'validation') return invalidForm(error);
  const detail = DETAILS[code] ?? (code === 'not-found' ? 'There is nothing at this address.' : TITLES[code]);
  return new DomainError(code, detail, {}, { cause: error });
}

/** Fastify's codes for a path that cannot be decoded, or with a part that is longer than any id or code. */
const PATH_FAULTS = new Set(['FST_ERR_BAD_URL', 'FST_ERR_MAX_PARAM_LENGTH']);

/** Fastify's own words on a path repeat the whole of it. */
function invalidForm(error: unknown): DomainError {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && PATH_FAULTS.has(code))
    return invalid('path', 'must be readable, and hold nothing longer than an id or a code can be');
  return invalid('request', `cannot be read: ${messageOf(error)}`);
}

/** Nest and Fastify mark what the client did wrong with a status. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : TITLES.validation;
}
