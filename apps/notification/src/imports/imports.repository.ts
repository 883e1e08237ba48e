import type { ImportProgress } from '@app/contracts';

/** How far imports are, as the gateways that run them have last said. */
export abstract class ImportsRepository {
  /** Those of the ids that there are. */
  abstract progress(ids: readonly string[]): Promise<ImportProgress[]>;
}
