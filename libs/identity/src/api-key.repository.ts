import type { ApiKeyRecord } from './api-key';

/** Where API keys are looked up; only the gateway writes them. */
export abstract class ApiKeyReader {
  /** @throws DomainError `unavailable` when the database cannot be reached */
  abstract find(id: string): Promise<ApiKeyRecord | undefined>;
}
