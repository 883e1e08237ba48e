import { DomainError, type Logger } from '@app/common';
import type { ImportProgress } from '@app/contracts';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectLog } from '../core/log';
import { ImportsRepository } from './imports.repository';

/** A running import says so often where it stands; more often there is nothing to see. */
const LOOK_MS = 250;
/** While the database is away. */
const AWAY_MS = 1_000;

/** Who gets to know: the sockets that watch an import. */
export interface Audience {
  /** Whether anybody still watches it. */
  watches(id: string): boolean;
  tell(progress: ImportProgress): void;
}

/**
 * Looks after the imports that somebody watches, and tells when one has moved. What it tells is the state and not a step: so
 * telling it twice is harmless, and the last one is all that counts.
 */
@Injectable()
export class ImportWatch implements BeforeApplicationShutdown {
  /** What was last told of each; undefined makes the next look tell it, whatever it is. */
  private readonly told = new Map<string, ImportProgress | undefined>();
  private audience: Audience | undefined;
  private timer: NodeJS.Timeout | undefined;
  private away = false;

  constructor(
    private readonly imports: ImportsRepository,
    @InjectLog() private readonly log: Logger,
  ) {}

  attach(audience: Audience): void {
    this.audience = audience;
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.audience = undefined;
  }

  /** @throws DomainError `not-found`, `unavailable` */
  async now(id: string): Promise<ImportProgress> {
    const [progress] = await this.imports.progress([id]).catch((error: unknown) => {
      throw new DomainError(
        'unavailable',
        'The imports can not be read right now.',
        { retryAfter: 1 },
        { cause: error },
      );
    });
    if (!progress) throw new DomainError('not-found', `There is no import ${id}.`);
    return progress;
  }

  /** Somebody watches it from now on. What has happened since that one looked is told with the next look. */
  follow(id: string): void {
    this.told.set(id, undefined);
    this.timer ??= setTimeout(() => void this.look(), LOOK_MS);
  }

  private async look(): Promise<void> {
    for (const id of this.told.keys()) if (!this.audience?.watches(id)) this.told.delete(id);
    const ids = [...this.told.keys()];
    try {
      const found = ids.length === 0 ? [] : await this.imports.progress(ids);
      for (const progress of found) this.tell(progress);
      const there = new Set(found.map(({ id }) => id));
      for (const id of ids) if (!there.has(id)) this.told.delete(id);
      this.away = false;
    } catch (error) {
      if (!this.away) this.log.warn({ err: error }, 'the imports that are watched can not be read');
      this.away = true;
    }
    this.timer = undefined;
    if (this.told.size > 0 && this.audience)
      this.timer = setTimeout(() => void this.look(), this.away ? AWAY_MS : LOOK_MS);
  }

  private tell(progress: ImportProgress): void {
    const before = this.told.get(progress.id);
    if (before && !hasMoved(before, progress)) return;
    this.audience?.tell(progress);
    if (isOver(progress)) this.told.delete(progress.id);
    else this.told.set(progress.id, progress);
  }
}

export function isOver({ status }: ImportProgress): boolean {
  return status === 'done' || status === 'failed';
}

function hasMoved(before: ImportProgress, { status, applied, rejected }: ImportProgress): boolean {
  return before.status !== status || before.applied !== applied || before.rejected !== rejected;
}
