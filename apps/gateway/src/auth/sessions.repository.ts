import type { RefreshHashes } from './refresh-token';

export interface Session {
  id: string;
  userId: string;
  refresh: RefreshHashes;
}

/** The login sessions. One that has ended is gone. */
export abstract class SessionRepository {
  /** An id for a session to come. */
  abstract nextId(): string;

  abstract insert(session: Session, expiresAt: Date): Promise<void>;

  abstract find(id: string): Promise<Session | undefined>;

  /**
   * Puts the next generation in the place of the one that was shown; false when none of `shown` is the current one, or the
   * session has ended. Of two that show the same, one succeeds.
   */
  abstract rotate(id: string, shown: readonly RefreshHashes[], next: RefreshHashes, expiresAt: Date): Promise<boolean>;

  /** Ends a session and tells every process. Ending one that has ended changes nothing. */
  abstract end(id: string): Promise<void>;

  /** Ends a user's oldest sessions beyond the newest `keep`. */
  abstract trim(userId: string, keep: number): Promise<void>;
}
