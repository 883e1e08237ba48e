import { createLog } from '@app/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../../test/support/sockets';
import { DutiesService } from './duties.service';

/** A lease that moves when told to. */
class Lease {
  writer: string | undefined;
  private readonly listeners = new Set<() => void>();

  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  move(writer: string | undefined): void {
    this.writer = writer;
    this.listeners.forEach((listener) => listener());
  }
}

describe('what only the inventory that writes does', () => {
  let lease: Lease;
  let duties: DutiesService;
  let doing: boolean;
  let failures: number;

  beforeEach(() => {
    lease = new Lease();
    doing = false;
    failures = 0;
    const duty = {
      begin: async () => {
        await sleep(5);
        if (failures-- > 0) throw new Error('the database is away');
        doing = true;
      },
      end: async () => {
        await sleep(5);
        doing = false;
      },
    };
    duties = new DutiesService(lease, [duty], createLog('spec', 'silent'));
  });

  afterEach(() => duties.stop());

  /** Nothing is being begun or ended any more. */
  const shifted = (): Promise<void> => until(() => Reflect.get(duties, 'shifting') === undefined);

  it('follows the lease', async () => {
    lease.writer = 'there:1';
    await duties.start();
    expect(doing).toBe(false);
    lease.move(undefined);
    await shifted();
    expect(doing).toBe(true);
    lease.move('there:1');
    await shifted();
    expect(doing).toBe(false);
  });

  it('is done by the one that has the lease in the end, however it moves meanwhile', async () => {
    await duties.start();
    for (const writer of ['there:1', undefined, 'there:1', undefined, 'there:2']) lease.move(writer);
    await shifted();
    expect(doing).toBe(false);
    lease.move(undefined);
    lease.move('there:1');
    lease.move(undefined);
    await shifted();
    expect(doing).toBe(true);
  });

  it('is tried again when it could not be begun', async () => {
    failures = 1;
    await duties.start();
    expect(doing).toBe(true);
  });

  it('is left to its owner from the stop on', async () => {
    await duties.start();
    await duties.stop();
    lease.move('there:1');
    await sleep(20);
    expect(doing).toBe(true);
  });
});
