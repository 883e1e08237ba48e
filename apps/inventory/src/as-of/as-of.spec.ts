import { createLog } from '@app/common';
import { CLOCKS, type Clock, type Level, type PastStock } from '@app/contracts';
import * as fc from 'fast-check';
import { evolve, unborn, type Draft, type ItemState } from '../items/item';
import { isRejection } from '../items/rejection';
import { Counts, type Moment } from '../stock/counts';
import type { ItemLine } from '../stock/line';
import { move } from '../stock/stock';
import { AsOfService } from './as-of.service';
import {
  isOnTime,
  runsEndingWith,
  runsUpTo,
  Sum,
  type Checkpoint,
  type Fact,
  type Run,
  type RunPage,
  type Sums,
} from './checkpoint';
import { CheckpointsRepository } from './checkpoints.repository';
import { CheckpointsService, type Grain } from './checkpoints.service';
import { FactsRepository } from './facts.repository';

const ID = 'a'.repeat(24);
const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 1);
/** Small, so that a few dozen events have blocks, pages and runs of several levels. */
const SMALL: Grain = { block: 4, fanout: 2, page: 3 };

const timeOf = (minute: number): string => new Date(BEGIN + minute * MINUTE).toISOString();

class Facts extends FactsRepository {
  all: Fact[] = [];
  /** Events that a question made us hand out. */
  read = 0;
  /** Questions for which all of them were added up. */
  summed = 0;

  async last(): Promise<Fact | undefined> {
    return this.all.at(-1);
  }
  async recordedAt(_: string, seqs: readonly number[]): Promise<Map<number, string>> {
    this.read += seqs.length;
    return new Map(seqs.flatMap((seq) => (this.all[seq - 1] ? [[seq, this.all[seq - 1]?.at ?? '']] : [])));
  }
  async range(_: string, after: number, upTo: number): Promise<Fact[]> {
    const found = this.all.slice(after, upTo);
    this.read += found.length;
    return found;
  }
  async *offTime(_: string, after: number, upTo: number): AsyncIterable<Fact> {
    const late = this.all.slice(after, upTo).filter((fact) => !isOnTime(fact));
    yield* late.sort((a, b) =>
      a.effectiveAt < b.effectiveAt ? -1 : a.effectiveAt > b.effectiveAt ? 1 : a.seq - b.seq,
    );
  }
  async sums(_: string, upTo: number, time = '~'): Promise<Sums> {
    this.summed++;
    const sum = new Sum();
    for (const fact of this.all.slice(0, upTo)) if (fact.effectiveAt <= time) sum.add(fact);
    return sum.sums;
  }
}

class Kept extends CheckpointsRepository {
  readonly checkpoints = new Map<number, Checkpoint>();
  readonly pages = new Map<string, RunPage>();

  async open(): Promise<void> {}
  async at(_: string, block: number): Promise<Checkpoint | undefined> {
    return this.checkpoints.get(block);
  }
  /** Until then nothing is summed up. */
  ready = Promise.resolve();
  async latest(_: string, upTo: number): Promise<Checkpoint | undefined> {
    await this.ready;
    return [...this.checkpoints.values()].filter(({ block }) => block <= upTo).sort((a, b) => b.block - a.block)[0];
  }
  async keep(checkpoints: readonly Checkpoint[]): Promise<void> {
    for (const checkpoint of checkpoints) this.checkpoints.set(checkpoint.block, checkpoint);
  }
  async keepPages(pages: readonly RunPage[]): Promise<void> {
    for (const page of pages) this.pages.set([page.level, page.index, page.page].join(':'), page);
  }
  async pageAt(_: string, { level, index }: Run, time: string): Promise<RunPage | undefined> {
    const own = [...this.pages.values()].filter((page) => page.level === level && page.index === index);
    return own.filter(({ from }) => from <= time).sort((a, b) => b.page - a.page)[0];
  }
  async forget(): Promise<void> {
    this.checkpoints.clear();
    this.pages.clear();
  }
}

/** One item's history by the real rules, and the questions that can be asked of it. */
class History {
  readonly facts = new Facts();
  readonly kept = new Kept();
  readonly service: AsOfService;
  private state: ItemState;
  private readonly counts = new Counts();
  minute = 0;

  constructor(
    grain = SMALL,
    private readonly salt = '',
  ) {
    this.state = unborn(ID);
    const change = { onHand: 20, reserved: 0, unavailable: 0, incoming: 0 };
    const effectiveAt = timeOf(0);
    this.take({ type: 'item.created', location: 'main', change, effectiveAt, unitCost: null, fields: null });
    const checkpoints = new CheckpointsService(
      this.kept,
      this.facts,
      () => Promise.reject(new Error('there is no ledger')),
      createLog('test', 'silent'),
      grain,
    );
    this.service = new AsOfService(
      this.facts,
      checkpoints,
      () => this.facts.all.length,
      () => BEGIN + this.minute * MINUTE,
    );
  }

  /** A movement now, recorded some minutes after it happened. */
  move(line: ItemLine, late: number | undefined, minutes: number): void {
    this.minute += minutes;
    const now = timeOf(this.minute);
    const circumstances = late === undefined ? {} : { effectiveAt: timeOf(Math.max(0, this.minute - late)) };
    const firstCount = (moment: Moment) => this.counts.first(moment);
    const decided = move(new Map([[ID, this.state]]), [line], circumstances, now, firstCount);
    if (isRejection(decided)) return;
    const operationId = String(this.facts.all.length);
    this.counts.add(
      decided.map(({ itemId, draft }, at) => ({
        ...draft,
        itemId,
        operationId,
        position: (this.state.seq + at + 1) * 3,
      })),
    );
    for (const { draft } of decided) this.take(draft);
  }

  private take(draft: Draft): void {
    const seq = this.state.seq + 1;
    const at = timeOf(this.minute);
    const { location, change, effectiveAt } = draft;
    this.state = evolve(this.state, draft, { seq, position: seq * 3, at });
    this.facts.all.push({ seq, position: seq * 3, at, effectiveAt, location, change, hash: `${this.salt}${seq}` });
  }

  async ask(asOf: string, clock: Clock): Promise<PastStock> {
    return (await this.service.stock({ itemId: ID, asOf, clock })).stock;
  }

  /** The answer by folding everything. */
  folded(asOf: string, clock: Clock): { quantity: number; levels: Level[] } {
    const time = clock === 'recorded' ? 'at' : 'effectiveAt';
    const levels = new Map<string, Level>();
    for (const fact of this.facts.all) {
      if (fact[time] > asOf || fact.location === null) continue;
      const { location, change } = fact;
      const was = levels.get(location) ?? {
        location,
        onHand: 0,
        reserved: 0,
        unavailable: 0,
        available: 0,
        incoming: 0,
      };
      const [onHand, unavailable] = [was.onHand + change.onHand, was.unavailable + change.unavailable];
      levels.set(location, { ...was, onHand, unavailable, available: onHand - unavailable - was.reserved });
    }
    const all = [...levels.values()].sort((a, b) => (a.location < b.location ? -1 : 1));
    return { quantity: all.reduce((sum, { onHand }) => sum + onHand, 0), levels: all };
  }

  async compare(minute: number): Promise<void> {
    const asOf = timeOf(minute);
    for (const clock of CLOCKS) {
      const { quantity, levels } = await this.ask(asOf, clock);
      const [answer, expected] = [{ quantity, levels }, this.folded(asOf, clock)].map((one) => JSON.stringify(one));
      if (answer !== expected) throw new Error(`${clock} as of minute ${minute}: ${answer} is not ${expected}`);
    }
  }
}

const step = fc.record({
  line: fc
    .record({
      type: fc.constantFrom('receive', 'issue', 'count', 'adjust', 'transfer', 'set_aside', 'put_back' as const),
      quantity: fc.integer({ min: 1, max: 6 }),
      location: fc.constantFrom('main', 'shop'),
    })
    .map(({ location, ...rest }) => {
      const toLocation = location === 'main' ? 'shop' : 'main';
      return { ...rest, itemId: ID, location, ...(rest.type === 'transfer' && { toLocation }) } as ItemLine;
    }),
  late: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
  minutes: fc.integer({ min: 0, max: 2 }),
  /** Asks in between, so that what was summed up is of different lengths. */
  asks: fc.boolean(),
});

describe('stock as of a time', () => {
  it('is what folding everything gives, on both clocks, with late entries and the counts that make up for them', async () => {
    let late = 0;
    let madeUp = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
        const history = new History();
        for (const { line, late: behind, minutes, asks } of steps) {
          history.move(line, behind, minutes);
          if (asks) await history.compare(Math.floor(history.minute / 2));
        }
        for (let minute = -1; minute <= history.minute + 1; minute += 3) await history.compare(minute);
        await history.compare(history.minute);
        const { all } = history.facts;
        late += all.filter((fact) => !isOnTime(fact)).length;
        madeUp += all.filter(
          (fact, at) => fact.change.onHand !== 0 && fact.change.onHand === -(all[at - 1]?.change.onHand ?? 0),
        ).length;
      }),
      { numRuns: 60 },
    );
    // A property that never saw them would prove nothing.
    expect(late).toBeGreaterThan(500);
    expect(madeUp).toBeGreaterThan(50);
  });

  it('changes in the past, and not today, by what is entered late before a count', async () => {
    const history = new History();
    history.minute = 10;
    history.move({ itemId: ID, type: 'count', quantity: 18 }, undefined, 0);
    const before = await history.ask(timeOf(5), 'effective');
    history.move({ itemId: ID, type: 'issue', quantity: 5 }, 8, 2);
    expect([before.quantity, (await history.ask(timeOf(5), 'effective')).quantity]).toEqual([20, 15]);
    expect((await history.ask(timeOf(5), 'recorded')).quantity).toBe(20);
    for (const clock of CLOCKS) {
      expect((await history.ask(timeOf(10), clock)).quantity).toBe(18);
      expect((await history.ask(timeOf(12), clock)).quantity).toBe(18);
    }
  });

  it('is what a count has found from that count on, whatever is entered later of the time before it', async () => {
    const history = new History();
    history.move({ itemId: ID, type: 'count', quantity: 10 }, undefined, 10);
    history.move({ itemId: ID, type: 'count', quantity: 10 }, undefined, 10);
    history.move({ itemId: ID, type: 'count', quantity: 10 }, undefined, 10);
    history.move({ itemId: ID, type: 'receive', quantity: 5 }, 20, 5);
    const effective = (minute: number): Promise<number> =>
      history.ask(timeOf(minute), 'effective').then(({ quantity }) => quantity);
    expect(await Promise.all([14, 15, 19, 20, 25, 30, 35].map(effective))).toEqual([10, 15, 15, 10, 10, 10, 10]);
    // Between two counts something is missing that was not: up to the next one.
    history.move({ itemId: ID, type: 'count', quantity: 8 }, 15, 5);
    expect(await Promise.all([20, 24, 25, 29, 30, 40].map(effective))).toEqual([10, 10, 8, 8, 10, 10]);
    history.move({ itemId: ID, type: 'issue', quantity: 3 }, 19, 5);
    expect(await Promise.all([20, 25, 26, 29, 30, 45].map(effective))).toEqual([10, 8, 5, 5, 10, 10]);
    history.move({ itemId: ID, type: 'issue', quantity: 1 }, 27, 5);
    expect(await Promise.all([22, 23, 24, 25, 26, 30, 50].map(effective))).toEqual([10, 9, 9, 8, 5, 10, 10]);
  });

  it('is nothing before the first event, and what it is now in the future', async () => {
    const history = new History();
    history.move({ itemId: ID, type: 'issue', quantity: 5 }, undefined, 1);
    for (const clock of CLOCKS) {
      expect(await history.ask(timeOf(-1), clock)).toMatchObject({ quantity: 0, levels: [], asOf: timeOf(-1) });
      expect(await history.ask('2999-01-01T00:00:00.000Z', clock)).toMatchObject({ quantity: 15, asOf: timeOf(1) });
    }
    expect((await history.ask(timeOf(-1), 'recorded')).position).toBe(0);
    expect((await history.ask(timeOf(0), 'recorded')).position).toBe(3);
    const service = new AsOfService(new Facts(), {} as CheckpointsService, () => 0);
    await expect(service.stock({ itemId: ID })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not believe what was summed up of another ledger', async () => {
    const [history, restored] = [new History(), new History(SMALL, 'restored ')];
    for (let at = 0; at < 30; at++) {
      history.move({ itemId: ID, type: 'receive', quantity: 2 }, at % 2 ? 7 : undefined, 1);
      restored.move({ itemId: ID, type: 'receive', quantity: 1 }, at % 3 ? 5 : undefined, 1);
    }
    await history.compare(30);
    history.facts.all = restored.facts.all;
    for (const minute of [30, 12, 3]) await history.compare(minute);
    expect(history.kept.checkpoints.get(1)?.hash).toMatch('restored');
  });

  it('is right while the summing up takes longer than a question waits', async () => {
    const history = new History();
    for (let at = 0; at < 40; at++)
      history.move({ itemId: ID, type: 'receive', quantity: 2 }, at % 2 ? 7 : undefined, 1);
    let done = (): void => undefined;
    history.kept.ready = new Promise((resolve) => (done = resolve));
    await history.compare(20);
    expect(history.facts.summed).toBe(2);
    const answer = await history.ask(timeOf(20), 'recorded');
    done();
    await history.compare(20);
    expect(await history.ask(timeOf(20), 'recorded')).toEqual(answer);
    expect(history.facts.summed).toBe(3);
  });

  it('looks at no more than a few blocks, however long the history is', async () => {
    const history = new History({ block: 16, fanout: 4, page: 8 });
    for (let at = 0; at < 3_000; at++)
      history.move({ itemId: ID, type: 'receive', quantity: 1 }, at % 2 ? at % 700 : undefined, 1);
    await history.compare(2_999);
    history.facts.read = 0;
    await history.compare(1_500);
    // Two searches of two steps with 63 probes each, and at most the beginning of a block for each of three sums.
    expect(history.facts.read).toBeLessThan(2 * 2 * 63 + 3 * 17);
  });
});

describe('the runs that cover a number of blocks', () => {
  it('cover each block once, are few, and are complete with the block that they end with', () => {
    for (const fanout of [2, 3, 8]) {
      const complete = new Set<string>();
      for (let blocks = 0; blocks < 700; blocks++) {
        for (const { level, index } of blocks > 0 ? runsEndingWith(blocks, fanout) : [])
          complete.add(`${level}:${index}`);
        const runs = runsUpTo(blocks, fanout);
        expect(runs.at(-1)?.upTo ?? 0).toBe(blocks);
        runs.forEach(({ after }, at) => expect(after).toBe(runs[at - 1]?.upTo ?? 0));
        expect(runs.every(({ level, index }) => complete.has(`${level}:${index}`))).toBe(true);
        expect(runs.length).toBeLessThanOrEqual((fanout - 1) * Math.ceil(Math.log(blocks + 2) / Math.log(fanout)));
      }
    }
  });
});
