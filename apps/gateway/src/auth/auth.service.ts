import { DomainError, invalid } from '@app/common';
import type { Caller, ChangePassword, Login, Me, TokenPair } from '@app/contracts';
import { AccessTokens } from '@app/identity';
import { LRUCache } from 'lru-cache';
import { UserRepository, type UserRecord } from '../users/users.repository';
import { Passwords } from './passwords.service';
import {
  formatRefreshToken,
  hashesOf,
  isOfFamily,
  newRefreshToken,
  nextGeneration,
  parseRefreshToken,
  type RefreshToken,
} from './refresh-token';
import { SessionRepository, type Session } from './sessions.repository';

/** Sessions that a user keeps; one more login ends the oldest. So ending all of them is one small transaction. */
const MOST_SESSIONS = 1_000;

/** Refreshes whose outcome is not known, and for how long they may be asked for again. */
const UNKNOWN = { max: 10_000, ttl: 15 * 60_000 };

/** Log in, stay logged in, log out. */
export class Auth {
  /** By the generation that was shown, what was to take its place. */
  private readonly unknown = new LRUCache<string, RefreshToken>(UNKNOWN);

  constructor(
    private readonly users: UserRepository,
    private readonly sessions: SessionRepository,
    private readonly passwords: Passwords,
    private readonly tokens: AccessTokens,
    /** Seconds after which a session that was not refreshed ends. */
    private readonly refreshTtl: number,
  ) {}

  /** @throws DomainError `unauthenticated`: the same, after the same time, whatever was wrong */
  async login({ email, password }: Login): Promise<TokenPair> {
    const user = await this.users.findByEmail(email);
    const matches = await this.passwords.verify(password, user?.passwordHash);
    if (!user || !matches || user.disabled) throw refusedLogin();
    const token = newRefreshToken(this.sessions.nextId());
    const session = { id: token.sessionId, userId: user.id, refresh: hashesOf(token) };
    await this.sessions.insert(session, this.endOfSession());
    if (!(await this.users.confirmLogin(user))) {
      await this.sessions.end(token.sessionId);
      throw refusedLogin();
    }
    await this.sessions.trim(user.id, MOST_SESSIONS);
    return this.pair(user, token);
  }

  /**
   * Each refresh token is good for one refresh, without any grace: of two requests with the same one, the second is taken for
   * a thief's or its victim's, and ends the session for both. One that the database did not answer was answered to nobody: asked for
   * again, it is the same one.
   */
  async refresh(refreshToken: string): Promise<TokenPair> {
    const shown = parseRefreshToken(refreshToken);
    if (!shown) throw refusedRefresh();
    const session = await this.sessions.find(shown.sessionId);
    if (!session || !isOfFamily(shown, session.refresh)) throw refusedRefresh();
    const user = await this.users.find(session.userId);
    if (!user || user.disabled) throw refusedRefresh();
    const next = await this.rotate(session, shown);
    if (!next) {
      await this.sessions.end(session.id);
      throw refusedRefresh();
    }
    return this.pair(user, next);
  }

  /** The token in place of the one that is shown; undefined when that has been used. */
  private async rotate({ id }: Session, shown: RefreshToken): Promise<RefreshToken | undefined> {
    const current = hashesOf(shown);
    const begun = this.unknown.get(current.generation);
    // Whoever shows it at the same time is another one.
    this.unknown.delete(current.generation);
    const next = begun ?? nextGeneration(shown);
    try {
      const known = begun ? [current, hashesOf(begun)] : [current];
      return (await this.sessions.rotate(id, known, hashesOf(next), this.endOfSession())) ? next : undefined;
    } catch (error) {
      this.unknown.set(current.generation, next);
      throw error;
    }
  }

  logout(caller: Caller): Promise<void> {
    insistOnUser(caller);
    return this.sessions.end(caller.sessionId);
  }

  /** Sets another password and ends all sessions, the caller's own too: who knew the old one is out. */
  async changePassword(caller: Caller, { current, next }: ChangePassword): Promise<void> {
    insistOnUser(caller);
    const user = await this.users.find(caller.id);
    const matches = await this.passwords.verify(current, user?.passwordHash);
    // Not `unauthenticated`: the token is good, and a client would answer that by refreshing it.
    if (!user || !matches) throw wrongPassword();
    const hash = await this.passwords.hash(next);
    if (!(await this.users.replacePassword(user.id, user.passwordHash, hash))) throw wrongPassword();
  }

  private pair(user: UserRecord, token: RefreshToken): TokenPair {
    const me: Me = { id: user.id, email: user.email, role: user.role };
    return {
      accessToken: this.tokens.sign(me, token.sessionId),
      refreshToken: formatRefreshToken(token),
      tokenType: 'Bearer',
      expiresIn: this.tokens.ttl,
      user: me,
    };
  }

  private endOfSession(): Date {
    return new Date(Date.now() + this.refreshTtl * 1_000);
  }
}

function insistOnUser({ kind }: Caller): void {
  if (kind !== 'user') throw new DomainError('forbidden', 'An API key has neither a session nor a password.');
}

function refusedLogin(): DomainError {
  return new DomainError('unauthenticated', 'The e-mail address or the password is wrong.');
}

function refusedRefresh(): DomainError {
  return new DomainError('unauthenticated', 'The refresh token is not valid, or not any more.');
}

function wrongPassword(): DomainError {
  return invalid('current', 'is not the current password');
}
