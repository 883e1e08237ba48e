import { expectedFailure } from '@app/common';
import { hash } from 'node:crypto';
import type { HoldRegistry } from '../reservations/hold-registry.service';
import type { Hold } from '../reservations/reservation';
import type { Waiting } from './answers';

/** Lines of the holds that one group ends at most. */
const LINES = 512;
/** When a hold that could not be ended is tried again. */
const AGAIN_MS = 1_000;
const NONE: readonly Waiting[] = [];

/**
 * Makes the commands that end overdue holds: every group begins with them, so no decision ever sees an overdue hold. Two
 * inventories may both try: the operation's id is derived from the hold and its time, so it happens once.
 */
export class Expiry {
  /** Lines of the holds that are being ended. */
  private underWay = 0;

  constructor(private readonly holds: HoldRegistry) {}

  /** Whether more holds are due than those that were taken out. */
  isDue(now: string): boolean {
    return this.holds.isDue(now);
  }

  untilDue(now: number): number {
    return this.holds.untilDue(now);
  }

  /** Commands for what is due, as many as one group should hold. */
  due(now: string): readonly Waiting[] {
    if (!this.holds.isDue(now) || this.underWay >= LINES) return NONE;
    return this.holds.due(now, LINES - this.underWay).map((hold) => this.ending(hold));
  }

  private ending(hold: Hold): Waiting {
    const { id, expiresAt, lines } = hold;
    this.underWay += lines;
    const actor = { kind: 'system', id: 'expiry', name: 'expiry' } as const;
    // As with a promise, only the first answer counts: of a commit that took too long there is a second one.
    let settled = false;
    const over = (again: boolean): void => {
      if (!settled) this.over(hold, again);
      settled = true;
    };
    const fingerprint = hash('sha256', JSON.stringify(['expiry', id, expiresAt])).slice(0, 32);
    return {
      command: {
        kind: 'reservation',
        operation: { id: fingerprint, keyed: false, fingerprint, actor },
        id,
        change: { do: 'expire', expiresAt },
      },
      since: Date.now(),
      resolve: () => over(false),
      reject: (error) => {
        const code = expectedFailure(error)?.code;
        over(code !== 'reservation-closed' && code !== 'not-found');
      },
    };
  }

  private over(hold: Hold, again: boolean): void {
    this.underWay -= hold.lines;
    if (again) this.holds.arm(hold, new Date(Date.now() + AGAIN_MS).toISOString());
    else this.holds.end(hold);
  }
}

export function isExpiry({ command }: Waiting): boolean {
  return command.kind === 'reservation' && command.change.do === 'expire';
}
