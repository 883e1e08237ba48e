import { collection, DomainError, expectedFailure, type Logger } from '@app/common';
import { reach, REVOCATIONS, Revocations, type RevocationDocument, type RevocationKind } from '@app/identity';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { setTimeout as sleep } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { BoundedQueue } from './queue';

export const SESSIONS = 'sessions';

export interface SessionDocument {
  _id: string;
  userId: string;
  refresh: { family: string; generation: string };
  createdAt: Date;
  expiresAt: Date;
}

/** What may be done in one change of identity: all of it, or nothing. */
export interface Change {
  session: mongo.ClientSession;
  /** Refuses an id everywhere once the change is committed. */
  revoke: (kind: RevocationKind, ids: readonly string[]) => void;
  /** Removes the sessions that match and revokes their ids. */
  endSessions: (filter: mongo.Filter<SessionDocument>) => Promise<void>;
}

interface Entry {
  kind: RevocationKind;
  id: string;
}

/** A transaction of this collection's entry is under way, since then by the database's clock. */
interface UnderWay {
  _id: mongo.Binary;
  since: Date;
}

const UNDER_WAY = 'identity_changes';
/** Far longer than an attempt takes; whoever is slower finds itself in conflict, and tries again. */
const DEAD_AFTER_MS = 3_000;
const SWEEP_MS = 1_000;
const ATTEMPTS = 8;
/** Much longer than any access token lives: a notification process that was cut off for hours still learns what it missed. */
const KEEP_MS = 48 * 3_600_000;

/**
 * The one way in which something becomes invalid: the change and its entries in the feed of revocations are one transaction.
 * The unique position is the guard between gateways; within one, changes take turns, so that they don't conflict. A gateway
 * that is killed leaves its transaction open, in the way of all others, and MongoDB would end it after a minute: so each is
 * written down before it begins, and ended by any gateway that finds it too old.
 */
@Injectable()
export class IdentityWriter implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly queue = new BoundedQueue({ atOnce: 1, waiting: 500, retryAfter: 1 });
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly revocations: Revocations,
    @InjectLog() private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    // The newest entry has no expiry, so the numbers never start again; one that has a successor goes after its time.
    await this.feed.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch((error: unknown) => {
          // While the database is away, those who need it say so.
          if (!expectedFailure(error)) this.log.error({ err: error }, 'changes of the dead could not be ended');
        })
        .finally(() => (this.sweeping = undefined));
    }, SWEEP_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** @throws DomainError as `act` does; `unavailable`, `overloaded` */
  change<Result>(act: (change: Change) => Promise<Result>): Promise<Result> {
    return reach(() => this.queue.run(() => this.insist(act)));
  }

  private async insist<Result>(act: (change: Change) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(act);
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (attempt === ATTEMPTS) throw tooManyConflicts(error);
        await sleep(Math.random() * 5 * 2 ** attempt);
      }
    }
  }

  private async attempt<Result>(act: (change: Change) => Promise<Result>): Promise<Result> {
    const session = this.connection.getClient().startSession();
    const { id: _id } = session.id as { id: mongo.Binary };
    try {
      // Not journalled: a database that forgets this has forgotten the transaction too.
      await this.underWay.updateOne({ _id }, [{ $set: { since: '$$NOW' } }], { upsert: true, writeConcern: { w: 1 } });
      session.startTransaction({ readConcern: 'snapshot', writeConcern: { w: 'majority', journal: true } });
      const entries: Entry[] = [];
      const result = await act(this.changeIn(session, entries));
      if (entries.length > 0) await this.append(session, entries);
      await commit(session);
      this.revocations.apply(entries.map(({ id }) => id));
      return result;
    } finally {
      // Aborts what was not committed.
      await session.endSession();
      // One that stays is swept: that must not hide how the change ended.
      await this.underWay.deleteOne({ _id }, { writeConcern: { w: 1 } }).catch(() => undefined);
    }
  }

  /** Ends what those who died have left open. */
  private async sweep(): Promise<void> {
    const tooOld = { $expr: { $lt: ['$since', { $subtract: ['$$NOW', DEAD_AFTER_MS] }] } };
    const dead = await this.underWay.find(tooOld).toArray();
    if (dead.length === 0) return;
    const killSessions = dead.map(({ _id: id }) => ({ id }));
    await this.connection.db?.admin().command({ killSessions });
    await this.underWay.deleteMany({ $or: dead });
  }

  private changeIn(session: mongo.ClientSession, entries: Entry[]): Change {
    const revoke = (kind: RevocationKind, ids: readonly string[]): void => {
      entries.push(...ids.map((id) => ({ kind, id })));
    };
    const endSessions = async (filter: mongo.Filter<SessionDocument>): Promise<void> => {
      const sessions = collection<SessionDocument>(this.connection, SESSIONS);
      const ids = (await sessions.find(filter, { session, projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
      if (ids.length === 0) return;
      await sessions.deleteMany({ _id: { $in: ids } }, { session });
      revoke('session', ids);
    };
    return { session, revoke, endSessions };
  }

  private async append(session: mongo.ClientSession, entries: readonly Entry[]): Promise<void> {
    const at = new Date();
    const expiresAt = new Date(at.getTime() + KEEP_MS);
    const newest = await this.feed.findOne({}, { session, sort: { _id: -1 }, projection: { _id: 1 } });
    const first = (newest?._id ?? 0) + 1;
    if (newest) await this.feed.updateOne({ _id: newest._id }, { $set: { expiresAt } }, { session });
    const documents = entries.map(({ kind, id }, index) => {
      const superseded = index < entries.length - 1 && { expiresAt };
      return { _id: first + index, kind, id, at, ...superseded };
    });
    await this.feed.insertMany(documents, { session });
  }

  private get underWay(): mongo.Collection<UnderWay> {
    return collection<UnderWay>(this.connection, UNDER_WAY);
  }

  private get feed(): mongo.Collection<RevocationDocument> {
    return collection<RevocationDocument>(this.connection, REVOCATIONS);
  }
}

function tooManyConflicts(cause: unknown): DomainError {
  return new DomainError('overloaded', 'Too many changes of identity collide.', { retryAfter: 1 }, { cause });
}

/** A commit whose outcome is not known may be repeated: it takes effect once. */
async function commit(session: mongo.ClientSession): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      const unknown = error instanceof mongo.MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!unknown || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Another gateway was faster: with the position, or with one of the documents. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof mongo.MongoError) || expectedFailure(error)) return false;
  return error.hasErrorLabel('TransientTransactionError') || isDuplicate(error, REVOCATIONS);
}

/** Whether a unique index of the collection refused. */
export function isDuplicate(error: unknown, name: string): boolean {
  return error instanceof mongo.MongoServerError && error.code === 11_000 && error.message.includes(`.${name} index:`);
}
