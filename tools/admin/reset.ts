import { RevocationFeedMongo, Revocations } from '@app/identity';
import { createConnection, type Connection } from 'mongoose';
import pino from 'pino';
import { IdentityWriter } from '../../apps/gateway/src/auth/identity-writer.mongo';
import { Passwords } from '../../apps/gateway/src/auth/passwords.service';
import { UserMongo } from '../../apps/gateway/src/users/users.mongo';

export interface Reset {
  email: string;
  password: string;
  /** Makes an admin if there is no such user. */
  create: boolean;
}

const CONNECT_MS = 3_000;

/** Does it with the gateway's own repositories, so that the running gateways see the sessions end. Says what it did. */
export async function reset(mongodbUri: string, { email, password, create }: Reset): Promise<string> {
  const connection = await connect(mongodbUri);
  try {
    const users = await usersOf(connection);
    const passwordHash = await new Passwords().hash(password);
    const user = await users.findByEmail(email);
    if (user) {
      if (!(await users.replacePassword(user.id, user.passwordHash, passwordHash))) {
        throw new Error('The password was changed by somebody else at the same time. Try again.');
      }
      const state = user.disabled ? '; the user is disabled and stays so' : '';
      return `${email} (${user.role}) has another password, and all sessions have ended${state}.`;
    }
    if (!create) throw new Error(`There is no user ${email}. With --create an admin is made.`);
    await users.insert({ email, role: 'admin', passwordHash });
    return `${email} was made an admin.`;
  } finally {
    await connection.close();
  }
}

async function connect(uri: string): Promise<Connection> {
  const options = { serverSelectionTimeoutMS: CONNECT_MS, autoIndex: false, autoCreate: false };
  try {
    return await createConnection(uri, { ...options, writeConcern: { w: 'majority', j: true } }).asPromise();
  } catch (error) {
    throw new Error('The database does not answer. Is Stockwire running?', { cause: error });
  }
}

async function usersOf(connection: Connection): Promise<UserMongo> {
  const log = pino({ level: 'silent' });
  // Nobody asks this process who is revoked: what it appends to the feed is for the others.
  const revocations = new Revocations(new RevocationFeedMongo(connection), { log, keepMs: 0 });
  const writer = new IdentityWriter(connection, revocations, log);
  const users = new UserMongo(connection, writer);
  await writer.onModuleInit();
  await users.onModuleInit();
  return users;
}
