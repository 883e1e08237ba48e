import { DomainError, problemOf, TcpClient } from '@app/common';
import {
  items,
  LIMITS,
  movements,
  type CreateItem,
  type ImportError,
  type MovementRow,
  type Operation,
  type Problem,
} from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintOf, keyedOperationId } from '../http/operation';
import type { ItemReader } from '../items/item-reader.service';
import type { ImportsRepository, StoredImport } from './imports.repository';
import { errorOfProblem, readRow, type GoodRow } from './row';
import { readTable } from './table';

export interface RunParts {
  imports: ImportsRepository;
  inventory: TcpClient;
  reader: Pick<ItemReader, 'changed' | 'catalogueChanged'>;
  signal: AbortSignal;
  onRows: (applied: number, rejected: number) => void;
}

/**
 * Rows of a message: few enough that nobody waits long behind them. One message is under way at a time, since the inventory may
 * refuse one for want of time and take the next: then rows would be booked that do not know of those before them.
 */
const ROWS = 200;
/** How far a run that is ended in the middle may have to go over again, in time. */
const SAVE_MS = 250;
const BACK_OFF_MS = { first: 100, most: 2_000 };
const PASSING = new Set<string>(['unavailable', 'overloaded', 'timeout']);

/** Where the rows of an import stand: their part of an operation's fingerprint. */
const ROW_PATH = '/imports/row';

/** Another run of the same import has come further: this one has nothing left to do. */
export class Overtaken extends Error {}

interface Batch {
  last: number;
  good: GoodRow[];
  rejected: number;
  errors: ImportError[];
}

/** For the rows, in order, why one was refused or null: as far as that is known of each. */
type Outcome = (Problem | null)[];

/**
 * One run of an import, from the line that is done on. Each row is an operation of its own, `import:<id>:<line>`, so that none
 * takes effect twice, however often a run is ended in the middle.
 */
export class ImportRun {
  private underWay: Promise<void> = Promise.resolve();
  private savedLine: number;
  private savedAt = Date.now();
  private line: number;
  private applied: number;
  private rejected: number;
  private errors: ImportError[] = [];
  private kept = 0;

  constructor(
    private readonly job: StoredImport,
    private readonly parts: RunParts,
  ) {
    this.line = this.savedLine = job.line;
    this.applied = job.applied;
    this.rejected = job.rejected;
  }

  /** Resolves when every row is booked or refused. @throws Overtaken, DomainError as MongoDB and the inventory do */
  async run(): Promise<void> {
    const { job, parts } = this;
    this.kept = await parts.imports.begin(job.id, job.line);
    const { rows } = await readTable(parts.imports.readFile(job.fileId));
    let batch = newBatch();
    for await (const row of rows) {
      if (row.line <= job.line) continue;
      const read = readRow(job, row);
      batch.last = row.line;
      if ('errors' in read) {
        batch.rejected++;
        batch.errors.push(...read.errors);
      } else batch.good.push(read);
      if (batch.good.length + batch.rejected < ROWS) continue;
      await this.launch(batch);
      batch = newBatch();
    }
    if (batch.last > 0) await this.launch(batch);
    await this.underWay;
    await this.save();
  }

  /** Sends a batch when the one before it is decided; the next one is read meanwhile. */
  private async launch(batch: Batch): Promise<void> {
    await this.underWay;
    this.underWay = this.decide(batch);
    // Looked at when the next one has been read.
    this.underWay.catch(() => undefined);
  }

  /** Waits for as long as it takes; what was not decided is sent again, from the first such row on. */
  private async decide(batch: Batch): Promise<void> {
    const outcome = await this.book(batch.good);
    for (let failures = 0; outcome.length < batch.good.length; failures++) {
      const wait = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** failures);
      await sleep(wait, undefined, { signal: this.parts.signal });
      outcome.push(...(await this.book(batch.good.slice(outcome.length))));
    }
    await this.note(batch, outcome);
  }

  private async note({ last, good, rejected, errors }: Batch, outcome: Outcome): Promise<void> {
    const refused = good.flatMap((row, index) => {
      const problem = outcome[index];
      return problem ? [errorOfProblem(problem, row, this.job.mapping)] : [];
    });
    const all = [...errors, ...refused].sort((one, other) => one.line - other.line);
    const room = Math.max(0, LIMITS.importErrorsKept - this.kept);
    this.errors.push(...all.slice(0, room));
    this.kept += Math.min(room, all.length);
    this.line = last;
    this.applied += good.length - refused.length;
    this.rejected += rejected + refused.length;
    this.parts.onRows(good.length - refused.length, rejected + refused.length);
    if (Date.now() - this.savedAt >= SAVE_MS) await this.save();
  }

  private async save(): Promise<void> {
    this.parts.signal.throwIfAborted();
    const { line, applied, rejected, errors } = this;
    const progress = { from: this.savedLine, line, applied, rejected, errors };
    if (!(await this.parts.imports.advance(this.job.id, progress))) throw new Overtaken();
    this.savedLine = line;
    this.savedAt = Date.now();
    this.errors = [];
  }

  private async book(rows: readonly GoodRow[]): Promise<Outcome> {
    try {
      const problems = rows.length === 0 ? [] : await this.send(rows);
      const undecided = problems.findIndex((problem) => problem && PASSING.has(problem.code));
      return undecided < 0 ? problems : problems.slice(0, undecided);
    } catch (error) {
      if (error instanceof DomainError && PASSING.has(error.code)) return [];
      throw error;
    }
  }

  private send(rows: readonly GoodRow[]): Promise<Outcome> {
    return this.job.kind === 'items' ? this.create(rows) : this.move(rows);
  }

  private async move(rows: readonly GoodRow[]): Promise<Outcome> {
    const command = rows.map((good) => ({
      row: good.line,
      operation: this.operationOf(good),
      line: good.row as MovementRow,
    }));
    const { results } = await this.parts.inventory.call(movements.batch, { rows: command }, this.context);
    return results.map(({ item, problem = null }) => {
      if (item) this.parts.reader.changed(item.id, item.seq);
      return problem;
    });
  }

  private create(rows: readonly GoodRow[]): Promise<Outcome> {
    return Promise.all(
      rows.map(async (good) => {
        try {
          const command = { operation: this.operationOf(good), item: good.row as CreateItem };
          const { body } = await this.parts.inventory.call(items.create, command, this.context);
          this.parts.reader.catalogueChanged(body.id, body.seq);
          return null;
        } catch (error) {
          if (!(error instanceof DomainError) || error.code === 'internal') throw error;
          return problemOf(error);
        }
      }),
    );
  }

  private get context(): { requestId: string } {
    return { requestId: `import:${this.job.id}` };
  }

  private operationOf({ line, raw }: GoodRow): Operation {
    const { id, actor } = this.job;
    return {
      id: keyedOperationId(actor, `import:${id}:${line}`),
      keyed: true,
      fingerprint: fingerprintOf('POST', ROW_PATH, raw),
      actor,
    };
  }
}

function newBatch(): Batch {
  return { last: 0, good: [], rejected: 0, errors: [] };
}
