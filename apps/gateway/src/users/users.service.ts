import { DomainError, pageOf } from '@app/common';
import {
  LIMITS,
  type CreateUser,
  type ListIdentities,
  type UpdateUser,
  type User,
  type UserPage,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { Passwords } from '../auth/passwords.service';
import { UserRepository, type UserRecord } from './users.repository';

/** What an admin does with users. */
@Injectable()
export class Users {
  constructor(
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
  ) {}

  async create({ email, password, role }: CreateUser): Promise<User> {
    // Hashing is what costs here; the unique index decides in the end.
    if (await this.users.findByEmail(email)) {
      throw new DomainError('duplicate', 'This e-mail address is taken.', { field: 'email' });
    }
    return toUser(await this.users.insert({ email, role, passwordHash: await this.passwords.hash(password) }));
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor }: ListIdentities): Promise<UserPage> {
    const found = await this.users.list({ limit, ...(cursor !== undefined && { cursor }) });
    return pageOf(found.map(toUser), limit);
  }

  async update(id: string, changes: UpdateUser): Promise<User> {
    const user = await this.users.update(id, changes);
    if (!user) throw noSuchUser();
    return toUser(user);
  }

  async remove(id: string): Promise<void> {
    if (!(await this.users.remove(id))) throw noSuchUser();
  }
}

function toUser({ id, email, role, disabled, createdAt }: UserRecord): User {
  return { id, email, role, disabled, createdAt: createdAt.toISOString() };
}

function noSuchUser(): DomainError {
  return new DomainError('not-found', 'There is no such user.');
}
