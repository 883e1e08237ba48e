import type { ListIdentities } from '@app/contracts';
import type { ApiKeyRecord } from '@app/identity';

export interface StoredApiKey extends ApiKeyRecord {
  createdAt: Date;
}

/** The API keys, as the gateway writes them; who only checks one uses the reader of the identity library. */
export abstract class ApiKeyRepository {
  abstract nextId(): string;

  abstract insert(key: StoredApiKey): Promise<void>;

  /** In the order of creation; one more than `limit` when there are more. */
  abstract list(page: Required<Pick<ListIdentities, 'limit'>> & ListIdentities): Promise<StoredApiKey[]>;

  /** Removes a key and tells every process; false when there is none. */
  abstract remove(id: string): Promise<boolean>;
}
