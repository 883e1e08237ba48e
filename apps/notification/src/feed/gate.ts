import { DomainError } from '@app/common';

/** Lets so many in at the same time; the others wait in order. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly places: number,
    /** Who comes when so many wait is refused. */
    private readonly queue: number,
  ) {}

  get busy(): number {
    return this.inside;
  }

  /** @throws DomainError `overloaded` when too many wait, or when the turn did not come within `patienceMs` */
  async run<T>(work: () => Promise<T>, patienceMs?: number): Promise<T> {
    if (this.inside < this.places) this.inside++;
    else await this.turn(patienceMs);
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now overtakes those who wait.
      const next = this.waiting.shift();
      if (next) next();
      else this.inside--;
    }
  }

  private turn(patienceMs: number | undefined): Promise<void> {
    if (this.waiting.length >= this.queue) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined = undefined;
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.waiting.push(enter);
      if (patienceMs === undefined) return;
      timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(busy());
      }, patienceMs);
    });
  }
}

function busy(): DomainError {
  return new DomainError('overloaded', 'Too many requests of this kind are under way.', { retryAfter: 1 });
}
