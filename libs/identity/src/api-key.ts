import type { Role } from '@app/contracts';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is kept of an API key: a hash instead of the secret, which is random enough not to need a slow one. */
export interface ApiKeyRecord {
  id: string;
  name: string;
  role: Role;
  /** sha256 of the secret, hexadecimal. */
  hash: string;
  expiresAt: Date | null;
}

const KEY = /^sw_([0-9a-f]{24})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;

/** Whether a credential claims to be an API key; everything else is taken for an access token. */
export function looksLikeApiKey(credential: string): boolean {
  return credential.startsWith('sw_');
}

/** `sw_<id>_<secret>`: the id finds the record without a search by secret. */
export function parseApiKey(key: string): { id: string; secret: string } | undefined {
  const [, id, secret] = KEY.exec(key) ?? [];
  return id !== undefined && secret !== undefined ? { id, secret } : undefined;
}

/** A new key for the record `id`, and the hash to keep. */
export function makeApiKey(id: string): { key: string; hash: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { key: `sw_${id}_${secret}`, hash: hashSecret(secret) };
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether two hashes of secrets are the same, in a time that does not tell how far they agree. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
