import { DomainError } from '@app/common';
import type { AccessTokens } from '@app/identity';
import type { UserRecord, UserRepository } from '../users/users.repository';
import { Auth } from './auth.service';
import type { Passwords } from './passwords.service';
import type { RefreshHashes } from './refresh-token';
import { SessionRepository, type Session } from './sessions.repository';

/** One session; `silent`: the database does what it is told and does not say so. */
class OneSession extends SessionRepository {
  session: Session | undefined;
  silent = false;

  nextId(): string {
    return 'a'.repeat(24);
  }

  async insert(session: Session): Promise<void> {
    this.session = session;
  }

  async find(): Promise<Session | undefined> {
    return this.session;
  }

  async rotate(_: string, shown: readonly RefreshHashes[], next: RefreshHashes): Promise<boolean> {
    const { session } = this;
    const known = session && shown.some(({ generation }) => generation === session.refresh.generation);
    if (known) this.session = { ...session, refresh: next };
    if (this.silent) throw new DomainError('unavailable', 'The database does not answer.');
    return known ?? false;
  }

  async end(): Promise<void> {
    this.session = undefined;
  }

  async trim(): Promise<void> {}
}

const user = { id: 'u', email: 'ana@example.com', role: 'clerk', disabled: false } as unknown as UserRecord;
const users = { find: async () => user, findByEmail: async () => user, confirmLogin: async () => true };
let sessions: OneSession;
let auth: Auth;
let first: string;

beforeEach(async () => {
  sessions = new OneSession();
  const parts = [{ verify: async () => true } as unknown as Passwords, { sign: () => 'token', ttl: 900 }] as const;
  auth = new Auth(users as unknown as UserRepository, sessions, parts[0], parts[1] as unknown as AccessTokens, 60);
  first = (await auth.login({ email: user.email, password: 'x' })).refreshToken;
});

const refused = { code: 'unauthenticated' };

describe('a refresh of which nobody was told what became of it', () => {
  const unanswered = async (): Promise<void> => {
    sessions.silent = true;
    for (let attempts = 0; attempts < 2; attempts++)
      await expect(auth.refresh(first)).rejects.toMatchObject({ code: 'unavailable' });
    sessions.silent = false;
  };

  it('may be asked for again, once answered it is over', async () => {
    await unanswered();
    const { refreshToken } = await auth.refresh(first);
    const next = await auth.refresh(refreshToken);
    await expect(auth.refresh(first)).rejects.toMatchObject(refused);
    await expect(auth.refresh(next.refreshToken)).rejects.toMatchObject(refused);
  });

  it('is answered to one of those who ask for it together', async () => {
    await unanswered();
    const answers = await Promise.allSettled([auth.refresh(first), auth.refresh(first)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(sessions.session).toBeUndefined();
  });
});
