import type { ErrorCode } from '@app/contracts';

/** What a movement may be refused with. */
export const MOVEMENT_REFUSALS: readonly ErrorCode[] = [
  'not-found',
  'insufficient-stock',
  'stale-quantity',
  'quantity-out-of-range',
  'reserved-exceeds-stock',
];

/** What the reversal of a movement may be refused with. */
export const REVERSAL_REFUSALS: readonly ErrorCode[] = [
  'not-found',
  'already-reversed',
  'not-reversible',
  'insufficient-stock',
  'quantity-out-of-range',
];
