import { collection } from '@app/common';
import { reach } from '@app/identity';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { IdentityWriter, SESSIONS, type SessionDocument } from './identity-writer.mongo';
import type { RefreshHashes } from './refresh-token';
import { SessionRepository, type Session } from './sessions.repository';

@Injectable()
export class SessionMongo extends SessionRepository implements OnModuleInit {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly writer: IdentityWriter,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.sessions.createIndexes([
      { key: { userId: 1 } },
      // MongoDB removes what was not refreshed in time, within a minute or so; until then queries see that it has ended.
      { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
    ]);
  }

  nextId(): string {
    return new mongo.ObjectId().toHexString();
  }

  async insert({ id, userId, refresh }: Session, expiresAt: Date): Promise<void> {
    await reach(() => this.sessions.insertOne({ _id: id, userId, refresh, createdAt: new Date(), expiresAt }));
  }

  async find(id: string): Promise<Session | undefined> {
    const found = await reach(() => this.sessions.findOne({ _id: id }));
    return found ? { id: found._id, userId: found.userId, refresh: found.refresh } : undefined;
  }

  async rotate(id: string, shown: readonly RefreshHashes[], next: RefreshHashes, expiresAt: Date): Promise<boolean> {
    const current = {
      _id: id,
      'refresh.family': next.family,
      'refresh.generation': { $in: shown.map(({ generation }) => generation) },
      expiresAt: { $gt: new Date() },
    };
    const change = { $set: { refresh: next, expiresAt } };
    return (await reach(() => this.sessions.updateOne(current, change))).matchedCount === 1;
  }

  end(id: string): Promise<void> {
    return this.writer.change(({ endSessions }) => endSessions({ _id: id }));
  }

  async trim(userId: string, keep: number): Promise<void> {
    // Ids grow with time, so the order of the ids is the order of the logins.
    const oldest = { sort: { _id: -1 as const }, skip: keep, projection: { _id: 1 } };
    const found = await reach(() => this.sessions.findOne({ userId }, oldest));
    if (!found) return;
    await this.writer.change(({ endSessions }) => endSessions({ userId, _id: { $lte: found._id } }));
  }

  private get sessions(): mongo.Collection<SessionDocument> {
    return collection<SessionDocument>(this.connection, SESSIONS);
  }
}
