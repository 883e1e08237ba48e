import type { ImportProgress } from '@app/contracts';
import pino from 'pino';
import { ImportWatch } from './import-watch.service';
import { ImportsRepository } from './imports.repository';

const ID = 'a'.repeat(24);

class Stored extends ImportsRepository {
  readonly all = new Map<string, ImportProgress>();
  reads = 0;
  away = false;

  put(applied: number, status: ImportProgress['status'] = 'running', id = ID): void {
    this.all.set(id, { id, kind: 'items', status, rows: 10, applied, rejected: 0 });
  }

  async progress(ids: readonly string[]): Promise<ImportProgress[]> {
    this.reads++;
    if (this.away) throw new Error('away');
    return ids.flatMap((id) => this.all.get(id) ?? []);
  }
}

describe('the watch over imports', () => {
  let stored: Stored;
  let watch: ImportWatch;
  let watched: Set<string>;
  let told: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    stored = new Stored();
    watch = new ImportWatch(stored, pino({ level: 'silent' }));
    watched = new Set([ID]);
    told = [];
    watch.attach({
      watches: (id) => watched.has(id),
      tell: ({ status, applied }) => told.push(`${status} ${applied}`),
    });
  });

  afterEach(() => {
    watch.beforeApplicationShutdown();
    jest.useRealTimers();
  });

  const later = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('tells what has changed, at most four times a second, and the end always', async () => {
    stored.put(1);
    watch.follow(ID);
    for (let applied = 1; applied <= 20; applied++) {
      stored.put(applied);
      await later(50);
    }
    expect(told.length).toBeLessThanOrEqual(4);
    stored.put(20, 'done');
    await later(250);
    expect(told.at(-1)).toBe('done 20');
    const { reads } = stored;
    await later(5_000);
    expect(stored.reads).toBe(reads);
  });

  it('tells nothing twice, unless somebody new is there who may have missed it', async () => {
    stored.put(3);
    watch.follow(ID);
    await later(1_000);
    expect(told).toEqual(['running 3']);
    watch.follow(ID);
    await later(1_000);
    expect(told).toEqual(['running 3', 'running 3']);
  });

  it('tells the end to somebody who came in the moment of it', async () => {
    stored.put(10, 'done');
    watch.follow(ID);
    await later(250);
    expect(told).toEqual(['done 10']);
  });

  it('looks at nothing that nobody watches, or that is gone', async () => {
    stored.put(1);
    watch.follow(ID);
    watched.clear();
    await later(5_000);
    expect([stored.reads, told]).toEqual([0, []]);
    watched.add(ID);
    stored.all.clear();
    watch.follow(ID);
    await later(5_000);
    expect(stored.reads).toBe(1);
  });

  it('goes on when the database is back', async () => {
    stored.put(1);
    stored.away = true;
    watch.follow(ID);
    await later(3_000);
    await expect(watch.now(ID)).rejects.toMatchObject({ code: 'unavailable' });
    stored.away = false;
    await later(1_000);
    expect(told).toEqual(['running 1']);
    await expect(watch.now('b'.repeat(24))).rejects.toMatchObject({ code: 'not-found' });
  });
});
