import { DomainError } from '@app/common';
import { mongo, type Connection } from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { KnownSession } from '../ledger/known-session.mongo';

type Work<Result> = (session: mongo.ClientSession) => Promise<Result>;

const TRANSACTION: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', j: true },
  readPreference: 'primary',
};
/** Changes that may wait for their turn. */
const MOST_WAITING = 500;
/** How long one is repeated that met another inventory's. */
const PATIENCE_MS = 1_500;
const COMMITS = 3;
/** The server's answer to what was under way in a session that somebody has ended. */
const INTERRUPTED = 11_601;

/**
 * Transactions beside the writer's, one after the other: those of one stocktake would only undo each other. In one known session:
 * what this process leaves open when it is killed, its successor ends, or the one that takes the lease.
 */
export class Turns {
  private readonly sessions: KnownSession;
  private session: mongo.ClientSession | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(connection: Connection) {
    this.sessions = new KnownSession(connection, 'stocktakes');
  }

  endLeftAt(address: string): Promise<void> {
    return this.sessions.endLeftAt(address);
  }

  async takeOver(address: string): Promise<void> {
    this.session = await this.sessions.takeOver(address);
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined);
    await this.session?.endSession();
  }

  /** @throws DomainError `unavailable` before the takeover, `overloaded` when too many wait, `timeout` when the outcome is not known; as `work` does */
  run<Result>(work: Work<Result>): Promise<Result> {
    const { session } = this;
    if (!session)
      return Promise.reject(new DomainError('unavailable', 'The inventory is starting.', { retryAfter: 1 }));
    if (this.waiting >= MOST_WAITING)
      return Promise.reject(new DomainError('overloaded', 'Too many counts are waiting.', { retryAfter: 1 }));
    this.waiting++;
    const result = this.turn
      .catch(() => undefined)
      .then(() => transact(session, work))
      .finally(() => this.waiting--);
    this.turn = result;
    return result;
  }
}

async function transact<Result>(session: mongo.ClientSession, work: Work<Result>): Promise<Result> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    session.startTransaction(TRANSACTION);
    try {
      const result = await work(session);
      await commit(session);
      return result;
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
      if (!isConflict(error)) throw error;
      if (Date.now() > until)
        throw new DomainError(
          'overloaded',
          'Others change this stocktake all the time.',
          { retryAfter: 1 },
          { cause: error },
        );
      await pause(Math.random() * 20);
    }
  }
}

/** Another one was first, or writes instead of us, and nothing of this was done. A connection that broke is none of that: the database may be away. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof mongo.MongoServerError)) return false;
  return error.hasErrorLabel('TransientTransactionError') || error.code === INTERRUPTED;
}

async function commit(session: mongo.ClientSession): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      const unknown = error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!unknown) throw error;
      const detail = 'Whether it was entered is not known: repeat it with the same Idempotency-Key.';
      if (attempt === COMMITS) throw new DomainError('timeout', detail, {}, { cause: error });
    }
  }
}
