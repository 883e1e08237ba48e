import type { LedgerEvent } from '@app/contracts';

/** The past that a subscription can go back to. */
export interface Past {
  events: number;
  ms: number;
}

/** What decides whether a subscription can go on where it was. */
export interface Missed {
  /** The first event of the room after `since`, if any. */
  first: Pick<LedgerEvent, 'at'> | undefined;
  /** An upper bound of the events missed, as far as it is known. */
  atMost: number;
}

/** Whether everything that was missed may still be sent. What happened before `since` does not matter, however old it is. */
export function continues({ first, atMost }: Missed, now: number, past: Past): boolean {
  if (first === undefined) return true;
  return atMost <= past.events && now - Date.parse(first.at) <= past.ms;
}
