import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';

export interface ConnectionConfig {
  mongodbUri: string;
  mongodbPool: number;
}

/** An operation is given up after this long: the contract promises 503 within 2 s when the database is away. */
const GIVE_UP_MS = 1_500;
/** An answer that takes longer than this is not coming. */
const SILENCE_MS = 30_000;
/** The driver's. */
const DEFAULT_DATABASE = 'test';

/** The one connection of a process. While MongoDB is not there yet the process waits for it instead of ending. */
export function mongoConnection({ mongodbUri, mongodbPool }: ConnectionConfig): DynamicModule {
  return MongooseModule.forRoot(mongodbUri, {
    appName: appNameOf(databaseIn(mongodbUri)),
    maxPoolSize: mongodbPool,
    serverSelectionTimeoutMS: GIVE_UP_MS,
    connectTimeoutMS: GIVE_UP_MS,
    waitQueueTimeoutMS: GIVE_UP_MS,
    socketTimeoutMS: SILENCE_MS,
    writeConcern: { w: 'majority', j: true },
    // Indexes are created in one step before readiness, not by each model on its own.
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryDelay: 500,
  });
}

/** The name that an app's connections have at the server: a restore sees by it that apps are still running on a database. */
export function appNameOf(database: string): string {
  return `stockwire/${database}`;
}

/** The database in the path of a URI, of which a list of hosts may be a part that no URL has. */
function databaseIn(uri: string): string {
  return /^[^/]+\/\/[^/]*\/([^?]+)/.exec(uri)?.[1] ?? DEFAULT_DATABASE;
}

/** A typed collection of the connection's database: the driver's own, since hydrating documents would double the cost of a read. */
export function collection<Document extends mongo.Document>(
  connection: Connection,
  name: string,
): mongo.Collection<Document> {
  // Nest provides the connection only once it is open; from then on the driver looks after it.
  if (!connection.db) throw new Error('the connection to MongoDB is not open');
  return connection.db.collection<Document>(name);
}
