import { DomainError } from '@app/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochChanged } from './event-reader.service';
import type { EventFeed } from './event-feed.service';

/** A position that was acknowledged anywhere shows everywhere within this time, or it is not of this ledger. */
const PATIENCE_MS = 1_500;
const AGAIN_MS = 25;

/**
 * Reads until the answer is at least as new as `X-Min-Position` asked for.
 * @throws DomainError `epoch-changed` for a position that the ledger has not reached, `unavailable` when the answer stays behind
 */
export async function atLeast<Answer extends { position: number }>(
  minPosition: number | undefined,
  feed: EventFeed,
  read: () => Promise<Answer>,
): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await read();
    if (minPosition === undefined || answer.position >= minPosition) return answer;
    if (Date.now() >= deadline) throw behind(minPosition, feed);
    await sleep(AGAIN_MS);
  }
}

function behind(minPosition: number, { cursor, head }: EventFeed): DomainError {
  if (cursor && head < minPosition) return epochChanged(cursor.epoch, head);
  return new DomainError('unavailable', `The answer is not as new as position ${minPosition} yet.`, { retryAfter: 1 });
}
