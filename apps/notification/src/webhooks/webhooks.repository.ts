import type { Cursor } from '@app/contracts';
import type { StoredWebhook, WebhookSettings } from './webhook';

/** A wish for another secret. The same one again changes nothing. */
export interface Rotation {
  rotation: string;
  secret: string;
  /** The old secret signs until then. */
  until: Date;
}

/** Webhooks as people change them. What changes one answers with what it is now; undefined when there is none. */
export abstract class WebhooksRepository {
  /** One that is there already, by its id, stays as it is and is the answer. */
  abstract add(webhook: StoredWebhook): Promise<StoredWebhook>;
  abstract count(): Promise<number>;
  abstract find(id: string): Promise<StoredWebhook | undefined>;
  /** In the order of creation; one more than `limit` when there are more. */
  abstract page(limit: number, after: string): Promise<StoredWebhook[]>;
  abstract update(id: string, settings: Partial<WebhookSettings>): Promise<StoredWebhook | undefined>;
  /** Goes on from where it is, at once. With `disabledOnly` one that is not disabled stays as it is, and the answer is undefined. */
  abstract restart(id: string, disabledOnly?: boolean): Promise<StoredWebhook | undefined>;
  /** Goes on from `place`, at once. */
  abstract replay(id: string, place: Cursor): Promise<StoredWebhook | undefined>;
  abstract rotate(id: string, rotation: Rotation): Promise<StoredWebhook | undefined>;
  /** False when there is none. */
  abstract remove(id: string): Promise<boolean>;
}
