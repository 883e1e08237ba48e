import { LedgerFollower, type Logger } from '@app/common';
import type { EventText, LedgerPage, LedgerRead } from '@app/contracts';
import {
  after,
  blank,
  isOnTime,
  runsEndingWith,
  Sum,
  type Checkpoint,
  type Fact,
  type Run,
  type RunPage,
} from './checkpoint';
import { CheckpointsRepository } from './checkpoints.repository';
import type { FactsRepository } from './facts.repository';

/** Events of a block, runs that one of the next level replaces, events of a page of a run. */
export interface Grain {
  block: number;
  fanout: number;
  page: number;
}

export const GRAIN: Grain = { block: 128, fanout: 8, page: 64 };

const TICK_MS = 1_000;
/** Blocks summed up in a tick while stock moves: the past must not slow down the present. */
const BLOCKS_WHILE_BUSY = 4;
const BLOCKS_WHILE_QUIET = 80;
/** Events in a tick beyond which it counts as busy. */
const BUSY = 300;
/** Items noted as having a full block; what comes on top is summed up when somebody asks. */
const MOST_NOTED = 10_000;
/** Items that are being summed up at the same time. */
const MOST_AT_ONCE = 8;
/** Read and written together where many are to be made. */
const BLOCKS_A_STEP = 8;
const PAGES_A_WRITE = 20;

/**
 * Sums up the events of items, block by block, so that their past is found without folding all of it. The follower only notes
 * whose block is full; the summing up is done when there is time, or when somebody asks.
 */
export class CheckpointsService {
  /** The newest full block of items that have one more than was summed up. */
  private readonly noted = new Map<string, number>();
  private readonly extending = new Map<string, Promise<void>>();
  private follower: LedgerFollower | undefined;
  private timer: NodeJS.Timeout | undefined;
  private forgetting: Promise<void> = Promise.resolve();
  private seen = 0;
  private ticking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly repository: CheckpointsRepository,
    private readonly facts: FactsRepository,
    private readonly read: (request: LedgerRead) => Promise<LedgerPage>,
    private readonly log: Logger,
    readonly grain: Grain = GRAIN,
  ) {}

  open(): Promise<void> {
    return this.repository.open();
  }

  /** From the head: what was not summed up before is when somebody asks. */
  begin(): Promise<void> {
    this.follower = new LedgerFollower({
      name: 'checkpoints',
      log: this.log,
      read: this.read,
      onEvents: (events) => this.note(events),
    });
    this.follower.start();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    return Promise.resolve();
  }

  /** Leaves it to another inventory; what is asked for here is summed up all the same. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.follower?.stop();
    this.noted.clear();
    await this.ticking;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.end();
    await Promise.allSettled(this.extending.values());
  }

  /** The checkpoint after a block; undefined when it is not made within `ms`: the making goes on. */
  async at(itemId: string, block: number, ms: number): Promise<Checkpoint | undefined> {
    if (block === 0) return blank(itemId);
    const until = Date.now() + ms;
    for (;;) {
      const found = await this.repository.at(itemId, block);
      if (found) return found;
      const left = until - Date.now();
      if (left <= 0 || this.stopped) return undefined;
      const making = this.extended(itemId, block);
      if (!making || !(await within(making, left))) return undefined;
    }
  }

  /** The page of a run that a time falls into; what comes before the time in that run is in it or in its base. */
  pageAt(itemId: string, run: Run, time: string): Promise<RunPage | undefined> {
    return this.repository.pageAt(itemId, run, time);
  }

  /** A checkpoint is not of this ledger: so neither is what else was summed up of its item. */
  async distrust({ itemId, block, hash }: Checkpoint): Promise<void> {
    // Never beside a summing up, which would keep a checkpoint whose runs are gone.
    for (let running = this.extending.get(itemId); running; running = this.extending.get(itemId))
      await Promise.allSettled([running]);
    const forgetting = (async () => {
      // Another question may have had it made anew meanwhile.
      if ((await this.repository.at(itemId, block))?.hash === hash) await this.repository.forget(itemId);
    })().finally(() => this.extending.delete(itemId));
    this.extending.set(itemId, forgetting);
    await forgetting;
  }

  /** Begins again with nothing; what is asked for is made anew. */
  async forget(): Promise<void> {
    const running = Promise.allSettled(this.extending.values());
    const forgotten = running.then(() => this.repository.forget());
    this.forgetting = forgotten.catch(() => undefined);
    await forgotten;
  }

  private note(events: readonly EventText[]): void {
    this.seen += events.length;
    for (const { itemId, seq } of events) {
      if (seq % this.grain.block !== 0 || this.noted.size >= MOST_NOTED) continue;
      this.noted.set(itemId, seq / this.grain.block);
    }
  }

  private tick(): void {
    const blocks = this.seen > BUSY ? BLOCKS_WHILE_BUSY : BLOCKS_WHILE_QUIET;
    this.seen = 0;
    this.ticking ??= this.catchUp(blocks)
      .catch((error: unknown) => this.log.warn({ err: error }, 'the past could not be summed up'))
      .finally(() => (this.ticking = undefined));
  }

  private async catchUp(most: number): Promise<void> {
    let left = most;
    while (left > 0 && this.noted.size > 0 && !this.stopped) {
      const [[itemId, block] = ['', 0]] = this.noted;
      this.noted.delete(itemId);
      const done = (await this.repository.latest(itemId, block))?.block ?? 0;
      const upTo = Math.min(block, done + left);
      if (upTo > done) await this.extended(itemId, upTo);
      left -= upTo - done;
      if (upTo < block) this.noted.set(itemId, Math.max(block, this.noted.get(itemId) ?? 0));
    }
  }

  /** Undefined when too much is being summed up already. */
  private extended(itemId: string, block: number): Promise<void> | undefined {
    const running = this.extending.get(itemId);
    if (running) return running;
    if (this.extending.size >= MOST_AT_ONCE) return undefined;
    const extending = this.forgetting
      .then(() => this.extend(itemId, block))
      .finally(() => this.extending.delete(itemId));
    this.extending.set(itemId, extending);
    return extending;
  }

  private async extend(itemId: string, upTo: number): Promise<void> {
    let checkpoint = (await this.repository.latest(itemId, upTo)) ?? blank(itemId);
    while (checkpoint.block < upTo && !this.stopped) {
      const size = this.grain.block;
      const before = checkpoint.block * size;
      const end = Math.min(upTo, checkpoint.block + BLOCKS_A_STEP) * size;
      // With the last one before: it shows whether the checkpoint is of this ledger.
      const found = await this.facts.range(itemId, Math.max(0, before - 1), end);
      const facts = found.filter(({ seq }) => seq > before);
      if (facts.length < end - before) return;
      if (before > 0 && found[0]?.hash !== checkpoint.hash) {
        await this.repository.forget(itemId);
        checkpoint = blank(itemId);
      } else checkpoint = await this.step(checkpoint, facts);
    }
  }

  /** Sums up a few blocks; returns the last checkpoint. */
  private async step(from: Checkpoint, facts: readonly Fact[]): Promise<Checkpoint> {
    const { block: size, fanout } = this.grain;
    const made = new Map([[from.block, from]]);
    const pages: RunPage[] = [];
    let last = from;
    for (let at = 0; at < facts.length; at += size) {
      const block = facts.slice(at, at + size);
      last = after(last, block);
      made.set(last.block, last);
      for (const run of runsEndingWith(last.block, fanout)) {
        const begin = made.get(run.after) ?? (await this.repository.at(from.itemId, run.after));
        // Most items have nothing that was recorded late.
        if ((begin?.offTime ?? 0) < last.offTime) await this.addRun(from.itemId, run, block, pages);
      }
    }
    await this.repository.keepPages(pages);
    made.delete(from.block);
    // When the runs are there.
    await this.repository.keep([...made.values()]);
    return last;
  }

  /** Adds the pages of a run; writes some of them down when there are many. */
  private async addRun(itemId: string, run: Run, lastBlock: readonly Fact[], pages: RunPage[]): Promise<void> {
    const { block: size } = this.grain;
    const facts = run.level === 0 ? sorted(lastBlock) : this.facts.offTime(itemId, run.after * size, run.upTo * size);
    for await (const page of pagesOf(itemId, run, facts, this.grain.page)) {
      pages.push(page);
      if (pages.length >= PAGES_A_WRITE) await this.repository.keepPages(pages.splice(0));
    }
  }
}

function sorted(facts: readonly Fact[]): Fact[] {
  const offTime = facts.filter((fact) => !isOnTime(fact));
  return offTime.sort((one, other) => compare(one.effectiveAt, other.effectiveAt) || one.seq - other.seq);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

async function* pagesOf(
  itemId: string,
  { level, index }: Run,
  facts: Iterable<Fact> | AsyncIterable<Fact>,
  size: number,
): AsyncIterable<RunPage> {
  const sum = new Sum();
  let page: RunPage | undefined;
  let pages = 0;
  for await (const { effectiveAt, location, change } of facts) {
    if (page?.facts.length === size) {
      yield page;
      page = undefined;
    }
    page ??= { itemId, level, index, page: pages++, from: effectiveAt, base: sum.sums, facts: [] };
    page.facts.push({ effectiveAt, location, change });
    sum.add({ location, change });
  }
  if (page) yield page;
}

/** False when the time is over first. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), over]);
  } finally {
    clearTimeout(timer);
  }
}
