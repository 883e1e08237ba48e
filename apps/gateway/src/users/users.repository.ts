import type { ListIdentities, Role, UpdateUser } from '@app/contracts';

export interface UserRecord {
  id: string;
  email: string;
  role: Role;
  disabled: boolean;
  passwordHash: string;
  createdAt: Date;
}

export type NewUser = Pick<UserRecord, 'email' | 'role' | 'passwordHash'>;

/** The people who may log in. */
export abstract class UserRepository {
  /** @throws DomainError `duplicate` when the e-mail address is taken */
  abstract insert(user: NewUser): Promise<UserRecord>;

  abstract find(id: string): Promise<UserRecord | undefined>;

  abstract findByEmail(email: string): Promise<UserRecord | undefined>;

  /** In the order of creation; one more than `limit` when there are more. */
  abstract list(page: Required<Pick<ListIdentities, 'limit'>> & ListIdentities): Promise<UserRecord[]>;

  abstract isEmpty(): Promise<boolean>;

  /**
   * Notes a login; false when the user is not any more as it was seen: changed, disabled or gone meanwhile. To be called
   * after the session was inserted: then whoever changes the user at the same time either finds that session, or is seen here.
   */
  abstract confirmLogin(seen: UserRecord): Promise<boolean>;

  /**
   * Changes role or state and ends the user's sessions if anything changed; undefined when there is no such user.
   * @throws DomainError `last-admin`
   */
  abstract update(id: string, changes: UpdateUser): Promise<UserRecord | undefined>;

  /** Sets another password and ends all of the user's sessions; false when `seen` is not the user's password hash any more. */
  abstract replacePassword(id: string, seen: string, next: string): Promise<boolean>;

  /** Removes a user and ends its sessions; false when there is none. @throws DomainError `last-admin` */
  abstract remove(id: string): Promise<boolean>;
}
