import { DomainError, type Logger } from '@app/common';
import type { Caller, StreamEvents } from '@app/contracts';
import type { Readable } from 'node:stream';
import type { EventFeed } from './event-feed.service';
import { selectionOf } from './event-filter';
import { EventStream } from './event-stream';
import { placeOf } from './sse';

const HEARTBEAT_MS = 15_000;
/** How often callers are looked at: an ended session must not go on listening for long. */
const SWEEP_MS = 500;

export interface StreamsOptions {
  /** Streams open at the same time. */
  most: number;
  log: Logger;
  /** Whether a caller's credential is still good. */
  holds: (caller: Caller) => boolean;
}

/** Owns the SSE streams: opens them, keeps them alive, and ends them with the session of their caller or with the gateway. */
export class EventStreams {
  private readonly streams = new Set<EventStream>();
  private readonly timers: NodeJS.Timeout[];

  constructor(
    private readonly feed: EventFeed,
    private readonly options: StreamsOptions,
  ) {
    feed.listen({
      onEvents: () => this.streams.forEach((stream) => stream.onEvents()),
      onReset: (cursor) => this.streams.forEach((stream) => stream.onReset(cursor)),
      onStop: () => this.stop(),
    });
    this.timers = [
      setInterval(() => this.streams.forEach((stream) => stream.heartbeat()), HEARTBEAT_MS),
      setInterval(() => this.sweep(), SWEEP_MS),
    ];
  }

  /** Streams open right now. */
  get open(): number {
    return this.streams.size;
  }

  /**
   * Begins a stream.
   * @throws DomainError `unavailable` before the ledger was heard of and at the stop, `overloaded` beyond the bound
   */
  begin(caller: Caller, query: StreamEvents, lastEventId: string | undefined, requestId: string): Readable {
    const selection = selectionOf(query);
    const { cursor } = this.feed;
    if (!cursor || this.feed.isStopped) {
      throw new DomainError('unavailable', 'The ledger is not reachable.', { retryAfter: 1 });
    }
    const from = placeOf({ after: query.after, epoch: query.epoch, lastEventId }, cursor);
    if (this.streams.size >= this.options.most) {
      throw new DomainError('overloaded', `There are ${this.options.most} streams already.`, { retryAfter: 5 });
    }
    const onFault = (error: unknown): void => {
      this.options.log.error({ err: error, requestId }, 'a stream failed');
      stream.end();
    };
    const stream = new EventStream({ feed: this.feed, caller, requestId, selection, from, onFault });
    this.streams.add(stream);
    stream.body.once('close', () => this.streams.delete(stream));
    return stream.body;
  }

  private sweep(): void {
    for (const stream of this.streams) if (!this.options.holds(stream.caller)) stream.end();
  }

  private stop(): void {
    this.timers.forEach((timer) => clearInterval(timer));
    this.streams.forEach((stream) => stream.end());
  }
}
