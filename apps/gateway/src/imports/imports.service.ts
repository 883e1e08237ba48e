import { DomainError, invalid } from '@app/common';
import {
  LIMITS,
  type Caller,
  type ImportCheck,
  type ImportJob,
  type ImportKind,
  type ImportPage,
  type ListImports,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { fingerprintOf, keyedOperationId } from '../http/operation';
import { ImportQueue } from './import-queue.service';
import { ImportsRepository, jobOf, type FileWriter, type ImportPlace, type StoredImport } from './imports.repository';
import { mappingOf, type Mapping } from './mapping';
import { readRow } from './row';
import { readTable, type Table } from './table';
import type { Upload } from './upload';

/** What a file is to be imported as. */
export interface ImportOrder {
  kind: ImportKind;
  /** `?map=`; else the one of the form. */
  map: string | undefined;
}

/** Files that arrive at the same time, and imports that wait, at most. */
const MOST_UPLOADS = 4;
const MOST_WAITING = 100;
const ID = 24;

/** Takes files in, checks them, and tells how their imports stand. */
@Injectable()
export class Imports {
  private uploads = 0;

  constructor(
    private readonly imports: ImportsRepository,
    private readonly queue: ImportQueue,
  ) {}

  /** Holds a whole file to the rules that rows are held to; what stock would say to them only a real run tells. */
  check(upload: Upload, { kind, map = upload.map }: ImportOrder): Promise<ImportCheck> {
    return this.alone(async () => {
      const table = await readTable(upload.bytes);
      const { delimiter } = table;
      const mapping = mappingOf(kind, table.header.cells, map);
      const check: ImportCheck = { rows: 0, valid: 0, errors: [], truncated: false };
      for await (const row of table.rows) {
        check.rows++;
        const read = readRow({ kind, mapping, delimiter }, row);
        if (!('errors' in read)) check.valid++;
        else if (check.errors.length < LIMITS.importErrors) check.errors.push(...read.errors);
        else check.truncated = true;
      }
      insistOnRows(check.rows);
      check.truncated ||= check.errors.length > LIMITS.importErrors;
      check.errors.splice(LIMITS.importErrors);
      return check;
    });
  }

  /**
   * Keeps a file and puts its import into the queue. Under a key a repeat of the same file finds the import of the first time.
   * @throws DomainError `unavailable` without Redis, `overloaded`, `validation` for a file that cannot be read, `idempotency-key-reused`
   */
  begin(
    upload: Upload,
    order: ImportOrder,
    caller: Caller,
    key: string | undefined,
  ): Promise<{ job: ImportJob; replayed: boolean }> {
    this.queue.insist();
    return this.alone(async () => {
      if ((await this.imports.unfinished()).length >= MOST_WAITING)
        throw new DomainError('overloaded', `${MOST_WAITING} imports are waiting already.`, { retryAfter: 30 });
      const file = this.imports.openFile();
      const kept = await this.keep(file, upload, order).catch(async (error: unknown) => {
        // A database that is away is not asked again: what is there of the file is swept one day.
        const away = error instanceof DomainError && error.code === 'unavailable';
        if (!away) await file.discard().catch(() => undefined);
        throw error;
      });
      const id = key === undefined ? randomBytes(ID / 2).toString('hex') : keyedOperationId(caller, key).slice(0, ID);
      const about = { id, keyed: key !== undefined, kind: order.kind, fileId: file.id, fileName: upload.fileName };
      const job = newImport({ ...about, ...kept }, caller);
      if (await this.imports.add(job)) {
        this.queue.nudge();
        return { job: takenOf(job), replayed: false };
      }
      await file.discard();
      return { job: await this.repeated(job), replayed: true };
    });
  }

  /** @throws DomainError `not-found` */
  async job(id: string): Promise<ImportJob> {
    const job = await this.stored(id);
    const errors: ImportJob['errors'] = [];
    for await (const error of this.imports.errors(id, LIMITS.importErrorsShown)) errors.push(error);
    return jobOf(job, errors);
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor }: ListImports): Promise<ImportPage> {
    const found = await this.imports.page(limit, cursor === undefined ? undefined : placeOf(cursor));
    const data = found.slice(0, limit);
    const last = data.at(-1);
    return { data, page: { limit, nextCursor: last && found.length > limit ? cursorOf(last) : null } };
  }

  /** Stores the bytes while they are read as a table, so that what cannot be read is refused at once. */
  private async keep(
    file: FileWriter,
    upload: Upload,
    { kind, map = upload.map }: ImportOrder,
  ): Promise<{ rows: number; delimiter: string; mapping: Mapping; fingerprint: string }> {
    const content = createHash('sha256');
    const table: Table = await readTable(stored(upload.bytes, file, content));
    const mapping = mappingOf(kind, table.header.cells, map);
    let rows = 0;
    for await (const _ of table.rows) rows++;
    insistOnRows(rows);
    await file.end();
    const fingerprint = fingerprintOf('POST', `/imports/${kind}`, [mapping, content.digest('hex')]);
    return { rows, delimiter: table.delimiter, mapping, fingerprint };
  }

  /** The answer of the first time: how far it is by now is asked for by its id. */
  private async repeated({ id, fingerprint }: StoredImport): Promise<ImportJob> {
    const first = await this.stored(id);
    if (first.fingerprint !== fingerprint)
      throw new DomainError('idempotency-key-reused', 'This key was used for the import of another file.');
    return takenOf(first);
  }

  private async stored(id: string): Promise<StoredImport> {
    const job = await this.imports.find(id);
    if (!job)
      throw new DomainError('not-found', `There is no import ${id}; finished ones without a key are kept for 30 days.`);
    return job;
  }

  private async alone<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.uploads >= MOST_UPLOADS)
      throw new DomainError('overloaded', `${MOST_UPLOADS} files are on their way in already.`, { retryAfter: 5 });
    this.uploads++;
    try {
      return await act();
    } finally {
      this.uploads--;
    }
  }
}

function insistOnRows(rows: number): void {
  if (rows === 0) throw invalid('file', 'has no rows below its header');
}

async function* stored(bytes: AsyncIterable<Buffer>, file: FileWriter, content: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    content.update(chunk);
    await file.write(chunk);
    yield chunk;
  }
}

type NewImport = Pick<
  StoredImport,
  'id' | 'keyed' | 'kind' | 'mapping' | 'delimiter' | 'fileId' | 'fileName' | 'fingerprint' | 'rows'
>;

const UNBEGUN = { status: 'queued', line: 0, applied: 0, rejected: 0, failure: null, finishedAt: null } as const;

function newImport(given: NewImport, { kind, id, name }: Caller): StoredImport {
  return { ...given, ...UNBEGUN, actor: { kind, id, name }, createdAt: new Date().toISOString() };
}

/** As it was when it was taken. */
function takenOf(job: StoredImport): ImportJob {
  return jobOf({ ...job, ...UNBEGUN }, []);
}

function cursorOf({ createdAt, id }: ImportPlace): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

function placeOf(cursor: string): ImportPlace {
  const [, createdAt, id] = /^(\S{24}) ([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdAt === undefined || id === undefined || Number.isNaN(Date.parse(createdAt)))
    throw invalid('cursor', 'is not one that a page has given');
  return { createdAt, id };
}
