import { HTTP_STATUS, TITLES, type ErrorCode } from '@app/contracts';
import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  getSchemaPath,
  type ApiHeaderOptions,
  type ApiOperationOptions,
} from '@nestjs/swagger';
import { ProblemDetails } from './problem.dto';

/** Of a dry run of what is answered with nothing for real. */
class DryRun {
  @ApiProperty({ enum: [true] })
  dryRun!: true;
}

export interface RouteDocument {
  /** Name of the operation; unique, and what generated clients call the method. */
  id: string;
  summary: string;
  description?: string;
  /** Of the answer; 200 without it. */
  status?: 200 | 201 | 202 | 204;
  answer?: Type;
  /** Of a dry run, where that is answered with something else. */
  dryAnswer?: Type;
  /** A body that no DTO describes. */
  body?: ApiOperationOptions['requestBody'];
  /** Media type of an answer that is no JSON. */
  media?: string;
  /** Such an answer. */
  example?: string;
  /** What the route refuses beside what every route may. */
  refuses?: readonly ErrorCode[];
  /** Its answer is of no position of the ledger. */
  placeless?: boolean;
  /** Reads an item: answers carry an ETag, and a known one is answered 304. */
  tagged?: boolean;
  /** Changes an item that must still be the one that the client saw. */
  conditional?: boolean;
}

const KEY: ApiHeaderOptions = {
  name: 'Idempotency-Key',
  description: 'Makes the request safe to repeat: the same key and body give the same answer again, for ever.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};
const MIN_POSITION: ApiHeaderOptions = {
  name: 'X-Min-Position',
  description: 'Answer with at least this state of the ledger.',
  schema: { type: 'integer', minimum: 0 },
};
const IF_MATCH: ApiHeaderOptions = {
  name: 'If-Match',
  description: 'Change only this version: the ETag that a read gave.',
};
const IF_NONE_MATCH: ApiHeaderOptions = { name: 'If-None-Match', description: 'Answer 304 while this is the version.' };

const POSITION = {
  'X-Position': { description: 'State of the ledger that the answer shows.', schema: { type: 'integer' as const } },
};
const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` when this repeats the answer of the first time.',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};
const ETAG = { ETag: { description: 'The version, opaque.', schema: { type: 'string' as const } } };

/** Documents a route that reads. */
export function Reads(route: RouteDocument): MethodDecorator {
  const { placeless = false, refuses = [] } = route;
  const headers = { ...(!placeless && POSITION), ...(route.tagged && ETAG) };
  return applyDecorators(
    ApiOperation(operationOf(route)),
    ...(placeless ? [] : [ApiHeader(MIN_POSITION)]),
    ...(route.tagged
      ? [
          ApiHeader(IF_NONE_MATCH),
          ApiResponse({ status: 304, description: 'Not changed since `If-None-Match`.', headers }),
        ]
      : []),
    answer(route, headers),
    // X-Min-Position may be one that the ledger never had.
    ...refusals(placeless ? refuses : ['epoch-changed', ...refuses]),
  );
}

/** Documents a route that writes. */
export function Writes(route: RouteDocument): MethodDecorator {
  const { status = 200, conditional = false, refuses = [] } = route;
  const dryRun = {
    ...route,
    answer: route.dryAnswer ?? route.answer ?? DryRun,
    status: 200 as const,
    description: route.dryAnswer ? 'With `dryRun=true`.' : 'With `dryRun=true`: what would be, and `dryRun: true`.',
  };
  return applyDecorators(
    ApiOperation(operationOf(route)),
    ApiHeader(KEY),
    ...(conditional ? [ApiHeader(IF_MATCH)] : []),
    answer(route, { ...POSITION, ...REPLAYED }),
    ...(status === 200 ? [] : [answer(dryRun, POSITION)]),
    ...refusals([
      'validation',
      'idempotency-key-invalid',
      'idempotency-key-reused',
      ...(conditional ? (['stale-version'] as const) : []),
      ...refuses,
    ]),
  );
}

function operationOf({ id, summary, description, body }: RouteDocument): ApiOperationOptions {
  const more = { ...(description !== undefined && { description }), ...(body && { requestBody: body }) };
  return { operationId: id, summary, ...more };
}

function answer(
  { status = 200, answer: type, media, example, description = DONE[status] }: RouteDocument,
  headers: NonNullable<Parameters<typeof ApiResponse>[0]['headers']>,
): MethodDecorator {
  const content = media !== undefined && {
    content: { [media]: { schema: { type: 'string' as const, ...(example !== undefined && { example }) } } },
  };
  return ApiResponse({ status, description, headers, ...(type && status !== 204 && { type }), ...content });
}

const DONE = {
  200: 'Done.',
  201: 'Created.',
  202: 'Taken; it is done in the background.',
  204: 'Done; there is nothing to show.',
} as const;

/** The problem responses of a route: codes that share a status share a response. */
function refusals(codes: readonly ErrorCode[]): MethodDecorator[] {
  const statuses = new Set(codes.map((code) => HTTP_STATUS[code]));
  return [
    ApiExtraModels(ProblemDetails) as MethodDecorator,
    ...[...statuses].map((status) =>
      ApiResponse(problemResponse(codes.filter((code) => HTTP_STATUS[code] === status))),
    ),
  ];
}

/** A response as the document has it. */
interface ProblemResponse {
  status: number;
  description: string;
  content: Record<string, { schema: { $ref: string }; example: object }>;
}

/** One response with the problem details of codes that share a status. */
export function problemResponse(codes: readonly ErrorCode[]): ProblemResponse {
  const [first = 'internal'] = codes;
  return {
    status: HTTP_STATUS[first],
    description: codes.map((code) => `\`${code}\`: ${TITLES[code]}.`).join(' '),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(ProblemDetails) },
        example: {
          type: `/problems/${first}`,
          code: first,
          title: TITLES[first],
          status: HTTP_STATUS[first],
          detail: `${TITLES[first]}.`,
          instance: '/api/v1/…',
          requestId: '6c1f0b0e-6f0e-4c53-9d0b-2f1e8a7f3a10',
        },
      },
    },
  };
}
