import type { DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { Connection, mongo } from 'mongoose';
import { tracing, type OpenSpan, type SpanAttributes, type Tracing } from './trace';

export interface ConnectionConfig {
  mongodbUri: string;
  mongodbPool: number;
}

/** An operation is given up after this long: the contract promises 503 within 2 s when the database is away. */
const GIVE_UP_MS = 1_500;
/** An answer that takes longer than this is not coming: verifying and reporting may take their time. */
const SILENCE_MS = 30_000;
/** The driver's. */
const DEFAULT_DATABASE = 'test';

/** The one connection of a process; `silenceMs`: for those who ask for nothing that takes long. While MongoDB is not there yet the process waits for it instead of ending. */
export function mongoConnection({ mongodbUri, mongodbPool }: ConnectionConfig, silenceMs = SILENCE_MS): DynamicModule {
  const trace = tracing();
  return MongooseModule.forRoot(mongodbUri, {
    appName: appNameOf(databaseIn(mongodbUri)),
    maxPoolSize: mongodbPool,
    serverSelectionTimeoutMS: GIVE_UP_MS,
    connectTimeoutMS: GIVE_UP_MS,
    waitQueueTimeoutMS: GIVE_UP_MS,
    socketTimeoutMS: silenceMs,
    writeConcern: { w: 'majority', j: true },
    // Indexes are created in one step before readiness, not by each model on its own.
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryDelay: 500,
    // Why it is not there: unreachable, or no login.
    verboseRetryLog: true,
    // It costs each command something, so only who traces has it.
    ...(trace && { monitorCommands: true, connectionFactory: (connection: Connection) => traced(connection, trace) }),
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

/** A span for each command that is a part of something traced. */
function traced(connection: Connection, trace: Tracing): Connection {
  const client = connection.getClient();
  const open = new Map<number, OpenSpan>();
  client.on('commandStarted', ({ requestId, commandName, command, databaseName }) => {
    if (trace.here() === undefined) return;
    const target: unknown = command[commandName];
    const attributes: SpanAttributes = {
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
    };
    // Never the command itself: what it carries is the customers'.
    if (typeof target === 'string') attributes['db.collection.name'] = target;
    const name = typeof target === 'string' ? `${commandName} ${target}` : commandName;
    open.set(requestId, trace.begin({ name, kind: 'client', attributes }));
  });
  const end = (requestId: number, failure?: string): void => {
    open.get(requestId)?.end({}, failure);
    open.delete(requestId);
  };
  client.on('commandSucceeded', ({ requestId }) => end(requestId));
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, failure.name));
  return connection;
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
