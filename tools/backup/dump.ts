import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { historyKept, keepHistory } from '../databases/history';
import type { EventDocument } from '../../apps/inventory/src/ledger/event.mongo';
import { belongs, isKept, LEDGER, META } from './contents';
import { flush, writeLines } from './lines';
import { newManifest, seal, type Manifest, type Part } from './manifest';
import { nameOf, partialFolder } from './folders';
import { Walk } from './walk';

const PAGE = 1_000;
/** A collection that was made or changed at that very moment can't be read in a snapshot; a moment later it can. */
const ATTEMPTS = 5;
const SNAPSHOT_UNAVAILABLE = 246;
/** The server has let go what a snapshot would still need. */
const SNAPSHOT_TOO_OLD = 239;
const PASSING = new Set<unknown>([SNAPSHOT_UNAVAILABLE, SNAPSHOT_TOO_OLD]);
/** Far longer than it takes to read what is not the ledger. */
const SNAPSHOT_SECONDS = 3_600;

export interface Dumped {
  folder: string;
  manifest: Manifest;
}

/**
 * Writes a backup into a new folder under `target`, while everything goes on. All of it is as of one position: what is not the
 * ledger is read in one snapshot of the database, in which the ledger's end stands too; the events up to there do not change
 * any more, however long it takes to read them. The folder has its name only when it is complete.
 */
export async function dump(client: mongo.MongoClient, target: string): Promise<Dumped> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  const partial = await partialFolder(target);
  try {
    const manifest = await fill(client.db(), partial);
    await seal(partial, manifest);
    await flush(partial);
    const folder = join(target, nameOf(manifest));
    await rename(partial, folder);
    await flush(dirname(folder));
    return { folder, manifest };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Has the server keep what is overwritten while `work` reads a snapshot: the one of `npm start` keeps it for seconds only. Where that
 * needs more rights than a backup has, the server's own setting holds (five minutes, unless somebody changed it).
 */
async function withHistory<Result>(client: mongo.MongoClient, work: () => Promise<Result>): Promise<Result> {
  const admin = client.db('admin');
  const before = await lengthenHistory(admin).catch(() => undefined);
  try {
    return await work();
  } finally {
    if (before !== undefined) await keepHistory(admin, before).catch(() => undefined);
  }
}

/** Returns the seconds that were set before; undefined when they are enough. */
async function lengthenHistory(admin: mongo.Db): Promise<number | undefined> {
  const seconds = await historyKept(admin);
  if (seconds >= SNAPSHOT_SECONDS) return undefined;
  await keepHistory(admin, SNAPSHOT_SECONDS);
  return seconds;
}

async function fill(db: mongo.Db, folder: string): Promise<Manifest> {
  const madeAt = new Date().toISOString();
  const { position, epoch, parts } = await rest(db, folder);
  const walk = new Walk();
  const file = `${LEDGER}.ndjson.gz`;
  const documents = await writeLines(join(folder, file), LEDGER, events(db, position, walk));
  if (walk.position !== position)
    throw new Error(`The ledger ends at ${walk.position}, before its last event ${position}.`);
  parts.push({ collection: LEDGER, file, documents });
  return newManifest({ madeAt, position, hash: walk.hash, epoch, database: db.databaseName, parts });
}

interface Rest {
  position: number;
  epoch: string;
  parts: Part[];
}

/** Everything but the ledger, in one snapshot. */
async function rest(db: mongo.Db, folder: string): Promise<Rest> {
  for (let attempt = 1; ; attempt++) {
    const session = db.client.startSession({ snapshot: true });
    try {
      // Each time anew: another backup that ended meanwhile has set it back.
      return await withHistory(db.client, () => inSnapshot(db, folder, session));
    } catch (error) {
      const passing = error instanceof mongo.MongoServerError && PASSING.has(error.code);
      if (!passing || attempt === ATTEMPTS) throw error;
      await sleep(1_000);
    } finally {
      await session.endSession();
    }
  }
}

async function inSnapshot(db: mongo.Db, folder: string, session: mongo.ClientSession): Promise<Rest> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = found.map(({ name }) => name).filter((name) => isKept(name) && name !== LEDGER);
  const last = await db.collection<EventDocument>(LEDGER).findOne({}, { session, sort: { _id: -1 } });
  const identity = await db.collection<{ _id: string; epoch: string }>(META).findOne({ _id: 'ledger' }, { session });
  if (!identity) throw new Error(`There is no ledger in the database ${db.databaseName}.`);
  const position = last?._id ?? 0;
  const parts: Part[] = [];
  for (const collection of names.sort()) {
    const file = `${collection}.ndjson.gz`;
    const documents = await writeLines(join(folder, file), collection, kept(db, collection, position, session));
    parts.push({ collection, file, documents });
  }
  return { position, epoch: identity.epoch, parts };
}

async function* kept(
  db: mongo.Db,
  collection: string,
  position: number,
  session: mongo.ClientSession,
): AsyncIterable<mongo.Document> {
  // As they are stored: a number that came as a double goes back as one.
  const documents = db.collection(collection).find({}, { session, promoteValues: false, sort: { _id: 1 } });
  for await (const document of documents) if (belongs(collection, document, position)) yield document;
}

async function* events(db: mongo.Db, upTo: number, walk: Walk): AsyncIterable<EventDocument> {
  const ledger = db.collection<EventDocument>(LEDGER);
  while (walk.position < upTo) {
    const range = { _id: { $gt: walk.position, $lte: upTo } };
    const page = await ledger
      .find(range, { sort: { _id: 1 }, limit: PAGE, batchSize: PAGE, readConcern: { level: 'majority' } })
      .toArray();
    if (page.length === 0) return;
    for (const document of page) {
      walk.step(document);
      yield document;
    }
  }
}
