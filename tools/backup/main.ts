import 'reflect-metadata';
import { RESTORE } from '@app/common';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { mongo } from 'mongoose';
import { SESSION_PURPOSES, sessionRow } from '../../apps/inventory/src/ledger/known-session.mongo';
import { LAST_BACKUP } from '../../apps/inventory/src/ledger/last-backup.mongo';
import { findDatabase } from '../admin/database';
import { BACKUP_NAME } from '../databases/history';
import { insistOnQuiet } from './clients';
import { dump } from './dump';
import { prune } from './folders';
import { HELP, readOptions, type Options } from './options';
import type { Manifest } from './manifest';
import { ADDRESS, rebuildAndVerify } from './proof';
import { cancelBeyond, check, DURABLE, load, makeRoom } from './restore';

const CONNECT_MS = 5_000;

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  if (options.command === 'help') console.log(HELP);
  else if (options.command === 'check') await report(options.folder);
  else {
    const uri = findDatabase(resolve(__dirname, '../../..'), process.env);
    const client = await connect(uri);
    try {
      await (options.command === 'backup' ? backup(client, options) : restore(client, uri, options));
    } finally {
      await client.close();
    }
  }
}

async function report(folder: string): Promise<void> {
  const { manifest } = await check(folder);
  const parts = manifest.parts.map(({ collection, documents }) => `${documents} ${collection}`).join(', ');
  console.log(`The backup of ${manifest.madeAt} is sound: ${parts}.\n${manifest.position}:${manifest.hash}`);
}

type Of<Command> = Extract<Options, { command: Command }>;

async function backup(client: mongo.MongoClient, { to, keep }: Of<'backup'>): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const { folder, manifest } = await dump(client, to);
  console.log(`${folder}: ${manifest.position} events and ${manifest.parts.length - 1} other collections.`);
  console.log(`${manifest.position}:${manifest.hash}`);
  await note(client.db(), manifest);
  if (keep === undefined) return;
  const gone = await prune(to, keep);
  if (gone.length > 0) console.log(`Removed: ${gone.join(', ')}.`);
}

/** For the inventory's metrics. A user of the database who may only read can back up too. */
async function note(db: mongo.Db, { madeAt, position }: Manifest): Promise<void> {
  try {
    const last = { $set: { at: new Date(madeAt), position } };
    await db.collection<{ _id: string }>('meta').updateOne({ _id: LAST_BACKUP }, last, { upsert: true });
  } catch (error) {
    console.error(`The time of this backup could not be noted in the database: ${(error as Error).message}`);
  }
}

async function restore(
  client: mongo.MongoClient,
  uri: string,
  { folder, toPosition, replace }: Of<'restore'>,
): Promise<void> {
  if (!existsSync(folder)) throw new Error(`${folder} does not exist.`);
  const db = client.db();
  const checked = await check(folder, toPosition);
  await insistOnQuiet(client, db.databaseName);
  await makeRoom(db, replace);
  const epoch = await load(db, checked);
  const { rebuilt, report: verified } = await rebuildAndVerify(uri, checked);
  const meta = db.collection<{ _id: string }>('meta');
  // Of the inventory that ran here, which will not come back.
  await meta.deleteMany({ _id: { $in: SESSION_PURPOSES.map((purpose) => sessionRow(purpose, ADDRESS)) } });
  for (const fault of verified.faults) console.log(`  ${fault.position}  ${fault.kind}  ${fault.detail}`);
  if (!verified.ok) throw new Error(`The restored ledger has ${verified.faults.length} faults: do not use it.`);
  const cancelled = await cancelBeyond(db, checked.position);
  await meta.deleteOne({ _id: RESTORE }, DURABLE);
  const { items, reservations } = rebuilt;
  console.log(
    `${db.databaseName} is restored up to position ${checked.position} and sound: ${items} items, ${reservations} reservations.`,
  );
  if (checked.position < (toPosition ?? 0)) console.log(`Position ${toPosition} is in the middle of an operation.`);
  if (cancelled > 0) console.log(`Stocktakes that were opened or counted after it are cancelled: ${cancelled}.`);
  console.log(
    `Users, API keys, webhooks and locations are those of ${checked.manifest.madeAt}; everybody has to log in again.`,
  );
  console.log(`The ledger has a new epoch, ${epoch}: whoever follows it is told to start anew.`);
  console.log(`${verified.position}:${verified.hash}`);
}

async function connect(uri: string): Promise<mongo.MongoClient> {
  const client = new mongo.MongoClient(uri, {
    appName: BACKUP_NAME,
    serverSelectionTimeoutMS: CONNECT_MS,
    retryWrites: true,
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    throw new Error('The database does not answer. Does it run? `npm run databases` starts it without the apps.', {
      cause: error,
    });
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
