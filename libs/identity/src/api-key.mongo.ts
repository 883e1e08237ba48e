import { collection } from '@app/common';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import type { ApiKeyRecord } from './api-key';
import { ApiKeyReader } from './api-key.repository';
import { reach } from './reach';

export const API_KEYS = 'api_keys';

export interface ApiKeyDocument extends Omit<ApiKeyRecord, 'id'> {
  _id: string;
  createdAt: Date;
}

@Injectable()
export class ApiKeyReaderMongo extends ApiKeyReader {
  constructor(@InjectConnection() private readonly connection: Connection) {
    super();
  }

  async find(id: string): Promise<ApiKeyRecord | undefined> {
    const found = await reach(() => collection<ApiKeyDocument>(this.connection, API_KEYS).findOne({ _id: id }));
    if (!found) return undefined;
    const { _id, name, role, hash, expiresAt } = found;
    return { id: _id, name, role, hash, expiresAt };
  }
}
