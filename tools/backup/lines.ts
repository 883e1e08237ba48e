import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { mongo } from 'mongoose';
import { LEDGER, OUTCOMES } from './contents';

const { EJSON } = mongo.BSON;
/** The lines that are handed to the compression at a time. */
const CHUNK_CHARACTERS = 256 * 1024;

/**
 * A document as one line of JSON. Events and outcomes are plain JSON, in which a client's `$` means nothing; the others have
 * dates and ids, and each number keeps its type.
 */
export function lineOf(collection: string, document: object): string {
  return isPlain(collection) ? JSON.stringify(document) : EJSON.stringify(document, { relaxed: false });
}

export function documentOf(collection: string, line: string): mongo.Document {
  return (isPlain(collection) ? JSON.parse(line) : EJSON.parse(line, { relaxed: false })) as mongo.Document;
}

function isPlain(collection: string): boolean {
  return collection === LEDGER || collection === OUTCOMES;
}

/** Writes documents as compressed lines and returns how many there were; they are on the disk when this resolves. */
export async function writeLines(path: string, collection: string, documents: AsyncIterable<object>): Promise<number> {
  let count = 0;
  async function* text(): AsyncIterable<string> {
    let chunk = '';
    for await (const document of documents) {
      chunk += `${lineOf(collection, document)}\n`;
      count++;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
  await pipeline(Readable.from(text()), createGzip(), createWriteStream(path, { mode: 0o600 }));
  await flush(path);
  return count;
}

/** What was written to a file or a folder survives a power cut. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws Error that names the file when it is no such file, or ends early */
export async function* readLines(path: string, collection: string): AsyncIterable<mongo.Document> {
  try {
    const unpacked = createReadStream(path).pipe(createGunzip());
    for await (const line of createInterface({ input: unpacked, crlfDelay: Infinity })) {
      if (line) yield documentOf(collection, line);
    }
  } catch (error) {
    throw new Error(`${basename(path)} can't be read: ${(error as Error).message}`, { cause: error });
  }
}
