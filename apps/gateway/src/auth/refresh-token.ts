import { hashSecret, sameHash } from '@app/identity';
import { randomBytes } from 'node:crypto';

/**
 * A refresh token is `sr_<session>_<family>_<generation>`, both secrets random. The family stays through a session, the
 * generation is new after each refresh. So whoever shows the right family with another generation holds a token that was
 * used before, and whoever only knows the session's id can neither refresh nor end it.
 */
const TOKEN = /^sr_([0-9a-f]{24})_([0-9a-f]{32})_([0-9a-f]{32})$/;

export interface RefreshToken {
  sessionId: string;
  family: string;
  generation: string;
}

/** What is kept of a refresh token: hashes, so that a copy of the database refreshes nothing. */
export interface RefreshHashes {
  family: string;
  generation: string;
}

export function newRefreshToken(sessionId: string): RefreshToken {
  return { sessionId, family: secret(), generation: secret() };
}

/** The token that follows on this one. */
export function nextGeneration(token: RefreshToken): RefreshToken {
  return { ...token, generation: secret() };
}

export function formatRefreshToken({ sessionId, family, generation }: RefreshToken): string {
  return `sr_${sessionId}_${family}_${generation}`;
}

export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, sessionId, family, generation] = TOKEN.exec(text) ?? [];
  if (sessionId === undefined || family === undefined || generation === undefined) return undefined;
  return { sessionId, family, generation };
}

export function hashesOf({ family, generation }: RefreshToken): RefreshHashes {
  return { family: hashSecret(family), generation: hashSecret(generation) };
}

/** Whether the token was given out for this session, be it now or before. */
export function isOfFamily(token: RefreshToken, kept: RefreshHashes): boolean {
  return sameHash(hashSecret(token.family), kept.family);
}

function secret(): string {
  return randomBytes(16).toString('hex');
}
