import { DomainError } from '@app/common';

/** The stocktake has changed between being read for its approval and being written: it is read and decided again. */
export class StocktakeChanged extends DomainError {
  constructor() {
    super('overloaded', 'Counts are still coming in; repeat when they are entered.', { retryAfter: 1 });
  }
}
