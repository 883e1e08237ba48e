import type { mongo } from 'mongoose';
import { join } from 'node:path';
import type { Secrets } from './apps';

/** What a first start shows of the login. A password that was given needs no showing, and is kept nowhere. */
export function loginLines(secrets: Secrets, dataDir: string, env: NodeJS.ProcessEnv): string[] {
  if (env.ADMIN_PASSWORD) return [`Login       ${secrets.adminEmail}, password: the one in ADMIN_PASSWORD`];
  return [
    `Login       ${secrets.adminEmail}, password: ${secrets.adminPassword}`,
    `            shown this once; it is kept in ${join(dataDir, 'secrets.json')}`,
  ];
}

/** The same where the database is older than the secrets: it has its users, and no admin is made. */
export function olderLoginLines({ adminEmail }: Secrets): string[] {
  return [
    'Login       as before: the database has its users already, so no admin was made',
    `            for another password: npm run admin -- reset-password --email ${adminEmail}`,
  ];
}

const TIMEOUT_MS = 5_000;

/**
 * Whether the gateway takes, or will take, this login: it makes an admin when there is no user yet. To be asked before it runs. A login
 * is not tried: a trial would be one of the ten a minute.
 */
export async function isTheLogin(mongodbUri: string, { adminEmail, adminPassword }: Secrets): Promise<boolean> {
  // Loaded by the first start only, and by whoever starts a mongod.
  const { mongo: driver } = await import('mongoose');
  let client: mongo.MongoClient | undefined;
  try {
    client = new driver.MongoClient(mongodbUri, { serverSelectionTimeoutMS: TIMEOUT_MS, socketTimeoutMS: TIMEOUT_MS });
    const users = client.db().collection<{ email: string; passwordHash: string }>('users');
    if ((await users.findOne()) === null) return true;
    const admin = await users.findOne({ email: adminEmail.trim().toLowerCase() });
    const { verify } = await import('@node-rs/argon2');
    return admin !== null && (await verify(admin.passwordHash, adminPassword.trim().normalize('NFC')));
  } catch {
    // What is wrong with a database of somebody else's, or with its address, the apps will say.
    return true;
  } finally {
    await client?.close();
  }
}
