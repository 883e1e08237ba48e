import type { Logger } from '@app/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaseService } from './lease.service';

/** Something that one inventory does for all. */
export interface Duty {
  begin(): Promise<void>;
  /** Also after a `begin` that failed. */
  end(): Promise<void>;
}

const AGAIN_MS = 200;

/** What only the inventory that writes does beside writing: begun when it gets the lease, ended when another one has it. */
export class DutiesService {
  private on = false;
  private shifting: Promise<void> | undefined;
  private stopped = false;
  private unlisten = (): void => undefined;

  constructor(
    private readonly lease: Pick<LeaseService, 'writer' | 'onMove'>,
    private readonly duties: readonly Duty[],
    private readonly log: Logger,
  ) {}

  /** Resolves when what is to be done here has begun. */
  start(): Promise<void> {
    this.unlisten = this.lease.onMove(() => void this.shift());
    return this.shift();
  }

  /** From now on nothing is begun or ended any more: whoever owns the duties ends them in their order. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unlisten();
    await this.shifting;
  }

  private shift(): Promise<void> {
    this.shifting ??= this.follow().finally(() => (this.shifting = undefined));
    return this.shifting;
  }

  private get wanted(): boolean {
    return this.lease.writer === undefined;
  }

  /** The lease may move on while duties are being begun, and the database may be away just then. */
  private async follow(): Promise<void> {
    while (!this.stopped && this.on !== this.wanted) {
      const { wanted } = this;
      try {
        await Promise.all(this.duties.map((duty) => (wanted ? duty.begin() : duty.end())));
        this.on = wanted;
      } catch (error) {
        this.log.warn({ err: error }, 'what the inventory that writes has to do could not be begun');
        await Promise.allSettled(this.duties.map((duty) => duty.end()));
        this.on = false;
        await sleep(AGAIN_MS);
      }
    }
  }
}
