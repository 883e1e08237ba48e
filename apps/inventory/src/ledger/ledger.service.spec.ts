import type { EventText, LedgerEvent } from '@app/contracts';
import { textOf } from './event-text';
import type { Entry, LedgerRepository, Range } from './ledger.repository';
import { LedgerService } from './ledger.service';

const entry = (position: number, itemId = 'a'): Entry => ({
  event: {
    position,
    itemId,
    type: 'stock.issued',
    name: 'n',
    note: null,
    reason: null,
    reference: null,
    fields: null,
  } as LedgerEvent,
  hash: '',
});

const text = (...of: Parameters<typeof entry>): EventText => textOf(entry(...of).event);

/** Old events in the store, the newest in memory. */
function opened(head: number, stored = head): LedgerService {
  const all = Array.from({ length: stored }, (_, i) => entry(i + 1, i % 2 ? 'a' : 'b'));
  const repository = {
    tail: () => Promise.resolve({ position: stored, hash: '', at: '' }),
    range: ({ after, upTo, limit, filter }: Range) =>
      Promise.resolve(
        all
          .filter(({ event }) => event.position > after && event.position <= upTo)
          .filter(({ event }) => filter?.itemId === undefined || event.itemId === filter.itemId)
          .slice(0, limit),
      ),
  } as unknown as LedgerRepository;
  const service = new LedgerService(repository);
  service.begin('e', head);
  return service;
}

describe('reading the ledger', () => {
  it('is not possible before it is open: nobody must take that for another ledger', async () => {
    const closed = new LedgerService({} as LedgerRepository);
    await expect(closed.read({})).rejects.toMatchObject({ code: 'unavailable' });
    await expect(closed.read({ after: 5, epoch: 'e' })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('goes from the store to memory without a seam', async () => {
    const service = opened(10);
    service.append([text(11), text(12)]);
    const seen: number[] = [];
    for (let after = 0; after < service.head;) {
      const page = await service.read({ after, limit: 4 });
      seen.push(...page.events.map(({ position }) => position));
      after = page.position;
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('moves on also where a filter matches nothing', async () => {
    const service = opened(10);
    service.append([text(11, 'a')]);
    expect(await service.read({ after: 0, itemId: 'zzz' })).toMatchObject({ events: [], position: 11 });
    expect(await service.read({ after: 10, itemId: 'zzz' })).toMatchObject({ events: [], position: 11 });
  });

  it('gives what a filter matches in the store and in memory in one page', async () => {
    const service = opened(4);
    service.append([text(5, 'a'), text(6, 'b')]);
    const page = await service.read({ after: 0, itemId: 'a' });
    expect(page.events.map(({ position }) => position)).toEqual([2, 4, 5]);
    expect(page.position).toBe(6);
  });

  it('goes no further than the store shows, as just after a failover', async () => {
    const service = opened(10, 7);
    const all = await service.read({ after: 5 });
    expect(all.events.map(({ position }) => position)).toEqual([6, 7]);
    expect(all).toMatchObject({ position: 7, head: 10 });
    const filtered = await service.read({ after: 4, itemId: 'b' });
    expect(filtered.events.map(({ position }) => position)).toEqual([5, 7]);
    expect(filtered.position).toBe(7);
    for (const itemId of [undefined, 'b'])
      await expect(service.read({ after: 7, ...(itemId && { itemId }) })).rejects.toMatchObject({
        code: 'unavailable',
      });
  });

  it('waits for a matching event, and over those that do not match', async () => {
    const service = opened(0);
    const poll = service.read({ after: 0, itemId: 'a', waitMs: 5_000 });
    service.append([text(1, 'b')]);
    await new Promise(setImmediate);
    service.append([text(2, 'a')]);
    expect((await poll).events).toMatchObject([{ position: 2 }]);
    expect(service.waiting).toBe(0);
  });

  it('ends empty after its time, and at the stop', async () => {
    const service = opened(3);
    expect(await service.read({ after: 3, waitMs: 20 })).toMatchObject({ events: [], position: 3 });
    const poll = service.read({ after: 3, waitMs: 60_000 });
    service.release();
    expect((await poll).events).toEqual([]);
    await expect(service.read({ after: 3 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('waits for what another writer has written, and refuses what nobody has', async () => {
    const service = opened(3, 5);
    const poll = service.read({ after: 5 });
    await new Promise(setImmediate);
    service.append([text(4), text(5)]);
    expect(await poll).toMatchObject({ events: [], position: 5 });
    await expect(service.read({ after: 6 })).rejects.toMatchObject({
      code: 'epoch-changed',
      extra: { epoch: 'e', head: 5 },
    });
  });

  it('shows at once what another inventory has written, without having been told', async () => {
    const service = opened(3, 5);
    service.leave();
    expect(await service.read({})).toMatchObject({ position: 5 });
    expect((await service.read({ after: 3 })).events.map(({ position }) => position)).toEqual([4, 5]);
  });

  it('wakes who waits when it hears how far another inventory has come, and reads it from the store', async () => {
    const service = opened(3, 5);
    jest.spyOn(service, 'latest').mockResolvedValue(3);
    service.leave();
    const poll = service.read({ after: 3, waitMs: 5_000 });
    await new Promise(setImmediate);
    service.skipTo(5);
    expect((await poll).events.map(({ position }) => position)).toEqual([4, 5]);
  });

  it('goes on without a seam when events are announced here again, also those that it knew of', async () => {
    const service = opened(3, 8);
    service.leave();
    service.skipTo(6);
    service.resume(5);
    service.append([text(6), text(7), text(8)]);
    service.skipTo(7);
    const seen: number[] = [];
    for (let after = 0; after < service.head;) {
      const page = await service.read({ after, limit: 2 });
      seen.push(...page.events.map(({ position }) => position));
      after = page.position;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(() => service.append([text(10)])).toThrow('does not follow');
  });
});
