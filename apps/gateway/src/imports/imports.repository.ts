import type { Actor, Caller, ImportError, ImportJob, ImportKind, ImportStatus, ImportSummary } from '@app/contracts';
import type { Mapping } from './mapping';

/** An import as it is kept: the job, and what is needed to run it and to go on after an end in the middle. */
export interface StoredImport {
  id: string;
  kind: ImportKind;
  status: ImportStatus;
  actor: Actor & Pick<Caller, 'kind'>;
  mapping: Mapping;
  delimiter: string;
  fileId: string;
  fileName: string | null;
  /** Whether a client's key stands behind the id: then a repeat may come at any time. */
  keyed: boolean;
  /** Hash of what was asked for: the same key with another one is a mistake of the client's. */
  fingerprint: string;
  rows: number;
  /** Everything up to this line is done, and is in the counts. */
  line: number;
  applied: number;
  rejected: number;
  failure: string | null;
  createdAt: string;
  finishedAt: string | null;
}

/** How far a run has come since it last said so. */
export interface Progress {
  /** Of the last time: who does not know it has been overtaken by another run. */
  from: number;
  line: number;
  applied: number;
  rejected: number;
  errors: readonly ImportError[];
}

/** A file on its way into the store. */
export interface FileWriter {
  readonly id: string;
  /** Resolves when there is room for more. */
  write(chunk: Buffer): Promise<void>;
  end(): Promise<void>;
  /** Takes back what was written. */
  discard(): Promise<void>;
}

export interface ImportPlace {
  createdAt: string;
  id: string;
}

/**
 * Imports, their files while they are needed, and their errors. What is finished goes after thirty days, but for the imports with a
 * key: a repeat is answered for ever.
 */
export abstract class ImportsRepository {
  abstract openFile(): FileWriter;
  abstract readFile(id: string): AsyncIterable<Buffer>;
  /** False when there is one of this id. */
  abstract add(job: StoredImport): Promise<boolean>;
  abstract find(id: string): Promise<StoredImport | undefined>;
  /** The newest first, with one more than `limit` when there are more. */
  abstract page(limit: number, after: ImportPlace | undefined): Promise<ImportSummary[]>;
  /** Ids of those that are neither done nor failed, the oldest first. */
  abstract unfinished(): Promise<string[]>;
  /** Marks it as running, and forgets the errors beyond `line`: these lines are looked at again. How many errors are left. */
  abstract begin(id: string, line: number): Promise<number>;
  /** False when another run has come further, or the import is finished. */
  abstract advance(id: string, progress: Progress): Promise<boolean>;
  abstract finish(job: Pick<StoredImport, 'id' | 'fileId' | 'keyed'>, failure: string | null): Promise<void>;
  abstract errors(id: string, limit: number): AsyncIterable<ImportError>;
  /** Removes files that no import needs: their gateway ended while they arrived, or before they were removed. */
  abstract sweep(): Promise<void>;
}

/** The import as clients see it. */
export function summaryOf(job: StoredImport): ImportSummary {
  const { id, kind, status, rows, applied, rejected, fileName, failure, createdAt, finishedAt } = job;
  const startedBy = job.actor.name;
  return { id, kind, status, rows, applied, rejected, fileName, startedBy, failure, createdAt, finishedAt };
}

export function jobOf(job: StoredImport, errors: ImportError[]): ImportJob {
  return { ...summaryOf(job), errors };
}
