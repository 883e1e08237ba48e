import { collection, DomainError } from '@app/common';
import type { ListIdentities, UpdateUser } from '@app/contracts';
import { reach } from '@app/identity';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { IdentityWriter, isDuplicate, type Change } from '../auth/identity-writer.mongo';
import { UserRepository, type NewUser, type UserRecord } from './users.repository';

const USERS = 'users';

interface UserDocument extends Omit<UserRecord, 'id'> {
  _id: string;
  /** Counts what must not happen unseen beside a change of this user: logins, and changes that rely on it as an admin. */
  touched: number;
}

@Injectable()
export class UserMongo extends UserRepository implements OnModuleInit {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly writer: IdentityWriter,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.users.createIndex({ email: 1 }, { unique: true });
  }

  async insert(user: NewUser): Promise<UserRecord> {
    const _id = new mongo.ObjectId().toHexString();
    const document: UserDocument = { _id, ...user, disabled: false, createdAt: new Date(), touched: 0 };
    try {
      await reach(() => this.users.insertOne(document));
    } catch (error) {
      if (!isDuplicate(error, USERS)) throw error;
      throw new DomainError('duplicate', 'This e-mail address is taken.', { field: 'email' }, { cause: error });
    }
    return toRecord(document);
  }

  async find(id: string): Promise<UserRecord | undefined> {
    const found = await reach(() => this.users.findOne({ _id: id }));
    return found ? toRecord(found) : undefined;
  }

  async findByEmail(email: string): Promise<UserRecord | undefined> {
    const found = await reach(() => this.users.findOne({ email }));
    return found ? toRecord(found) : undefined;
  }

  async list({ limit, cursor }: { limit: number } & ListIdentities): Promise<UserRecord[]> {
    const after = cursor === undefined ? {} : { _id: { $gt: cursor } };
    const found = await reach(() =>
      this.users
        .find(after)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray(),
    );
    return found.map(toRecord);
  }

  async isEmpty(): Promise<boolean> {
    return (await reach(() => this.users.findOne({}, { projection: { _id: 1 } }))) === null;
  }

  async confirmLogin({ id, role, passwordHash }: UserRecord): Promise<boolean> {
    const asSeen = { _id: id, role, passwordHash, disabled: false };
    // A real write: one that changes nothing would not collide with a change that is under way.
    const { matchedCount } = await reach(() => this.users.updateOne(asSeen, { $inc: { touched: 1 } }));
    return matchedCount === 1;
  }

  update(id: string, { role, disabled }: UpdateUser): Promise<UserRecord | undefined> {
    return this.writer.change(async (change) => {
      const found = await this.users.findOne({ _id: id }, { session: change.session });
      if (!found) return undefined;
      const next = { role: role ?? found.role, disabled: disabled ?? found.disabled };
      if (next.role === found.role && next.disabled === found.disabled) return toRecord(found);
      if (isActingAdmin(found) && !isActingAdmin(next)) await this.insistOnAnotherAdmin(id, change);
      await this.users.updateOne({ _id: id }, { $set: next }, { session: change.session });
      await change.endSessions({ userId: id });
      return toRecord({ ...found, ...next });
    });
  }

  replacePassword(id: string, seen: string, next: string): Promise<boolean> {
    return this.writer.change(async ({ session, endSessions }) => {
      const asSeen = { _id: id, passwordHash: seen };
      const { matchedCount } = await this.users.updateOne(asSeen, { $set: { passwordHash: next } }, { session });
      if (matchedCount === 1) await endSessions({ userId: id });
      return matchedCount === 1;
    });
  }

  remove(id: string): Promise<boolean> {
    return this.writer.change(async (change) => {
      const found = await this.users.findOneAndDelete({ _id: id }, { session: change.session });
      if (!found) return false;
      if (isActingAdmin(found)) await this.insistOnAnotherAdmin(id, change);
      await change.endSessions({ userId: id });
      return true;
    });
  }

  /**
   * Writes to another admin, so that two changes which each rely on the other's subject collide: one of them is decided again,
   * and then sees that nobody is left.
   */
  private async insistOnAnotherAdmin(id: string, { session }: Change): Promise<void> {
    const another = { _id: { $ne: id }, role: 'admin' as const, disabled: false };
    const { matchedCount } = await this.users.updateOne(another, { $inc: { touched: 1 } }, { session });
    if (matchedCount === 0) throw new DomainError('last-admin', 'Make somebody else an admin first.');
  }

  private get users(): mongo.Collection<UserDocument> {
    return collection<UserDocument>(this.connection, USERS);
  }
}

function isActingAdmin({ role, disabled }: Pick<UserRecord, 'role' | 'disabled'>): boolean {
  return role === 'admin' && !disabled;
}

function toRecord({ _id, email, role, disabled, passwordHash, createdAt }: UserDocument): UserRecord {
  return { id: _id, email, role, disabled, passwordHash, createdAt };
}
