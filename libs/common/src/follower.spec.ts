import type { Cursor, LedgerRead } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import { LedgerFollower, type FollowerOptions } from './follower';
import { createLog } from './log';

/** For a machine that has much else to do. */
const PATIENCE_MS = 60_000;

interface Numbered {
  position: number;
}

/** A ledger to follow: a list of events, and whatever failure is planned next. */
class Source {
  readonly events: Numbered[] = [];
  readonly failures: Error[] = [];
  epoch = 'e1';
  asked: LedgerRead[] = [];

  grow(count: number): void {
    for (let i = 0; i < count; i++) this.events.push({ position: this.events.length + 1 });
  }

  read = async (request: LedgerRead): Promise<Cursor & { head: number; events: Numbered[] }> => {
    this.asked.push(request);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const head = this.events.length;
    const { after = head, epoch = this.epoch, limit = 100 } = request;
    if (epoch !== this.epoch || after > head) throw new DomainError('epoch-changed', '', { epoch: this.epoch, head });
    const events = this.events.slice(after, after + limit);
    if (events.length === 0) await sleep(5);
    return { epoch: this.epoch, position: after + events.length, head, events };
  };
}

describe('a follower', () => {
  let source: Source;
  let follower: LedgerFollower<Numbered>;
  let seen: number[];
  let resets: Cursor[];

  beforeEach(() => {
    [source, seen, resets] = [new Source(), [], []];
  });

  afterEach(() => follower.stop());

  function follow(options: Partial<FollowerOptions<Numbered>> = {}): LedgerFollower<Numbered> {
    follower = new LedgerFollower({
      name: 'spec',
      log: createLog('spec', 'silent'),
      read: source.read,
      onEvents: (events) => void seen.push(...events.map(({ position }) => position)),
      onReset: (cursor) => void resets.push(cursor),
      ...options,
    });
    follower.start();
    return follower;
  }

  it('begins at the head, and hears what comes after it', async () => {
    source.grow(3);
    follow();
    expect(await follower.waitFor(3, PATIENCE_MS)).toBe(true);
    source.grow(2);
    expect(await follower.waitFor(5, PATIENCE_MS)).toBe(true);
    expect(seen).toEqual([4, 5]);
    expect(resets).toEqual([{ epoch: 'e1', position: 3 }]);
  });

  it('goes on from a place, each event once and in order, over failures', async () => {
    source.grow(25);
    source.failures.push(new Error('away'), new DomainError('unavailable', 'away'));
    follow({ from: { epoch: 'e1', position: 10 }, limit: 4 });
    expect(await follower.waitFor(25, PATIENCE_MS)).toBe(true);
    expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => i + 11));
    expect(resets).toEqual([]);
  });

  it('asks again from the same place when a batch could not be handled', async () => {
    source.grow(2);
    let failed = false;
    const onEvents = (events: Numbered[]): void => {
      if (!failed) {
        failed = true;
        throw new Error('the handler broke');
      }
      seen.push(...events.map(({ position }) => position));
    };
    follow({ from: { epoch: 'e1', position: 0 }, onEvents });
    expect(await follower.waitFor(2, PATIENCE_MS)).toBe(true);
    expect(seen).toEqual([1, 2]);
  });

  it('never takes a page with a hole in it', async () => {
    source.grow(3);
    source.events.splice(1, 1);
    follow({ from: { epoch: 'e1', position: 0 } });
    expect(await follower.waitFor(1, 200)).toBe(false);
    expect(seen).toEqual([]);
  });

  it('is reset when its place belongs to another ledger', async () => {
    source.grow(5);
    follow({ from: { epoch: 'old', position: 2 } });
    expect(await follower.waitFor(5, PATIENCE_MS)).toBe(true);
    expect(resets).toEqual([{ epoch: 'e1', position: 5 }]);
  });

  it('tells how long the ledger has been silent and how far behind it is', async () => {
    source.grow(1);
    follow();
    expect(follower.silence).toBe(Number.POSITIVE_INFINITY);
    await follower.waitFor(1, PATIENCE_MS);
    expect(follower.silence).toBeLessThan(1_000);
    expect(follower.lag).toBe(0);
  });

  it('stops at once, also while a poll hangs, and wakes who waits', async () => {
    follow({ read: () => new Promise(() => undefined) });
    const waiting = follower.waitFor(1, 60_000);
    await follower.stop();
    expect(await waiting).toBe(false);
  });
});
