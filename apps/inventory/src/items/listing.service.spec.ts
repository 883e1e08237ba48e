import { createLog, DomainError, type LedgerFollower } from '@app/common';
import type { LedgerPage, LedgerRead } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS, until } from '../../../../test/support/sockets';
import type { ItemsRepository } from './items.repository';
import type { ListingRepository } from './listing.repository';
import { ListingService } from './listing.service';

let service: ListingService;
let raised = 0;
/** What the inventory that keeps the listing answers; undefined when it is this one. */
let elsewhere: boolean | undefined;

/** A listing that shows up to 50, on a ledger that ends at `head`. */
function listing(head: number, events: LedgerPage['events'] = []): ListingService {
  raised = 0;
  elsewhere = undefined;
  const items = {
    generation: () => Promise.resolve(raised),
    raiseGeneration: () => Promise.resolve(void raised++),
  } as Partial<ItemsRepository>;
  const upTo = (generation: number): Promise<number> => Promise.resolve(generation === 0 ? 50 : 0);
  const rows = { open: upTo, shown: upTo } as Partial<ListingRepository> as ListingRepository;
  const read = ({ after = 0 }: LedgerRead): Promise<LedgerPage> =>
    after > head
      ? Promise.reject(new DomainError('epoch-changed', 'beyond the head', { epoch: 'e', head }))
      : new Promise((resolve) =>
          setTimeout(resolve, 5, {
            epoch: 'e',
            position: head,
            head,
            events: events.filter(({ position }) => position > after),
          }),
        );
  service = new ListingService(
    rows,
    items as ItemsRepository,
    read,
    () => Promise.resolve(elsewhere),
    createLog('test', 'silent'),
  );
  return service;
}

afterEach(() => service.end());

describe('the listing', () => {
  it('that has been further than the ledger goes is begun anew by all', async () => {
    await listing(40).begin('e');
    await until(() => raised > 0);
    expect(raised).toBe(1);
    await service.rebuild('e');
    expect(await service.upTo(40, PATIENCE_MS)).toBe(true);
    expect(raised).toBe(1);
  });

  it('goes on from where it was', async () => {
    await listing(60).begin('e');
    expect(await service.upTo(60, PATIENCE_MS)).toBe(true);
    expect(raised).toBe(0);
  });

  it('is waited for through a rebuild', async () => {
    await listing(60).begin('e');
    const waiting = service.upTo(60, PATIENCE_MS);
    await service.rebuild('e');
    expect(await waiting).toBe(true);
  });

  it('is asked for where it is kept, and only there', async () => {
    const asked = listing(60);
    elsewhere = true;
    expect(await asked.hereUpTo(60, PATIENCE_MS)).toBe(false);
    expect(await asked.upTo(60, PATIENCE_MS)).toBe(true);
    elsewhere = false;
    expect(await asked.upTo(60, 50)).toBe(false);
    await asked.begin('e');
    expect(await asked.upTo(60, PATIENCE_MS)).toBe(true);
    await asked.end();
    expect(await asked.upTo(60, 50)).toBe(false);
  });

  it('is what is stored of it where the one that writes does not answer, or is of a version that was not asked', async () => {
    const asked = listing(60);
    expect(await asked.upTo(50, 1_000)).toBe(true);
    expect(await asked.upTo(51, 50)).toBe(false);
    raised = 1;
    expect(await asked.upTo(50, 50)).toBe(false);
  });

  it('is waited for while the lease moves', async () => {
    const asked = listing(60);
    const waiting = asked.upTo(60, PATIENCE_MS);
    await sleep(50);
    await asked.begin('e');
    expect(await waiting).toBe(true);
  });

  it('that ends tells those who wait for it, and holds nobody up meanwhile', async () => {
    const event = { position: 51, type: 'stock.issued', itemId: 'a', seq: 2, location: 'main', json: '{}' } as const;
    const asked = listing(51, [event]);
    await asked.begin('e');
    await until(() => asked.lag === 1);
    // A batch that is under way is waited for.
    const follower = Reflect.get(asked, 'follower') as LedgerFollower;
    const stop = follower.stop.bind(follower);
    follower.stop = () => sleep(100).then(stop);
    const ended = asked.end();
    const begun = performance.now();
    expect(await asked.hereUpTo(51, 2_000)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_000);
    await ended;
  });
});
