import type { Delivery } from '@app/contracts';

export interface LoggedDelivery extends Delivery {
  webhookId: string;
}

/** What was attempted, the newest of each webhook. */
export abstract class DeliveriesRepository {
  abstract newId(): string;
  /** Once, before anything else. */
  abstract prepare(): Promise<void>;
  abstract add(deliveries: readonly LoggedDelivery[]): Promise<void>;
  /** The newest first; one more than `limit` when there are more. */
  abstract page(webhookId: string, limit: number, before: string | undefined): Promise<Delivery[]>;
  /** Forgets all but the newest `keep`. */
  abstract prune(webhookId: string, keep: number): Promise<void>;
}
