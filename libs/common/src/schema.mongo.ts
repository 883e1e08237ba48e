import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './log';
import { ConfigError } from './setting.config';

/** How what is stored is laid out. A change that an older program would misread raises it, and comes with a migration. */
export const SCHEMA = 1;

/** Brings what is stored from the version before to its own. It may be begun again after a crash: what is done already stays done. */
export interface Migration {
  to: number;
  about: string;
  run(db: mongo.Db): Promise<void>;
}

/** In `meta` while a restore is under way, and after one that was interrupted: the ledger may be there already, what is made from it is not. */
export const RESTORE = 'restore';

interface SchemaDocument {
  _id: 'schema' | typeof RESTORE;
  version: number;
  migrating?: string;
  until?: Date;
}

/** What has the one connection of a process. */
interface Application {
  get(token: string): Connection;
}

interface SchemaOptions {
  log: Logger;
  /** Who has none does not migrate, and waits for the one that does. */
  migrations?: readonly Migration[];
  known?: number;
  /** Only the restore itself goes on where one has not come to its end. */
  restores?: boolean;
}

/** One that was killed while it migrated is waited for so long; the time is the database's. */
const LOCK_MS = 15_000;
const RENEW_MS = 5_000;
const LOOK_MS = 300;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
const MAJORITY = { readConcern: { level: 'majority' } } as const;

/**
 * Resolves when the database is of the version that this program knows: by then one process has migrated it.
 * @throws ConfigError when a newer program has written it, or a restore has not come to its end
 */
export async function openSchema(app: Application, options: SchemaOptions): Promise<void> {
  const { log, migrations, known = SCHEMA, restores = false } = options;
  const { db } = app.get(getConnectionToken());
  if (!db) throw new Error('the connection to MongoDB is not open');
  const meta = db.collection<SchemaDocument>('meta');
  if (!restores && (await meta.findOne({ _id: RESTORE }, MAJORITY))) throw new ConfigError([`MONGODB_URI: ${HALF}`]);
  for (let said = false; ; said = true) {
    const version = await versionOf(db, meta, migrations !== undefined, known);
    if (version === undefined || version === known) return;
    if (version > known) throw new ConfigError([`MONGODB_URI: ${tooNew(version, known)}`]);
    const next = migrations?.find(({ to }) => to === version + 1);
    if (migrations && !next) throw new Error(`there is no migration from version ${version}`);
    if (next && (await migrated(meta, db, next, log))) continue;
    if (!said) log.warn({ version, known }, 'waiting for the database to be migrated');
    await sleep(LOOK_MS);
  }
}

const HALF = 'the restore of this database has not come to its end. Wait for it; if it was interrupted, run it again';

function tooNew(version: number, known: number): string {
  return `the database is of version ${version}, written by a newer Stockwire; this one knows up to ${known}. Start the newer one, or restore a backup`;
}

/** Undefined for a database that nobody has begun yet, and that is not ours to begin. */
async function versionOf(
  db: mongo.Db,
  meta: mongo.Collection<SchemaDocument>,
  begins: boolean,
  known: number,
): Promise<number | undefined> {
  const found = await meta.findOne({ _id: 'schema' }, MAJORITY);
  if (found || !begins) return found?.version;
  // What was written before versions were counted is of the first.
  const version = (await db.collection('ledger').findOne({}, MAJORITY)) ? 1 : known;
  await meta.updateOne({ _id: 'schema' }, { $setOnInsert: { version } }, { ...DURABLE, upsert: true });
  return (await meta.findOne({ _id: 'schema' }))?.version;
}

/** False when another process is at it. */
async function migrated(
  meta: mongo.Collection<SchemaDocument>,
  db: mongo.Db,
  migration: Migration,
  log: Logger,
): Promise<boolean> {
  const { to, about } = migration;
  const migrating = randomUUID();
  const lock = [{ $set: { migrating, until: { $add: ['$$NOW', LOCK_MS] } } }];
  const free = { $or: [{ until: { $exists: false } }, { $expr: { $lte: ['$until', '$$NOW'] } }] };
  const { modifiedCount } = await meta.updateOne({ _id: 'schema', version: to - 1, ...free }, lock, DURABLE);
  if (modifiedCount === 0) return false;
  log.info({ version: to, about }, 'migrating the database');
  const renewal = setInterval(() => void meta.updateOne({ migrating }, lock, DURABLE).catch(() => undefined), RENEW_MS);
  try {
    await migration.run(db);
    const done = { $set: { version: to }, $unset: { migrating: '', until: '' } } as const;
    const { matchedCount } = await meta.updateOne({ _id: 'schema', migrating }, done, DURABLE);
    if (matchedCount === 1) log.info({ version: to }, 'the database is migrated');
  } finally {
    clearInterval(renewal);
  }
  return true;
}
