import { DomainError, expectedFailure } from '@app/common';
import type { AskStock, Clock, Level, PastStock } from '@app/contracts';
import { firstWhere } from '../ledger/wide-search';
import { isOnTime, runsUpTo, Sum, type Fact, type Sums } from './checkpoint';
import { CheckpointsService } from './checkpoints.service';
import type { FactsRepository } from './facts.repository';

/** How long a question waits for an item's past to be summed up, before it has its events added up as they are. */
const PATIENCE_MS = 500;
/** Questions for which that is done at the same time: it reads all events of an item. */
const MOST_ADDING = 4;

/** An item's events up to one of them. */
interface UpTo {
  levels: Sum;
  onTime: Sum;
  /** Those after the last full block. */
  rest: Fact[];
  blocks: number;
  offTime: number;
  position: number;
}

interface Question {
  itemId: string;
  time: string;
  clock: Clock;
  last: Pick<Fact, 'seq' | 'at' | 'position'>;
}

interface Found {
  sums: Sums;
  /** Position of the newest event that was looked at. */
  at: number;
}

/**
 * Stock as of a time, on both clocks. Recorded: the sum of the item's events up to the last one recorded by then, which are a
 * beginning of its numbers, since `at` never goes back. Effective: the sum of what happened by then, whenever it was recorded.
 * Of those, the ones recorded when they happened are the same beginning; the others are looked up by the time they happened.
 */
export class AsOfService {
  private adding = 0;

  constructor(
    private readonly facts: FactsRepository,
    private readonly checkpoints: CheckpointsService,
    private readonly head: () => number | Promise<number>,
    private readonly now: () => number = Date.now,
  ) {}

  async stock({ itemId, asOf, clock = 'recorded' }: AskStock & { itemId: string }): Promise<{
    stock: PastStock;
    position: number;
  }> {
    const position = await this.head();
    const last = await this.facts.last(itemId);
    if (!last) throw new DomainError('not-found', `There is no item ${itemId}.`, { itemId });
    const now = new Date(this.now()).toISOString();
    // Nothing has happened yet in the future; and an inventory whose clock is ahead may have recorded later than our now.
    const time = asOf !== undefined && Date.parse(asOf) <= this.now() ? asOf : now < last.at ? last.at : now;
    const question: Question = { itemId, time, clock, last };
    // Neither waits for the other.
    const [seq, late] = await Promise.all([
      this.recordedBy(question),
      clock === 'effective' ? this.lateUpTo(question) : undefined,
    ]);
    const { sums, at } = (await this.summedUp(question, seq, late)) ?? (await this.addedUp(question, seq));
    return { stock: stockOf(itemId, time, clock, at, sums), position };
  }

  /** From what was summed up before; undefined while that is behind. */
  private async summedUp({ itemId, clock }: Question, seq: number, late?: Found): Promise<Found | undefined> {
    if (clock === 'effective' && !late) return undefined;
    const recorded = await this.upTo(itemId, seq);
    if (!recorded) return undefined;
    if (!late) return { sums: recorded.levels.sums, at: recorded.position };
    recorded.onTime.addAll(late.sums);
    return { sums: recorded.onTime.sums, at: late.at };
  }

  /** From all events, by the database: what a bulk load has left behind takes longer to be summed up than a question waits. */
  private async addedUp({ itemId, time, clock, last }: Question, seq: number): Promise<Found> {
    if (this.adding >= MOST_ADDING) throw behind();
    this.adding++;
    try {
      if (clock === 'effective') return { sums: await this.facts.sums(itemId, last.seq, time), at: last.position };
      const [sums, [newest]] = await Promise.all([
        this.facts.sums(itemId, seq),
        this.facts.range(itemId, seq - 1, seq),
      ]);
      return { sums, at: newest?.position ?? 0 };
    } catch (error) {
      throw expectedFailure(error)?.code === 'overloaded' ? behind() : error;
    } finally {
      this.adding--;
    }
  }

  /** The number of the last event recorded at or before a time; 0 when there is none. */
  private async recordedBy({ itemId, time, last }: Question): Promise<number> {
    if (time >= last.at) return last.seq;
    const later = await firstWhere({ after: 0, upTo: last.seq }, async (seqs) => {
      const found = await this.facts.recordedAt(itemId, seqs);
      if (found.size < seqs.length) throw new Error(`item ${itemId} lacks events up to ${last.seq}`);
      return new Map([...found].map(([seq, at]) => [seq, at > time]));
    });
    return later - 1;
  }

  /** Undefined while they are not summed up that far. */
  private async upTo(itemId: string, seq: number, again = true): Promise<UpTo | undefined> {
    const size = this.checkpoints.grain.block;
    const blocks = Math.floor(seq / size);
    const before = blocks * size;
    // With the last event of the block: it shows whether the checkpoint is of this ledger.
    const [checkpoint, found] = await Promise.all([
      this.checkpoints.at(itemId, blocks, PATIENCE_MS),
      seq === 0 ? [] : this.facts.range(itemId, Math.max(0, before - 1), seq),
    ]);
    if (!checkpoint) return undefined;
    if (blocks > 0 && found[0]?.hash !== checkpoint.hash && again) {
      await this.checkpoints.distrust(checkpoint);
      return this.upTo(itemId, seq, false);
    }
    const rest = found.filter((fact) => fact.seq > before);
    if (rest.length !== seq - before) throw new Error(`item ${itemId} lacks events up to ${seq}`);
    const levels = new Sum(checkpoint.levels);
    const onTime = new Sum(checkpoint.onTime);
    for (const fact of rest) {
      levels.add(fact);
      if (isOnTime(fact)) onTime.add(fact);
    }
    const position = rest.at(-1)?.position ?? checkpoint.position;
    return { levels, onTime, rest, blocks, offTime: checkpoint.offTime, position };
  }

  /** What had happened by then of all that was not recorded when it happened; undefined while that is not summed up. */
  private async lateUpTo({ itemId, time, last }: Question): Promise<Found | undefined> {
    const all = await this.upTo(itemId, last.seq);
    if (!all) return undefined;
    const { offTime, blocks, rest, position } = all;
    const sum = new Sum();
    const runs = offTime === 0 ? [] : runsUpTo(blocks, this.checkpoints.grain.fanout);
    // The pages that the time falls into; what comes before it in the same run is in the page's base.
    const pages = await Promise.all(runs.map((run) => this.checkpoints.pageAt(itemId, run, time)));
    for (const page of pages) {
      if (!page) continue;
      sum.addAll(page.base);
      for (const fact of page.facts) if (fact.effectiveAt <= time) sum.add(fact);
    }
    for (const fact of rest) if (!isOnTime(fact) && fact.effectiveAt <= time) sum.add(fact);
    return { sums: sum.sums, at: position };
  }
}

function behind(): DomainError {
  const detail = 'The past of this item is being summed up; repeat in a moment.';
  return new DomainError('overloaded', detail, { retryAfter: 1 });
}

function stockOf(itemId: string, asOf: string, clock: Clock, position: number, sums: Sums): PastStock {
  const levels = [...sums]
    .map(([location, { onHand, reserved, unavailable, incoming }]): Level => {
      return { location, onHand, reserved, unavailable, available: onHand - reserved - unavailable, incoming };
    })
    .sort((one, other) => (one.location < other.location ? -1 : 1));
  const total = (figure: Exclude<keyof Level, 'location'>): number =>
    levels.reduce((sum, level) => sum + level[figure], 0);
  return {
    itemId,
    asOf,
    clock,
    position,
    quantity: total('onHand'),
    reserved: total('reserved'),
    unavailable: total('unavailable'),
    available: total('available'),
    incoming: total('incoming'),
    levels,
  };
}
