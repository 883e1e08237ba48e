import type { ErrorCode } from '@app/contracts';

/** What a movement may be refused with. */
export const MOVEMENT_REFUSALS: readonly ErrorCode[] = [
  'not-found',
  'insufficient-stock',
  'stale-quantity',
  'quantity-out-of-range',
];
