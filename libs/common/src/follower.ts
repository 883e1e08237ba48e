import type { Cursor, EventText, LedgerRead } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import type { Logger } from './log';

/** One answer of `ledger.read`, after `onEvents` saw its events. */
export interface Progress extends Cursor {
  head: number;
}

/** A stretch of the ledger; its events in whatever form the follower wants them. */
interface Page<Event> extends Cursor {
  head: number;
  events: Event[];
}

export interface FollowerOptions<Event extends { position: number } = EventText> {
  name: string;
  log: Logger;
  /** Asks the ledger; must give up on its own (a deadline), later than `waitMs`. */
  read: (request: LedgerRead) => Promise<Page<Event>>;
  /** Where to begin: at the head, or after a place known from before. */
  from?: Cursor;
  /** Events a batch at most. */
  limit?: number;
  /** Called with each non-empty batch, in order, each event once; the next is asked for when it has finished. */
  onEvents: (events: Event[], progress: Progress) => void | Promise<void>;
  /** Called when following begins at the head, and when the place was lost (another epoch, beyond the head): it goes on after `cursor`. */
  onReset?: (cursor: Cursor) => void | Promise<void>;
  /** Called after each answer, also an empty one. */
  onProgress?: (progress: Progress) => void;
}

const WAIT_MS = 1_000;
const LIMIT = 1_000;
const BACK_OFF_MS = { first: 50, most: 2_000 };

/**
 * Follows the ledger: keeps one number and asks for what comes after it. Nothing is pushed and hoped for, so a process that was
 * away goes on where it was, and a slow one gets larger batches. Owns its loop: `start` begins it, `stop` ends it.
 */
export class LedgerFollower<Event extends { position: number } = EventText> {
  private cursor: Cursor | undefined;
  private headSeen = 0;
  /** On the clock that nobody sets. */
  private answeredAt = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private waiters: { position: number; wake: () => void }[] = [];

  constructor(private readonly options: FollowerOptions<Event>) {
    this.cursor = options.from;
  }

  /** The place up to which events were handled; undefined until the first answer. */
  get position(): Cursor | undefined {
    return this.cursor;
  }

  /** The newest position that the ledger has told of. */
  get head(): number {
    return this.headSeen;
  }

  /** Positions that are known but not handled yet. */
  get lag(): number {
    return Math.max(0, this.headSeen - (this.cursor?.position ?? 0));
  }

  /** Milliseconds since the ledger last answered; infinite before the first answer. */
  get silence(): number {
    return performance.now() - this.answeredAt;
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Ends the loop; resolves when the batch under way was handled. A poll that hangs is left to its own deadline. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiters.splice(0).forEach(({ wake }) => wake());
    await this.running;
  }

  /** Resolves with true once everything up to `position` was handled, with false after `ms` or at the stop. */
  waitFor(position: number, ms: number): Promise<boolean> {
    const reached = (): boolean => (this.cursor?.position ?? -1) >= position;
    if (reached() || ms <= 0 || this.stopping.signal.aborted) return Promise.resolve(reached());
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiters = this.waiters.filter((waiter) => waiter !== entry);
        resolve(reached());
      };
      const entry = { position, wake: finish };
      const timer = setTimeout(finish, ms);
      this.waiters.push(entry);
    });
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const page = await this.ask();
        if (page === undefined || signal.aborted) break;
        await this.handle(page);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        const lost = error instanceof DomainError && error.code === 'epoch-changed';
        if (!lost || !(await this.reset(error))) {
          const wait = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** failures++);
          // The first failure of a peer that is away says it; the ones after it would only fill the log.
          if (failures === 1)
            this.options.log.warn({ err: error, follower: this.options.name }, 'following has been interrupted');
          await sleep(wait, undefined, { signal }).catch(() => undefined);
        }
      }
    }
  }

  /** One question to the ledger; undefined when the stop came first. */
  private async ask(): Promise<Page<Event> | undefined> {
    const { limit = LIMIT } = this.options;
    const request: LedgerRead = this.cursor
      ? { after: this.cursor.position, epoch: this.cursor.epoch, limit, waitMs: WAIT_MS }
      : {};
    const { signal } = this.stopping;
    let onAbort = (): void => undefined;
    const stopped = new Promise<undefined>((resolve) => {
      onAbort = () => resolve(undefined);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([this.options.read(request), stopped]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private async handle(page: Page<Event>): Promise<void> {
    const { epoch, position, head, events } = page;
    const progress = { epoch, position, head };
    if (!this.cursor) await this.options.onReset?.({ epoch, position });
    else this.insistOnOrder(events, this.cursor.position);
    this.headSeen = head;
    if (events.length > 0) await this.options.onEvents(events, progress);
    this.cursor = { epoch, position };
    this.answeredAt = performance.now();
    this.options.onProgress?.(progress);
    for (const waiter of this.waiters.filter((entry) => entry.position <= position)) waiter.wake();
  }

  /** The promise of the ledger, checked where everything rests on it: a gap here would be a silent loss everywhere else. */
  private insistOnOrder(events: Event[], after: number): void {
    events.forEach((event, index) => {
      if (event.position !== after + index + 1)
        throw new Error(`expected event ${after + index + 1}, got ${event.position}`);
    });
  }

  /** False when the reset itself failed: then it is tried again like anything else. */
  private async reset(error: DomainError): Promise<boolean> {
    const cursor = { epoch: String(error.extra.epoch), position: Number(error.extra.head) };
    this.options.log.warn(
      { follower: this.options.name, cursor },
      'the place in the ledger is lost: going on at its head',
    );
    try {
      await this.options.onReset?.(cursor);
    } catch (failure) {
      this.options.log.error({ err: failure, follower: this.options.name }, 'a reset failed');
      return false;
    }
    this.cursor = cursor;
    this.headSeen = cursor.position;
    return true;
  }
}
