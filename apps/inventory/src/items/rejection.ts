import type { ErrorCode } from '@app/contracts';

/** A command refused by a rule: a value, not an exception, since refusing is an everyday answer. */
export interface Rejection {
  rejected: ErrorCode;
  detail: string;
  extra: Record<string, unknown>;
}

export function rejected(code: ErrorCode, detail: string, extra: Record<string, unknown> = {}): Rejection {
  return { rejected: code, detail, extra };
}

export function isRejection(decision: object): decision is Rejection {
  return 'rejected' in decision;
}
