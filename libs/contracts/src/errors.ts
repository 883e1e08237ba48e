/** Every way in which Stockwire refuses or fails, as the client sees it. A closed set: a code without a status does not compile. */
export type ErrorCode =
  | 'validation'
  | 'idempotency-key-invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'duplicate'
  | 'insufficient-stock'
  | 'stale-quantity'
  | 'quantity-out-of-range'
  | 'item-reserved'
  | 'item-incoming'
  | 'reserved-exceeds-stock'
  | 'reservation-closed'
  | 'exceeds-reservation'
  | 'too-many-reservations'
  | 'transfer-closed'
  | 'exceeds-transfer'
  | 'expectation-closed'
  | 'exceeds-expectation'
  | 'stocktake-closed'
  | 'stocktake-empty'
  | 'stocktake-too-large'
  | 'too-many-stocktakes'
  | 'too-many-webhooks'
  | 'too-many-rooms'
  | 'too-many-watches'
  | 'already-reversed'
  | 'not-reversible'
  | 'location-not-empty'
  | 'epoch-changed'
  | 'last-admin'
  | 'stale-version'
  | 'too-large'
  | 'unsupported-media-type'
  | 'idempotency-key-reused'
  | 'rate-limited'
  | 'internal'
  | 'unavailable'
  | 'overloaded'
  | 'timeout';

/** The HTTP status of each code. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  validation: 400,
  'idempotency-key-invalid': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  duplicate: 409,
  'insufficient-stock': 409,
  'stale-quantity': 409,
  'quantity-out-of-range': 409,
  'item-reserved': 409,
  'item-incoming': 409,
  'reserved-exceeds-stock': 409,
  'reservation-closed': 409,
  'exceeds-reservation': 409,
  'too-many-reservations': 409,
  'transfer-closed': 409,
  'exceeds-transfer': 409,
  'expectation-closed': 409,
  'exceeds-expectation': 409,
  'stocktake-closed': 409,
  'stocktake-empty': 409,
  'stocktake-too-large': 409,
  'too-many-stocktakes': 409,
  'too-many-webhooks': 409,
  'too-many-rooms': 409,
  'too-many-watches': 409,
  'already-reversed': 409,
  'not-reversible': 409,
  'location-not-empty': 409,
  'epoch-changed': 409,
  'last-admin': 409,
  'stale-version': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
  overloaded: 503,
  timeout: 504,
};

/** The one-line title of each code; the particulars of a case are in `detail`. */
export const TITLES: Readonly<Record<ErrorCode, string>> = {
  validation: 'The request is not valid',
  'idempotency-key-invalid': 'The Idempotency-Key is malformed',
  unauthenticated: 'Authentication is required',
  forbidden: 'The role is too low',
  'not-found': 'There is no such thing',
  duplicate: 'The value is taken',
  'insufficient-stock': 'Not enough stock is available',
  'stale-quantity': 'The quantity has changed meanwhile',
  'quantity-out-of-range': 'The quantity would leave the allowed range',
  'item-reserved': 'Stock of the item is reserved',
  'item-incoming': 'Too much of the item is on its way',
  'reserved-exceeds-stock': 'More is reserved than was counted',
  'reservation-closed': 'The reservation is not open for this any more',
  'exceeds-reservation': 'That much is not reserved',
  'too-many-reservations': 'As many are held as may be',
  'transfer-closed': 'The transfer is over',
  'exceeds-transfer': 'That much is not under way',
  'expectation-closed': 'The expectation is over',
  'exceeds-expectation': 'That much is not expected',
  'stocktake-closed': 'The stocktake is not open any more',
  'stocktake-empty': 'Nothing of the stocktake has been counted',
  'stocktake-too-large': 'The stocktake would have too many lines',
  'too-many-stocktakes': 'As many stocktakes are open as may be',
  'too-many-webhooks': 'There are as many webhooks as may be',
  'too-many-rooms': 'The socket is in as many rooms as may be',
  'too-many-watches': 'As many are watched as may be',
  'already-reversed': 'The movement was reversed already',
  'not-reversible': 'This can not be reversed',
  'location-not-empty': 'The location can not be closed',
  'epoch-changed': 'The cursor belongs to another ledger',
  'last-admin': 'The last admin cannot be removed',
  'stale-version': 'The item has changed meanwhile',
  'too-large': 'The body is too large',
  'unsupported-media-type': 'The media type is not supported',
  'idempotency-key-reused': 'The Idempotency-Key was used for another request',
  'rate-limited': 'Too many requests',
  internal: 'Something went wrong on our side',
  unavailable: 'The service is not available right now',
  overloaded: 'The service has too much to do right now',
  timeout: 'There was no answer in time',
};

/** One invalid field: its path (`lines.0.quantity`) and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

/** RFC 9457 problem details, as sent by the gateway, by sockets and in the rows of a batch. */
export interface Problem {
  /** `/problems/<code>` */
  type: string;
  code: ErrorCode;
  title: string;
  status: number;
  detail: string;
  /** The path that was asked for. */
  instance?: string;
  requestId?: string;
  errors?: FieldError[];
  /** Members of a single code, for example `requested` and `available` of `insufficient-stock`. */
  [member: string]: unknown;
}
