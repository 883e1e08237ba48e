import type { Progress, StoredWebhook } from './webhook';

/** How far a webhook came on its course. */
export interface ProgressOf {
  id: string;
  course: number;
  progress: Progress;
}

/** Webhooks as processes deliver for them: one process at a time for each. */
export abstract class LeasesRepository {
  abstract all(): Promise<StoredWebhook[]>;
  /** Takes what runs and is nobody's, and keeps what is the owner's, for `ms` from now. Answers with what is the owner's then. */
  abstract hold(owner: string, ms: number): Promise<StoredWebhook[]>;
  /** Gives back what the owner has, or the one. */
  abstract release(owner: string, id?: string): Promise<void>;
  /** Keeps how far the owner's webhooks are. Answers with the ids of those that are still its own, and on that course. */
  abstract save(owner: string, changes: readonly ProgressOf[]): Promise<Set<string>>;
}
