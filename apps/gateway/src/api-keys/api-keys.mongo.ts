import { collection } from '@app/common';
import type { ListIdentities } from '@app/contracts';
import { API_KEYS, reach, type ApiKeyDocument } from '@app/identity';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { IdentityWriter } from '../auth/identity-writer.mongo';
import { ApiKeyRepository, type StoredApiKey } from './api-keys.repository';

@Injectable()
export class ApiKeyMongo extends ApiKeyRepository {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly writer: IdentityWriter,
  ) {
    super();
  }

  nextId(): string {
    return new mongo.ObjectId().toHexString();
  }

  async insert({ id, ...key }: StoredApiKey): Promise<void> {
    await reach(() => this.keys.insertOne({ _id: id, ...key }));
  }

  async list({ limit, cursor }: { limit: number } & ListIdentities): Promise<StoredApiKey[]> {
    const after = cursor === undefined ? {} : { _id: { $gt: cursor } };
    const found = await reach(() =>
      this.keys
        .find(after)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray(),
    );
    return found.map(({ _id, ...key }) => ({ id: _id, ...key }));
  }

  remove(id: string): Promise<boolean> {
    return this.writer.change(async ({ session, revoke }) => {
      const { deletedCount } = await this.keys.deleteOne({ _id: id }, { session });
      if (deletedCount === 1) revoke('api-key', [id]);
      return deletedCount === 1;
    });
  }

  private get keys(): mongo.Collection<ApiKeyDocument> {
    return collection<ApiKeyDocument>(this.connection, API_KEYS);
  }
}
