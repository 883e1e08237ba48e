import { DomainError, expectedFailure, OpsServer, TcpClient, type Logger } from '@app/common';
import { TITLES } from '@app/contracts';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Counter } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { ItemReader } from '../items/item-reader.service';
import { RedisLink } from '../throttle/redis.service';
import { IMPORTS } from './import-queue.service';
import { ImportRun, Overtaken } from './import-run';
import { ImportsRepository, type StoredImport } from './imports.repository';

/** A gateway that was killed is known to be gone after so long; then another, or the same one again, goes on. */
const LOCK_MS = 3_000;
const OPTIONS = {
  concurrency: 1,
  lockDuration: LOCK_MS,
  stalledInterval: LOCK_MS / 2,
  // Going on is what an import does, however often its gateway was killed.
  maxStalledCount: 1_000_000,
  // What there is to do is in MongoDB: nothing of a job that has ended is of use.
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
};

const RETRY_MS = 1_000;
/** A failure that nobody expected may pass; one that stays is the import's end. */
const UNEXPECTED = 5;

/** Runs imports, one at a time. */
@Processor(IMPORTS, OPTIONS)
export class ImportWorker extends WorkerHost implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly counter: Counter<'outcome'>;

  constructor(
    private readonly imports: ImportsRepository,
    private readonly inventory: TcpClient,
    private readonly reader: ItemReader,
    private readonly redis: RedisLink,
    @InjectLog() private readonly log: Logger,
    { registry }: OpsServer,
  ) {
    super();
    this.counter = new Counter({
      name: 'stockwire_import_rows_total',
      help: 'Rows of imports by what became of them.',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  /** Told of by RedisLink already; without a listener each failed attempt would be printed. */
  @OnWorkerEvent('error')
  onError(): void {}

  /** While the inventory can still be called. What is left of the import is done by whoever finds it next. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    // Without Redis there is nobody to say goodbye to.
    await this.worker.close(!this.redis.now);
  }

  async process(job: Job<{ id: string }>): Promise<void> {
    this.running = this.run(job.data.id);
    await this.running;
  }

  private async run(id: string): Promise<void> {
    const { signal } = this.stopping;
    for (let unexpected = 0; !signal.aborted;) {
      let job: StoredImport | undefined;
      try {
        job = await this.imports.find(id);
        if (!job || job.finishedAt !== null) return;
        await this.attempt(job);
        return;
      } catch (error) {
        if (error instanceof Overtaken || signal.aborted) return;
        if (!isPassing(error) && ++unexpected === UNEXPECTED && job) return this.fail(job, error);
        this.log.warn({ err: error, import: id }, 'an import was interrupted and goes on');
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async attempt(job: StoredImport): Promise<void> {
    const { imports, inventory, reader, counter } = this;
    const onRows = (applied: number, rejected: number): void => {
      counter.inc({ outcome: 'applied' }, applied);
      counter.inc({ outcome: 'rejected' }, rejected);
    };
    this.log.info({ import: job.id, kind: job.kind, line: job.line }, 'an import begins');
    await new ImportRun(job, { imports, inventory, reader, signal: this.stopping.signal, onRows }).run();
    await imports.finish(job, null);
    this.log.info({ import: job.id }, 'an import is done');
  }

  private async fail(job: StoredImport, error: unknown): Promise<void> {
    this.log.error({ err: error, import: job.id }, 'an import failed');
    await this.imports.finish(job, error instanceof DomainError ? error.detail : TITLES.internal);
  }
}

function isPassing(error: unknown): boolean {
  const code = expectedFailure(error)?.code;
  return code === 'unavailable' || code === 'overloaded' || code === 'timeout';
}
