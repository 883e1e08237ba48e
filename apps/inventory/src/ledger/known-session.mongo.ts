import { collection } from '@app/common';
import type { Connection, mongo } from 'mongoose';

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

  /** @param purpose what its transactions are for: each has a session of its own */
  constructor(
    private readonly connection: Connection,
    private readonly purpose: string,
  ) {
    this.meta = collection<SessionDocument>(connection, 'meta');
  }

  async endLeftAt(address: string): Promise<void> {
    const left = await this.meta.findOne({ _id: this.idOf(address) }, { readConcern: { level: 'majority' } });
    if (left) await this.connection.db?.admin().command({ killSessions: [{ id: left.session }] });
  }

  /** The session of this process, once that of its predecessor at the address has ended. */
  async takeOver(address: string): Promise<mongo.ClientSession> {
    await this.endLeftAt(address);
    const started = await this.connection.startSession();
    const session = (started.id as { id: mongo.Binary }).id;
    const writeConcern = { w: 'majority', j: true } as const;
    await this.meta.updateOne({ _id: this.idOf(address) }, { $set: { session } }, { upsert: true, writeConcern });
    return started;
  }

  private idOf(address: string): string {
    return `${this.purpose}:${address}`;
  }
}
