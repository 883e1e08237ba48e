import { DomainError } from '@app/common';
import type { Caller, Cursor, EventText } from '@app/contracts';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventFeed } from './event-feed.service';
import { selects, type Selection } from './event-filter';
import * as sse from './sse';

/** Events a step while catching up. */
const PAGE = 500;
/** No more than this is left to send when the next step begins. With one step's events on top it bounds the memory of a stream. */
const BACKLOG = 128 * 1024;
const RETRY_MS = 250;
/** A client that takes nothing for this long is gone, or as good as. */
const STALLED_MS = 15_000;

export interface StreamOptions {
  feed: EventFeed;
  caller: Caller;
  requestId: string;
  selection: Selection;
  /** The stream goes on after this place. */
  from: Cursor;
  onFault: (error: unknown) => void;
}

/**
 * One SSE stream. It catches up, as fast as its client reads, until the feed's memory reaches back to its place; from then on it
 * takes what the feed brings, until the client falls behind. Both ways move the one `position`, in steps that nothing can
 * interrupt: so there is neither gap nor doubling.
 */
export class EventStream {
  readonly body = new Readable({ read: () => this.onRoom(), highWaterMark: BACKLOG });
  private position: number;
  private epoch: string;
  private live = false;
  private ended = false;
  private onRoom: () => void = () => undefined;

  constructor(private readonly options: StreamOptions) {
    ({ position: this.position, epoch: this.epoch } = options.from);
    this.body.once('close', () => this.end());
    this.write(sse.opening);
    this.catchUp().catch(options.onFault);
  }

  get caller(): Caller {
    return this.options.caller;
  }

  /** What the feed brought; a stream that catches up will come to it by itself. */
  onEvents(): void {
    if (!this.live) return;
    if (this.body.readableLength <= BACKLOG) this.flush();
    else {
      this.live = false;
      this.catchUp().catch(this.options.onFault);
    }
  }

  /** The ledger is another one, or went back: says so and goes on from there. */
  onReset(cursor: Cursor): void {
    ({ position: this.position, epoch: this.epoch } = cursor);
    this.write(sse.reset(cursor));
  }

  /** Keeps proxies from closing a quiet stream, and moves the client's place on when its filter matches nothing. */
  heartbeat(): void {
    if (this.body.readableLength === 0) this.write(sse.heartbeat({ epoch: this.epoch, position: this.position }));
  }

  /** Ends the stream after what was sent; a client that does not take even that is cut off. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.live = false;
    this.onRoom();
    this.body.push(null);
    const timer = setTimeout(() => this.body.destroy(), STALLED_MS);
    this.body.once('close', () => clearTimeout(timer));
  }

  /** Goes on step by step until the stream is live or ended. */
  private async catchUp(): Promise<void> {
    if (this.options.feed.cursor?.epoch !== this.epoch) this.resume();
    while (!this.ended && !this.goLive()) {
      try {
        await this.step();
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        // The inventory is away or busy: the place is kept, and the heartbeat tells the client that the stream is.
        if (error.code === 'epoch-changed') this.resume();
        else await sleep(RETRY_MS);
      }
    }
  }

  /** The place cannot be continued: goes on from the newest. */
  private resume(): void {
    const { cursor } = this.options.feed;
    if (cursor) this.onReset(cursor);
  }

  private goLive(): boolean {
    const recent = this.options.feed.after(this.position);
    if (!recent || recent.length > PAGE || this.body.readableLength > BACKLOG) return false;
    this.send(recent);
    return (this.live = true);
  }

  /** Sends what the feed has brought since. */
  private flush(): void {
    this.send(this.options.feed.after(this.position) ?? []);
  }

  private async step(): Promise<void> {
    const { feed, selection, requestId } = this.options;
    const { epoch, position } = this;
    const recent = feed.after(position);
    if (recent) this.send(recent.slice(0, PAGE));
    else {
      const page = await feed.read({ after: position, epoch, limit: PAGE, ...selection }, requestId);
      // A reset came while this page was on its way.
      if (this.epoch !== epoch || this.position !== position) return;
      this.send(page.events);
      this.position = page.position;
      // The client knows of more than has reached the feed, from an answer or from another gateway: it will come.
      if (page.events.length === 0) await feed.waitFor(this.position, RETRY_MS);
    }
    await this.room();
  }

  private send(events: readonly EventText[]): void {
    const { selection } = this.options;
    for (const { position, json } of events.filter((event) => selects(selection, event)))
      this.write(sse.frame({ epoch: this.epoch, position }, json));
    this.position = events.at(-1)?.position ?? this.position;
  }

  private write(frame: string): void {
    if (!this.ended) this.body.push(frame);
  }

  /** Resolves when the client has taken nearly all; ends the stream of one that takes nothing. */
  private async room(): Promise<void> {
    if (this.ended || this.body.readableLength <= BACKLOG) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.body.destroy(), STALLED_MS);
      // Node asks for more when what is left is about to fall below the mark, and only once: not to be judged again here.
      this.onRoom = () => {
        clearTimeout(timer);
        this.onRoom = () => undefined;
        resolve();
      };
    });
  }
}
