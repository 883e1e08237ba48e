// Made by `npm run client` from the OpenAPI and AsyncAPI documents: not to be edited.

/** Routes that an Idempotency-Key makes safe to repeat. */
export const KEYED: ReadonlySet<string> = new Set([
  'DELETE /items/{id}',
  'DELETE /locations/{code}',
  'PATCH /items/{id}',
  'PATCH /locations/{code}',
  'POST /imports/items',
  'POST /imports/movements',
  'POST /items',
  'POST /items/{id}/movements',
  'POST /items/{id}/restore',
  'POST /locations',
  'POST /movements',
  'POST /movements/batch',
  'POST /movements/{position}/reverse',
  'POST /reservations',
  'POST /reservations/{id}/commit',
  'POST /reservations/{id}/extend',
  'POST /reservations/{id}/fulfil',
  'POST /reservations/{id}/release',
  'PUT /items/{id}',
]);
