import { DomainError, invalid, pageOf } from '@app/common';
import {
  LIMITS,
  type ApiKey,
  type ApiKeyPage,
  type CreateApiKey,
  type CreatedApiKey,
  type ListIdentities,
} from '@app/contracts';
import { makeApiKey } from '@app/identity';
import { Injectable } from '@nestjs/common';
import { ApiKeyRepository, type StoredApiKey } from './api-keys.repository';

/** What an admin does with API keys. */
@Injectable()
export class ApiKeys {
  constructor(private readonly keys: ApiKeyRepository) {}

  async create({ name, role, expiresAt }: CreateApiKey): Promise<CreatedApiKey> {
    const ends = expiresAt === undefined ? null : new Date(expiresAt);
    if (ends && ends.getTime() <= Date.now()) throw invalid('expiresAt', 'must be in the future');
    const id = this.keys.nextId();
    const { key, hash } = makeApiKey(id);
    const stored = { id, name, role, hash, expiresAt: ends, createdAt: new Date() };
    await this.keys.insert(stored);
    return Object.assign(toApiKey(stored), { key });
  }

  async list({ limit = LIMITS.pageSizeDefault, cursor }: ListIdentities): Promise<ApiKeyPage> {
    const found = await this.keys.list({ limit, ...(cursor !== undefined && { cursor }) });
    return pageOf(found.map(toApiKey), limit);
  }

  async remove(id: string): Promise<void> {
    if (!(await this.keys.remove(id))) throw new DomainError('not-found', 'There is no such API key.');
  }
}

function toApiKey({ id, name, role, expiresAt, createdAt }: StoredApiKey): ApiKey {
  return { id, name, role, expiresAt: expiresAt?.toISOString() ?? null, createdAt: createdAt.toISOString() };
}
