import { RESTORE, SCHEMA } from '@app/common';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import type { EventDocument } from '../../apps/inventory/src/ledger/event.mongo';
import {
  STOCKTAKE_LINES,
  STOCKTAKES,
  type StocktakeDocument,
} from '../../apps/inventory/src/stocktakes/stocktake.mongo';
import { belongs, isKept, LEDGER, META, RESTORING } from './contents';
import { readLines } from './lines';
import { openSealed, type Manifest } from './manifest';
import { Walk } from './walk';

const BATCH = 1_000;
export const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** A backup that was read from end to end and is sound. */
export interface Checked {
  folder: string;
  manifest: Manifest;
  /** Where a restore ends: the last whole operation at or before what was asked for. */
  position: number;
  hash: string;
}

/**
 * Checks a backup before anything is touched: checksums, the number of documents, the version that has written it, positions and
 * hash chain.
 * @throws Error that names what is wrong with it
 */
export async function check(folder: string, toPosition?: number): Promise<Checked> {
  const manifest = await openSealed(folder);
  const end = toPosition ?? manifest.position;
  if (end > manifest.position)
    throw new Error(`The backup ends at position ${manifest.position}; ${end} is not in it. Take a later one.`);
  let sound = { position: 0, hash: new Walk().hash };
  for (const { collection, file, documents } of manifest.parts) {
    let count = 0;
    const walk = new Walk();
    for await (const document of readLines(join(folder, file), collection)) {
      count++;
      if (collection === META) insistOnKnown(document);
      if (collection !== LEDGER) continue;
      walk.step(document as unknown as EventDocument);
      if (walk.whole === walk.position && walk.position <= end) sound = { position: walk.position, hash: walk.hash };
    }
    if (count !== documents) throw new Error(`${file} has ${count} documents instead of ${documents}.`);
    if (collection === LEDGER && walk.hash !== manifest.hash)
      throw new Error(`The ledger in the backup does not end with the hash in its manifest.`);
  }
  return { folder, manifest, ...sound };
}

function insistOnKnown({ _id, version }: mongo.Document): void {
  if (_id !== 'schema' || Number(version) <= SCHEMA) return;
  throw new Error(
    `The backup is of version ${version}, written by a newer Stockwire; this one knows up to ${SCHEMA}. Restore it with the newer one.`,
  );
}

/**
 * Makes room in a database. One that has anything in it is refused, unless its name is given as `replace`.
 * @throws Error that says what is in the way
 */
export async function makeRoom(db: mongo.Db, replace?: string): Promise<void> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
  const filled: string[] = [];
  for (const name of names) {
    // Left by a restore that did not come to its end.
    if (!name.startsWith(RESTORING) && (await db.collection(name).findOne())) filled.push(name);
  }
  const interrupted = await db.collection<{ _id: string }>(META).findOne({ _id: RESTORE });
  if (filled.length > 0 && !interrupted && replace !== db.databaseName) {
    throw new Error(
      `The database ${db.databaseName} is not empty (${filled.join(', ')}). Restore into another one, or give ` +
        `--replace ${db.databaseName} to have everything in it deleted first.`,
    );
  }
  await db.dropDatabase();
}

/**
 * Loads a checked backup under other names, and renames when all of it is there: first `meta`, in which it stands that the restore
 * is under way, and the ledger last. A restore that is killed leaves nothing that an app would start on. Returns the new epoch.
 */
export async function load(db: mongo.Db, { folder, manifest, position }: Checked): Promise<string> {
  const epoch = randomUUID();
  const meta: { _id: string; epoch: string }[] = ['ledger', RESTORE].map((_id) => ({ _id, epoch }));
  await db.collection<{ _id: string; epoch: string }>(RESTORING + META).insertMany(meta, DURABLE);
  // Backups of before may hold more than that.
  const parts = manifest.parts.filter(({ collection }) => isKept(collection));
  for (const { collection, file } of parts)
    await loadPart(db, collection, wanted(collection, join(folder, file), position));
  const others = parts.map(({ collection }) => collection).filter((name) => name !== META && name !== LEDGER);
  for (const name of [META, ...others, LEDGER]) await db.renameCollection(RESTORING + name, name);
  return epoch;
}

async function* wanted(collection: string, path: string, position: number): AsyncIterable<mongo.Document> {
  for await (const document of readLines(path, collection)) {
    if (collection === LEDGER && Number(document._id) > position) return;
    if (belongs(collection, document, position)) yield collection === 'imports' ? ended(document) : document;
  }
}

/** An import that was under way does not go on: perhaps it is the very reason of the restore. */
function ended(document: mongo.Document): mongo.Document {
  if (document.status !== 'queued' && document.status !== 'running') return document;
  const now = new Date();
  const passing = document.keyed ? {} : { expiresAt: new Date(now.getTime() + 30 * 24 * 3_600_000) };
  const failure = 'The database was restored from a backup while this import was under way. Import the rest again.';
  return { ...document, status: 'failed', failure, finishedAt: now.toISOString(), ...passing };
}

async function loadPart(db: mongo.Db, collection: string, documents: AsyncIterable<mongo.Document>): Promise<void> {
  const name = RESTORING + collection;
  // Also an empty one: it has to be there to be renamed.
  if (collection !== META) await db.createCollection(name);
  let batch: mongo.Document[] = [];
  const insert = async (): Promise<void> => {
    if (batch.length > 0) await db.collection(name).insertMany(batch, DURABLE);
    batch = [];
  };
  for await (const document of documents) if (batch.push(document) === BATCH) await insert();
  await insert();
}

/**
 * Ends the stocktakes that were opened, or counted, after a position: what was counted there was compared with stock that this
 * ledger has never had. Returns how many.
 */
export async function cancelBeyond(db: mongo.Db, position: number): Promise<number> {
  const takes = db.collection<StocktakeDocument>(STOCKTAKES);
  const counted = await db.collection(STOCKTAKE_LINES).distinct('take', { 'count.position': { $gt: position } });
  const beyond = [{ position: { $gt: position } }, { _id: { $in: counted as string[] } }];
  const closedBy = { kind: 'system', id: 'restore', name: 'restore' } as const;
  const end = {
    $set: { status: 'cancelled', closedAt: new Date().toISOString(), closedBy },
    $inc: { version: 1 },
  } as const;
  return (await takes.updateMany({ status: 'open', $or: beyond }, end, DURABLE)).modifiedCount;
}
