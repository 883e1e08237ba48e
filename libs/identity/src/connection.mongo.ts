import { DomainError } from '@app/common';
import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { mongo, type Connection } from 'mongoose';

export interface ConnectionConfig {
  mongodbUri: string;
  mongodbPool: number;
}

/** An operation is given up after this long: the contract promises 503 within 2 s when the database is away. */
const GIVE_UP_MS = 1_500;

/** The one connection of a process. While MongoDB is not there yet the process waits for it instead of ending. */
export function mongoConnection({ mongodbUri, mongodbPool }: ConnectionConfig): DynamicModule {
  return MongooseModule.forRoot(mongodbUri, {
    maxPoolSize: mongodbPool,
    serverSelectionTimeoutMS: GIVE_UP_MS,
    connectTimeoutMS: GIVE_UP_MS,
    waitQueueTimeoutMS: GIVE_UP_MS,
    writeConcern: { w: 'majority', j: true },
    // Indexes are created in one step before readiness, not by each model on its own.
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryDelay: 500,
  });
}

/** A typed collection of the connection's database. */
export function collection<Document extends mongo.Document>(
  connection: Connection,
  name: string,
): mongo.Collection<Document> {
  // Nest provides the connection only once it is open; from then on the driver looks after it.
  if (!connection.db) throw new Error('the connection to MongoDB is not open');
  return connection.db.collection<Document>(name);
}

/** Whether an error says that MongoDB is away or too slow, as opposed to a fault of the command. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof mongo.MongoError)) return false;
  return (
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoOperationTimeoutError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    // The driver does not export this one: every connection of the pool was taken for too long.
    error.name === 'MongoWaitQueueTimeoutError' ||
    error.hasErrorLabel('RetryableWriteError') ||
    (error instanceof mongo.MongoServerError && OUTAGE_CODES.has(error.code as number))
  );
}

/** No primary, not primary any more, shutting down, or out of time (as servers tell it). */
const OUTAGE_CODES: ReadonlySet<number> = new Set([50, 91, 133, 189, 262, 10_107, 11_600, 11_602, 13_435, 13_436]);

/**
 * Asks the database, for a bounded time: a server that hangs keeps its connections open and says nothing.
 * @throws DomainError `unavailable` when it is away or silent, else what the driver throws
 */
export async function reach<Result>(ask: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unreachable('The database does not answer.')), GIVE_UP_MS);
  });
  try {
    return await Promise.race([ask(), silence]);
  } catch (error) {
    throw isOutage(error) ? unreachable('The database is not reachable.', error) : error;
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(detail: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', detail, { retryAfter: 1 }, { cause });
}
