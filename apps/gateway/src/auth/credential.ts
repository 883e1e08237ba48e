import type { IncomingHttpHeaders } from 'node:http';

const SCHEME = 'bearer ';

/** The credential of a request: `Authorization: Bearer <access token or API key>`, else `X-API-Key`. */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const isBearer = authorization.slice(0, SCHEME.length).toLowerCase() === SCHEME;
    return isBearer ? authorization.slice(SCHEME.length).trim() : undefined;
  }
  const key = headers['x-api-key'];
  return typeof key === 'string' ? key : undefined;
}
