import { DomainError, expectedFailure, type Logger } from '@app/common';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { InjectLog } from '../core/log';
import { RedisLink } from '../throttle/redis.service';
import { ImportsRepository } from './imports.repository';

/** Name of the queue, and of its jobs. */
export const IMPORTS = 'imports';
/** Token of the queue itself; undefined without a Redis. */
export const IMPORT_JOBS = Symbol('import jobs');

const LOOK_MS = 2_000;
/** Files that nobody needs are rare, and in nobody's way. */
const SWEEP_EVERY = 300;

/**
 * Which gateway runs which import when, is Redis's to say; which imports there are, MongoDB's. So what is not finished is put
 * into the queue again and again: a job that is there already stays as it is, and one that was lost with Redis, or with its
 * gateway, comes back.
 */
@Injectable()
export class ImportQueue implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private looks = 0;

  constructor(
    @Inject(IMPORT_JOBS) private readonly queue: Queue | undefined,
    private readonly redis: RedisLink,
    private readonly imports: ImportsRepository,
    @InjectLog() private readonly log: Logger,
  ) {}

  /** @throws DomainError `unavailable` while no import could begin */
  insist(): void {
    if (!this.queue) throw new DomainError('unavailable', 'Imports need Redis, and REDIS_URL is not set.');
    if (!this.redis.now) throw new DomainError('unavailable', 'Imports need Redis, which is not reachable right now.');
  }

  /** Looks at once for what is to be done. */
  nudge(): void {
    this.looking ??= this.look().finally(() => (this.looking = undefined));
  }

  onApplicationBootstrap(): void {
    if (this.queue) this.timer = setInterval(() => this.nudge(), LOOK_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (!this.redis.now) return;
    try {
      const ids = await this.imports.unfinished();
      const jobs = ids.map((id) => ({ name: IMPORTS, data: { id }, opts: { jobId: id } }));
      if (jobs.length > 0) await this.queue?.addBulk(jobs);
      if (this.looks++ % SWEEP_EVERY === 0) await this.imports.sweep();
    } catch (error) {
      // MongoDB or Redis went away in between: the next look is soon.
      if (expectedFailure(error) === undefined) this.log.warn({ err: error }, 'the imports could not be looked at');
    }
  }
}
