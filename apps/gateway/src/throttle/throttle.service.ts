import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Share, SharedCounts, Total } from './shared-counts.service';
import { hit, WINDOW_MS, type Counter, type Verdict } from './window';

export const KINDS = ['reads', 'writes'] as const;
export type Kind = (typeof KINDS)[number];

export interface ThrottleOptions {
  /** Requests a minute for each caller; 0 means no limit. */
  limits: Readonly<Record<Kind, number>>;
  /** Milliseconds between two exchanges with the other gateways. */
  syncMs?: number;
  /** Callers that are counted at most, of each kind; beyond it the one known longest is forgotten. */
  mostCallers?: number;
}

interface Entry extends Counter {
  kind: Kind;
  caller: string;
  /** Waits for the next exchange. */
  queued: boolean;
}

const SYNC_MS = 200;
const MOST_CALLERS = 50_000;
/** Callers in one exchange; the rest comes with the next. */
const BATCH = 1_000;

/** A share with the minute that it belongs to. */
type Shared = Share & Pick<Counter, 'endsAt'>;

/**
 * Counts requests in the memory of the process, so that none waits for it, and exchanges the counts with the other gateways
 * five times a second. A limit is therefore exact for one gateway and off by what the others see in 200 ms for several.
 */
export class Throttle implements OnModuleInit, BeforeApplicationShutdown {
  private readonly entries: Record<Kind, Map<string, Entry>> = { reads: new Map(), writes: new Map() };
  private queue: Entry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private exchanging: Promise<void> | undefined;
  private sweptAt = 0;

  constructor(
    private readonly shared: SharedCounts,
    private readonly options: ThrottleOptions,
  ) {}

  limitOf(kind: Kind): number {
    return this.options.limits[kind];
  }

  /** Counts a request of a caller, unless it is over the limit. */
  hit(kind: Kind, caller: string, now = Date.now()): Verdict {
    const entry = this.entries[kind].get(caller) ?? this.enter(kind, caller);
    const verdict = hit(entry, this.options.limits[kind], now);
    if (verdict.allowed) this.enqueue(entry);
    return verdict;
  }

  /** Takes back one request that was counted. */
  giveBack(kind: Kind, caller: string): void {
    const entry = this.entries[kind].get(caller);
    // In a minute that has begun since, it is not in the count any more.
    if (!entry || entry.known + entry.pending <= 0) return;
    entry.pending--;
    this.enqueue(entry);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.tick(), this.options.syncMs ?? SYNC_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.exchanging;
  }

  private enter(kind: Kind, caller: string): Entry {
    const entries = this.entries[kind];
    if (entries.size >= (this.options.mostCallers ?? MOST_CALLERS)) {
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    }
    const entry: Entry = { endsAt: 0, known: 0, pending: 0, kind, caller, queued: false };
    entries.set(caller, entry);
    return entry;
  }

  private enqueue(entry: Entry): void {
    if (entry.queued) return;
    entry.queued = true;
    this.queue.push(entry);
  }

  private tick(): void {
    this.sweep(Date.now());
    // One exchange at a time: a slow Redis makes them rarer, not more.
    this.exchanging ??= this.exchange().finally(() => (this.exchanging = undefined));
  }

  private async exchange(): Promise<void> {
    const batch = this.queue.splice(0, BATCH);
    const shares = batch.map(({ kind, caller, pending, endsAt }) => ({ kind, caller, seen: pending, endsAt }));
    for (const entry of batch) entry.queued = false;
    const totals = await this.shared.add(shares);
    // Without Redis what was counted stays pending, and goes with the caller's next request.
    totals?.forEach((total, index) => learn(batch[index], shares[index], total));
  }

  /** Who was away for a minute starts anew anyway. */
  private sweep(now: number): void {
    if (now - this.sweptAt < WINDOW_MS) return;
    this.sweptAt = now;
    for (const kind of KINDS) {
      for (const [caller, { endsAt }] of this.entries[kind]) if (endsAt <= now) this.entries[kind].delete(caller);
    }
  }
}

/** What all gateways together have counted, unless another minute has begun meanwhile. */
function learn(entry: Entry | undefined, share: Shared | undefined, { known, endsIn }: Total): void {
  if (!entry || !share || entry.endsAt !== share.endsAt) return;
  entry.known = known;
  entry.pending -= share.seen;
  entry.endsAt = Date.now() + endsIn;
}
