import { HTTP_STATUS, type ErrorCode } from '@app/contracts';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { problemResponse } from '../http/documented';

interface Described {
  /** Name of the operation; unique, and what generated clients call the method. */
  id: string;
  summary: string;
  description?: string;
  /** Of the answer; 200 without it, 204 without a type. */
  status?: 201;
  answer?: Type;
  /** What the route refuses beside what every route may. */
  refuses?: readonly ErrorCode[];
  /** Needs no credential. */
  open?: boolean;
}

/** Documents a route of identity: these know neither positions nor idempotency keys. */
export function Describes({
  id,
  summary,
  status,
  answer,
  refuses = [],
  open = false,
  ...more
}: Described): MethodDecorator {
  const done = answer
    ? ApiResponse({ status: status ?? 200, type: answer, description: status ? 'Created.' : 'Done.' })
    : ApiResponse({ status: 204, description: 'Done; there is nothing to show.' });
  const statuses = [...new Set(refuses.map((code) => HTTP_STATUS[code]))];
  return applyDecorators(
    ApiOperation({ operationId: id, summary, ...more, ...(open && { security: [] }) }),
    done,
    ...statuses.map((one) => ApiResponse(problemResponse(refuses.filter((code) => HTTP_STATUS[code] === one)))),
  );
}
