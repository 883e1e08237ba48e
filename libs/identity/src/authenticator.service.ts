import { DomainError } from '@app/common';
import type { Caller } from '@app/contracts';
import { LRUCache } from 'lru-cache';
import { AccessTokens, isRole } from './access-token.service';
import { hashSecret, looksLikeApiKey, parseApiKey, sameHash, type ApiKeyRecord } from './api-key';
import { ApiKeyReader } from './api-key.repository';
import { Revocations } from './revocations.service';

const CACHED = 10_000;
/** A known API key is looked up again this often, so that even a missed revocation could not keep it alive. */
export const API_KEY_CACHE_MS = 60_000;
/** An unknown one that is sent again and again does not reach the database each time. */
const UNKNOWN = { max: 1_000, ttl: 5_000 } as const;

/**
 * Says who is calling, from an access token or an API key. What was verified before is answered from memory, as long as it
 * has neither ended nor been revoked.
 */
export class Authenticator {
  private readonly callers = new LRUCache<string, Caller>({ max: CACHED, perf: Date });
  private readonly unknown = new LRUCache<string, true>({ ...UNKNOWN, perf: Date });
  /** Look-ups under way: many requests that arrive with the same new key ask once. */
  private readonly lookups = new Map<string, Promise<Caller>>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly keys: ApiKeyReader,
    private readonly revocations: Revocations,
  ) {}

  /** The caller behind a credential that was verified before and still holds; needs no await. */
  cached(credential: string): Caller | undefined {
    const caller = this.callers.get(credential);
    if (caller === undefined) return undefined;
    if (this.holds(caller)) return caller;
    this.callers.delete(credential);
    return undefined;
  }

  /**
   * The caller behind an access token or an API key, whichever it is; a promise only when the database must be asked.
   * @throws DomainError `unauthenticated`, or `unavailable` when a key has to be looked up and the database is away
   */
  authenticate(credential: string): Caller | Promise<Caller> {
    const known = this.cached(credential);
    if (known) return known;
    if (looksLikeApiKey(credential)) return this.lookUp(credential);
    return this.admit(credential, this.tokens.verify(credential));
  }

  /** Whether a caller's credential is still good: neither ended nor revoked. */
  holds({ expiresAt, sessionId }: Caller): boolean {
    return (expiresAt === null || expiresAt > Date.now()) && !this.revocations.isRevoked(sessionId);
  }

  private admit(credential: string, caller: Caller, ttl?: number): Caller {
    if (!this.holds(caller)) throw new DomainError('unauthenticated', 'The session has ended.');
    this.callers.set(credential, caller, ttl === undefined ? undefined : { ttl });
    return caller;
  }

  private lookUp(key: string): Promise<Caller> {
    const underway = this.lookups.get(key);
    if (underway) return underway;
    const lookup = this.verifyKey(key).finally(() => this.lookups.delete(key));
    this.lookups.set(key, lookup);
    return lookup;
  }

  private async verifyKey(key: string): Promise<Caller> {
    const parts = parseApiKey(key);
    if (!parts || this.unknown.has(key)) throw unknownKey();
    const record = await this.keys.find(parts.id);
    const caller = record && sameHash(record.hash, hashSecret(parts.secret)) ? callerOf(record) : undefined;
    if (!caller) {
      this.unknown.set(key, true);
      throw unknownKey();
    }
    return this.admit(key, caller, API_KEY_CACHE_MS);
  }
}

function callerOf({ id, name, role, expiresAt }: ApiKeyRecord): Caller | undefined {
  if (!isRole(role)) return undefined;
  return { kind: 'api-key', id, name, role, sessionId: id, expiresAt: expiresAt?.getTime() ?? null };
}

function unknownKey(): DomainError {
  return new DomainError('unauthenticated', 'The API key is not valid, or not any more.');
}
