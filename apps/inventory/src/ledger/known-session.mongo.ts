import { collection } from '@app/common';
import type { Connection, mongo } from 'mongoose';

/** What transactions in known sessions are for: each purpose has a session of its own. */
export const SESSION_PURPOSES = ['writer', 'stocktakes'] as const;

type Purpose = (typeof SESSION_PURPOSES)[number];

interface SessionDocument {
  _id: string;
  session: mongo.Binary;
}

/**
 * A session that is known under the address of its process before its first transaction. What a process that was killed has left
 * open blocks others for up to a minute; whoever takes over ends it.
 */
export class KnownSession {
  private readonly meta: mongo.Collection<SessionDocument>;

  constructor(
    private readonly connection: Connection,
    private readonly purpose: Purpose,
  ) {
    this.meta = collection<SessionDocument>(connection, 'meta');
  }

  async endLeftAt(address: string): Promise<void> {
    const left = await this.meta.findOne(
      { _id: sessionRow(this.purpose, address) },
      { readConcern: { level: 'majority' } },
    );
    if (left) await this.connection.db?.admin().command({ killSessions: [{ id: left.session }] });
  }

  /** The session of this process, once that of its predecessor at the address has ended. */
  async takeOver(address: string): Promise<mongo.ClientSession> {
    await this.endLeftAt(address);
    const started = await this.connection.startSession();
    const session = (started.id as { id: mongo.Binary }).id;
    const writeConcern = { w: 'majority', j: true } as const;
    await this.meta.updateOne(
      { _id: sessionRow(this.purpose, address) },
      { $set: { session } },
      { upsert: true, writeConcern },
    );
    return started;
  }
}

/** The id of the row that names a session. */
export function sessionRow(purpose: Purpose, address: string): string {
  return `${purpose}:${address}`;
}
