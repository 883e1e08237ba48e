import { DomainError, expectedFailure } from '@app/common';

/** The contract promises an answer within 2 s when the database is away. */
const GIVE_UP_MS = 1_500;

/**
 * Asks the database, for a bounded time: a server that hangs keeps its connections open and says nothing.
 * @throws DomainError `unavailable` when it is away or silent, else what the driver throws
 */
export async function reach<Result>(ask: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DomainError('unavailable', 'The database does not answer.', { retryAfter: 1 }));
    }, GIVE_UP_MS);
  });
  try {
    return await Promise.race([ask(), silence]);
  } catch (error) {
    throw expectedFailure(error) ?? error;
  } finally {
    clearTimeout(timer);
  }
}
