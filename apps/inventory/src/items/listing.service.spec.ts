import { createLog, DomainError } from '@app/common';
import type { LedgerPage, LedgerRead } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ItemsRepository } from './items.repository';
import type { ListingRepository } from './listing.repository';
import { ListingService } from './listing.service';

let service: ListingService;
let raised = 0;

/** A listing that shows up to 50, on a ledger that ends at `head`. */
function listing(head: number): ListingService {
  raised = 0;
  const items = { raiseGeneration: () => Promise.resolve(void raised++) } as Partial<ItemsRepository>;
  const rows = { open: (generation: number) => Promise.resolve(generation === 0 ? 50 : 0) } as ListingRepository;
  const read = ({ after = 0 }: LedgerRead): Promise<LedgerPage> =>
    after > head
      ? Promise.reject(new DomainError('epoch-changed', 'beyond the head', { epoch: 'e', head }))
      : new Promise((resolve) => setTimeout(resolve, 5, { epoch: 'e', position: head, head, events: [] }));
  service = new ListingService(rows, items as ItemsRepository, read, createLog('test', 'silent'));
  return service;
}

afterEach(() => service.stop());

describe('the listing', () => {
  it('that has been further than the ledger goes is begun anew by all', async () => {
    await listing(40).start('e', 0);
    for (let look = 0; look < 200 && raised === 0; look++) await sleep(5);
    expect(raised).toBe(1);
    await service.rebuild('e', 1);
    expect(await service.upTo(40, 1_000)).toBe(true);
    expect(raised).toBe(1);
  });

  it('goes on from where it was', async () => {
    await listing(60).start('e', 0);
    expect(await service.upTo(60, 1_000)).toBe(true);
    expect(raised).toBe(0);
  });

  it('is waited for through a rebuild', async () => {
    await listing(60).start('e', 0);
    const waiting = service.upTo(60, 1_000);
    await service.rebuild('e', 1);
    expect(await waiting).toBe(true);
  });
});
