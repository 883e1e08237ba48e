import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from './apps';

const ADMIN_EMAIL = 'admin@stockwire.local';
/** Without those that are taken for one another. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

interface Kept extends Omit<Secrets, 'adminEmail'> {
  /** Until the login has been shown: a first start may have ended before that. */
  loginShown?: 'no';
}

/** 80 bits, in groups that a person can copy from a screen. */
export function makePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

function generate(): Kept {
  const key = (): string => randomBytes(32).toString('hex');
  return { jwtSecret: key(), internalToken: key(), redisPassword: key(), adminPassword: makePassword() };
}

/**
 * Made on the first start and kept, readable by the owner only. The environment wins over the file and does not change it.
 * `showLogin` is true until `noteLoginShown`: the login is shown once, and never again.
 */
export function loadSecrets(dataDir: string, env: NodeJS.ProcessEnv): { secrets: Secrets; showLogin: boolean } {
  const file = fileIn(dataDir);
  const found = read(file);
  const kept: Kept = { ...generate(), ...(found ?? { loginShown: 'no' }) };
  if (!found || Object.keys(found).length < Object.keys(kept).length) write(dataDir, kept);
  const secrets = {
    jwtSecret: env.JWT_SECRET || kept.jwtSecret,
    internalToken: env.INTERNAL_TOKEN || kept.internalToken,
    redisPassword: kept.redisPassword,
    adminEmail: env.ADMIN_EMAIL || ADMIN_EMAIL,
    adminPassword: env.ADMIN_PASSWORD || kept.adminPassword,
  };
  return { secrets, showLogin: kept.loginShown === 'no' };
}

export function noteLoginShown(dataDir: string): void {
  const { loginShown: _, ...kept } = read(fileIn(dataDir)) as Kept;
  write(dataDir, kept);
}

const fileIn = (dataDir: string): string => join(dataDir, 'secrets.json');

function read(file: string): Partial<Kept> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // Someone may have copied it here with wider permissions.
  chmodSync(file, 0o600);
  const found = parsed(text);
  if (found) return found;
  throw new Error(`${file} is damaged. Restore it, or remove it: new secrets are then made, and all logins end.`);
}

/** Undefined for what this program has not written: nothing of it is replaced silently. */
function parsed(text: string): Partial<Kept> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.values(value).every((secret) => typeof secret === 'string' && secret !== '') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** On the disk before it has its name: after a power cut it is whole or not there. */
function write(dataDir: string, secrets: Kept): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = fileIn(dataDir);
  const draft = `${file}.new`;
  const descriptor = openSync(draft, 'w', 0o600);
  writeSync(descriptor, `${JSON.stringify(secrets, null, 2)}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(draft, file);
}
