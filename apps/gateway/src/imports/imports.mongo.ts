import { collection, DomainError } from '@app/common';
import type { ImportError, ImportSummary } from '@app/contracts';
import { reach } from '@app/identity';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';
import {
  ImportsRepository,
  summaryOf,
  type FileWriter,
  type ImportPlace,
  type Progress,
  type StoredImport,
} from './imports.repository';

type ImportDocument = Omit<StoredImport, 'id' | 'createdAt'> & { _id: string; createdAt: Date; expiresAt?: Date };
type ErrorDocument = ImportError & { _id: string; importId: string; expiresAt: Date };
type FileDocument = { _id: mongo.ObjectId; length: number };
type ChunkDocument = { _id: mongo.ObjectId; files_id: mongo.ObjectId; n: number; data: mongo.Binary };

const BUCKET = 'importFiles';
const CHUNK_BYTES = 512 * 1024;
const CHUNKS_AT_ONCE = 2;
const KEEP_MS = 30 * 24 * 3_600_000;
/** Nobody is still uploading after so long. */
const ABANDONED_MS = 3_600_000;
const DUPLICATE = 11_000;

@Injectable()
export class ImportsMongo extends ImportsRepository implements OnModuleInit {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.imports.createIndex({ createdAt: -1, _id: -1 }, { name: 'newest' });
    await this.imports.createIndex({ status: 1, createdAt: 1 }, { name: 'by_status' });
    await this.imports.createIndex({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 });
    await this.faults.createIndex({ importId: 1, line: 1, _id: 1 }, { name: 'by_line' });
    await this.faults.createIndex({ expiresAt: 1 }, { name: 'expiry', expireAfterSeconds: 0 });
  }

  openFile(): FileWriter {
    const stream = this.bucket.openUploadStream('import.csv', { chunkSizeBytes: CHUNK_BYTES });
    // Whoever waits for a write is told by its callback; without a listener the process would end.
    stream.on('error', () => undefined);
    return {
      id: stream.id.toString(),
      write: (chunk) =>
        reach(
          () => new Promise((resolve, reject) => stream.write(chunk, (error) => (error ? reject(error) : resolve()))),
        ),
      end: () =>
        reach(
          () =>
            new Promise((resolve, reject) => {
              stream.once('error', reject);
              stream.end(() => resolve());
            }),
        ),
      discard: () => reach(() => this.removeFile(stream.id)),
    };
  }

  /** Chunk by chunk: the driver's own stream asks for 16 MB at a time. */
  async *readFile(id: string): AsyncIterable<Buffer> {
    const fileId = new mongo.ObjectId(id);
    const file = await this.files.findOne({ _id: fileId });
    let bytes = 0;
    const chunks = this.chunks.find({ files_id: fileId }, { sort: { n: 1 }, batchSize: CHUNKS_AT_ONCE });
    for await (const { data } of chunks) {
      bytes += data.length();
      yield Buffer.from(data.buffer);
    }
    if (bytes !== file?.length) throw new Error(`the file ${id} is not whole: ${bytes} bytes of ${file?.length}`);
  }

  async add({ id, createdAt, ...job }: StoredImport): Promise<boolean> {
    try {
      await reach(() => this.imports.insertOne({ _id: id, createdAt: new Date(createdAt), ...job }));
      return true;
    } catch (error) {
      if (error instanceof mongo.MongoServerError && error.code === DUPLICATE) return false;
      if (error instanceof DomainError && error.code === 'unavailable') throw unknownOutcome(error);
      throw error;
    }
  }

  async find(id: string): Promise<StoredImport | undefined> {
    const document = await reach(() => this.imports.findOne({ _id: id }));
    return document ? importOf(document) : undefined;
  }

  async page(limit: number, after: ImportPlace | undefined): Promise<ImportSummary[]> {
    const at = after && new Date(after.createdAt);
    const beyond = at ? { $or: [{ createdAt: { $lt: at } }, { createdAt: at, _id: { $lt: after.id } }] } : {};
    const options = { sort: { createdAt: -1, _id: -1 }, limit: limit + 1 } as const;
    const found = await reach(() => this.imports.find(beyond, options).toArray());
    return found.map((document) => summaryOf(importOf(document)));
  }

  async unfinished(): Promise<string[]> {
    const filter = { status: { $in: ['queued', 'running'] } } as const;
    const found = this.imports.find(filter, { sort: { createdAt: 1 }, projection: { _id: 1 }, limit: 1_000 });
    return (await reach(() => found.toArray())).map(({ _id }) => _id);
  }

  async begin(id: string, line: number): Promise<number> {
    await this.imports.updateOne({ _id: id, status: 'queued' }, { $set: { status: 'running' } });
    await this.faults.deleteMany({ importId: id, line: { $gt: line } });
    return this.faults.countDocuments({ importId: id });
  }

  async advance(id: string, { from, errors, ...place }: Progress): Promise<boolean> {
    if (errors.length > 0) await this.keep(id, errors);
    // After the errors: an end in between writes them again, under the same ids.
    const { matchedCount } = await this.imports.updateOne({ _id: id, line: from, status: 'running' }, { $set: place });
    return matchedCount === 1;
  }

  private async keep(importId: string, errors: readonly ImportError[]): Promise<void> {
    const expiresAt = new Date(Date.now() + KEEP_MS);
    let [line, number] = [0, 0];
    const writes = errors.map((error) => {
      number = error.line === line ? number + 1 : 0;
      ({ line } = error);
      const filter = { _id: `${importId}:${line}:${number}` };
      return { replaceOne: { filter, replacement: { importId, ...error, expiresAt }, upsert: true } };
    });
    await this.faults.bulkWrite(writes);
  }

  async finish(
    { id, fileId, keyed }: Pick<StoredImport, 'id' | 'fileId' | 'keyed'>,
    failure: string | null,
  ): Promise<void> {
    const now = Date.now();
    const status = failure === null ? 'done' : 'failed';
    const finishedAt = new Date(now).toISOString();
    const passing = keyed ? {} : { expiresAt: new Date(now + KEEP_MS) };
    const set = { status, failure, finishedAt, ...passing } as const;
    await this.imports.updateOne({ _id: id, status: { $in: ['queued', 'running'] } }, { $set: set });
    await this.removeFile(new mongo.ObjectId(fileId));
  }

  async *errors(id: string, limit: number): AsyncIterable<ImportError> {
    const options = { sort: { line: 1, _id: 1 }, limit, projection: { line: 1, column: 1, message: 1 } } as const;
    const found = this.faults.find({ importId: id }, options);
    try {
      for (let error; (error = await reach(() => found.next()));)
        yield { line: error.line, column: error.column, message: error.message };
    } finally {
      await found.close();
    }
  }

  async sweep(): Promise<void> {
    const before = mongo.ObjectId.createFromTime(Math.floor((Date.now() - ABANDONED_MS) / 1_000));
    const old = this.chunks.find({ files_id: { $lt: before }, n: 0 }, { projection: { files_id: 1 }, limit: 100 });
    for await (const { files_id: fileId } of old) {
      const needed = { fileId: fileId.toString(), status: { $in: ['queued', 'running'] } } as const;
      if (!(await this.imports.findOne(needed, { projection: { _id: 1 } }))) await this.removeFile(fileId);
    }
  }

  /** Also one that was never finished, of which there are only chunks. */
  private async removeFile(id: mongo.ObjectId): Promise<void> {
    await this.files.deleteOne({ _id: id });
    await this.chunks.deleteMany({ files_id: id });
  }

  private get imports(): mongo.Collection<ImportDocument> {
    return collection<ImportDocument>(this.connection, 'imports');
  }

  private get faults(): mongo.Collection<ErrorDocument> {
    return collection<ErrorDocument>(this.connection, 'importErrors');
  }

  private get files(): mongo.Collection<FileDocument> {
    return collection<FileDocument>(this.connection, `${BUCKET}.files`);
  }

  private get chunks(): mongo.Collection<ChunkDocument> {
    return collection<ChunkDocument>(this.connection, `${BUCKET}.chunks`);
  }

  private get bucket(): mongo.GridFSBucket {
    if (!this.connection.db) throw new Error('the connection to MongoDB is not open');
    return new mongo.GridFSBucket(this.connection.db, { bucketName: BUCKET });
  }
}

/** It may be there all the same: who repeats it without a key would import twice. */
function unknownOutcome(cause: DomainError): DomainError {
  const detail =
    'The database did not answer in time; whether the import was taken is not known. Repeat with the same key.';
  return new DomainError('timeout', detail, {}, { cause });
}

function importOf({ _id, createdAt, expiresAt: _, ...job }: ImportDocument): StoredImport {
  return { id: _id, createdAt: createdAt.toISOString(), ...job };
}
