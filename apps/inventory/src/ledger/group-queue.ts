import { isOrderCommand } from '../orders/kinds';
import type { OrderChange } from '../orders/order';
import { unavailable, type Waiting } from './answers';

/** Runs alone between two groups. */
export interface Exclusive {
  run: () => Promise<void>;
}

/** Commands and lines of a group at most. Its documents have to fit into one write command of 48 MB. */
const GROUP = 512;
const LINES = 2_000;
/** A catalogue command writes an item whole, twice: as much as so many lines do. */
const CATALOGUE_LINES = 8;
/** A command that has waited this long without being begun is refused: the client gets its 503 within the promised 2 s. */
export const QUEUE_MS = 1_500;
/** How long a group waits at most for more. */
const GATHER_MS = 2;
const WRITERS_SHARE = 0.25;
const ALONE = 1.2;

/** The commands that wait for the next group, in order, and when that one begins. */
export class GroupQueue {
  private entries: (Waiting | Exclusive)[] = [];
  private onEnough: (() => void) | undefined;
  /** Entries that it takes to end a sleep early. */
  private wanted = 1;
  /** How many commands there are at a time, those of a group and those that wait at its end: a moving average. */
  private writers = 1;

  get length(): number {
    return this.entries.length;
  }

  push(entry: Waiting | Exclusive): void {
    this.entries.push(entry);
    if (this.entries.length >= this.wanted || 'run' in entry) this.onEnough?.();
  }

  /** Ends a sleep early. */
  wake(): void {
    this.onEnough?.();
  }

  /**
   * A commit costs the same few milliseconds for one command as for many. So the next group begins when half of those who
   * write at the moment are here: the others are on their way back from the last group, and become the group after.
   */
  async gather(): Promise<void> {
    // Who writes alone need not wait for others. Requests of one packet arrive in one turn of the event loop.
    if (this.writers < ALONE) return;
    await new Promise(setImmediate);
    if (this.entries.length < this.writers / 2) await this.sleep(GATHER_MS, this.writers / 2);
  }

  /** Waits until `wanted` entries wait, at most `ms`. */
  async sleep(ms: number, wanted: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wanted = wanted;
      this.onEnough = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.onEnough = undefined;
  }

  /** What runs alone, if it is its turn. */
  exclusive(): Exclusive | undefined {
    const [first] = this.entries;
    if (!first || !('run' in first)) return undefined;
    this.entries.shift();
    return first;
  }

  /** Takes as many commands as a transaction should hold, up to the next thing that runs alone. */
  take(): Waiting[] {
    const group: Waiting[] = [];
    let lines = 0;
    for (const entry of this.entries) {
      if ('run' in entry || group.length === GROUP || lines >= LINES) break;
      // As large as a group may be; and what is decided before it in the same group is in no ledger where it could be looked up.
      const alone = entry.command.kind === 'stocktake';
      if (alone && group.length > 0) break;
      lines += weightOf(entry.command);
      group.push(entry);
      if (alone) break;
    }
    this.entries.splice(0, group.length);
    return group;
  }

  /** A group has ended: `decided` commands of it, and those that have to wait for the next one. */
  settled(decided: number, waiting: readonly Waiting[]): void {
    this.entries.unshift(...waiting);
    this.writers += WRITERS_SHARE * (decided + this.entries.length - this.writers);
  }

  /** Refuses what has waited too long to be begun, while the writer is busy with something that does not end. */
  sweep(): void {
    const limit = Date.now() - QUEUE_MS;
    this.entries = this.entries.filter((entry) => {
      if ('run' in entry || entry.since > limit) return true;
      entry.reject(unavailable('The ledger can not be written right now; nothing was changed.'));
      return false;
    });
  }
}

function weightOf(command: Waiting['command']): number {
  if (isOrderCommand(command)) return linesIn(command.change)?.length ?? CATALOGUE_LINES;
  return command.kind === 'move' ? command.lines.length : CATALOGUE_LINES;
}

function linesIn({ lines }: OrderChange): OrderChange['lines'] {
  return lines;
}
