import pino from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { RevocationFeed, type Revocation } from './revocation.repository';
import { Revocations } from './revocations.service';

const POLL_MS = 5;

class Feed extends RevocationFeed {
  entries: Revocation[] = [];
  away = false;
  page = 1_000;

  add(...ids: string[]): void {
    for (const id of ids) {
      this.entries.push({ position: (this.entries.at(-1)?.position ?? 0) + 1, kind: 'session', id, at: new Date() });
    }
  }

  async from(position: number): Promise<Revocation[]> {
    if (this.away) throw new Error('away');
    return this.entries.filter((entry) => entry.position >= position).slice(0, this.page);
  }

  async since(time: Date): Promise<Revocation[]> {
    if (this.away) throw new Error('away');
    return this.entries.filter(({ at }, index) => at >= time || index === this.entries.length - 1);
  }
}

let feed: Feed;
let revocations: Revocations;

function create(keepMs = 60_000): Revocations {
  return new Revocations(feed, { log: pino({ level: 'silent' }), keepMs, pollMs: POLL_MS });
}

beforeEach(() => {
  feed = new Feed();
  revocations = create();
});
afterEach(() => revocations.beforeApplicationShutdown());

async function until(holds: () => boolean): Promise<void> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > 60_000) throw new Error('did not happen');
    await sleep(2);
  }
}

describe('revocations', () => {
  it('that were there before are in force before anything is served', async () => {
    feed.add('a', 'b');
    await revocations.onModuleInit();
    expect(revocations.isRevoked('a') && revocations.isRevoked('b')).toBe(true);
  });

  it('are all heard of, also when pages are shorter than what came', async () => {
    await revocations.onModuleInit();
    feed.page = 2;
    feed.add('a', 'b', 'c', 'd', 'e');
    await until(() => revocations.isRevoked('e'));
    expect(['a', 'b', 'c', 'd'].every((id) => revocations.isRevoked(id))).toBe(true);
  });

  it('of this process take effect at once', async () => {
    await revocations.onModuleInit();
    revocations.apply(['a']);
    expect(revocations.isRevoked('a')).toBe(true);
  });

  it('that came while the database was away are heard afterwards', async () => {
    await revocations.onModuleInit();
    feed.away = true;
    feed.add('a');
    await sleep(40);
    expect(revocations.isRevoked('a')).toBe(false);
    feed.away = false;
    await until(() => revocations.isRevoked('a'));
  });

  it('are waited for at the start when the database is away', async () => {
    feed.away = true;
    feed.add('a');
    const started = revocations.onModuleInit();
    await sleep(20);
    feed.away = false;
    await started;
    expect(revocations.isRevoked('a')).toBe(true);
  });

  it.each([
    ['shorter', ['x']],
    ['other', ['x', 'y', 'z']],
  ])('of a restored, %s feed are all read again', async (_what, ids) => {
    feed.add('a', 'b');
    await revocations.onModuleInit();
    const restored = new Feed();
    restored.add(...ids);
    feed.entries = restored.entries;
    await until(() => ids.every((id) => revocations.isRevoked(id)));
    feed.add('after');
    await until(() => revocations.isRevoked('after'));
    expect(revocations.isRevoked('a')).toBe(true);
  });

  it('are forgotten once nothing that they refuse can still be shown', async () => {
    await revocations.beforeApplicationShutdown();
    revocations = create(30);
    await revocations.onModuleInit();
    revocations.apply(['a']);
    expect(revocations.isRevoked('a')).toBe(true);
    await until(() => !revocations.isRevoked('a'));
  });
});
