import { DomainError } from '@app/common';

export interface QueueOptions {
  /** Tasks that run at the same time. */
  atOnce: number;
  /** Tasks that wait for their turn; one more is refused. */
  waiting: number;
  /** Seconds after which a refused client may try again. */
  retryAfter: number;
}

/** Runs expensive tasks in order, a few at once, with a waiting line that has an end. */
export class BoundedQueue {
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly options: QueueOptions) {}

  /** @throws DomainError `overloaded`, at once, when the line is full */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    const { atOnce, waiting, retryAfter } = this.options;
    if (this.running >= atOnce) {
      if (this.line.length >= waiting) {
        throw new DomainError('overloaded', 'Too many requests of this kind are waiting.', { retryAfter });
      }
      // Whoever finishes hands its place on, so the count of the running stays.
      await new Promise<void>((resolve) => this.line.push(resolve));
    } else this.running++;
    try {
      return await task();
    } finally {
      const next = this.line.shift();
      if (next) next();
      else this.running--;
    }
  }
}
