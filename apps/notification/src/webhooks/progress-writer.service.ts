import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LeasesRepository, type ProgressOf } from './leases.repository';

interface Waiting extends ProgressOf {
  resolve: (saved: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Keeps the places of all webhooks of this process: while one command is under way the next one gathers, so that many endpoints
 * cost little more than one. Bounded by itself: each webhook waits for its own before it goes on.
 */
@Injectable()
export class ProgressWriter {
  /** This process among those that deliver: never the same twice, so what a killed one held is not taken for one's own. */
  readonly owner = randomUUID();
  private waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly leases: LeasesRepository) {}

  /** Resolves with true when it is kept; with false when the webhook is somebody else's now, on another course, or gone. */
  save(change: ProgressOf): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...change, resolve, reject });
      if (!this.busy) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        const saved = await this.leases.save(
          this.owner,
          batch.map(({ id, course, progress }) => ({ id, course, progress })),
        );
        for (const { id, resolve } of batch) resolve(saved.has(id));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.busy = false;
  }
}
