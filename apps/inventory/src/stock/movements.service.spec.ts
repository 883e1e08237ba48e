import type { MoveBatchCommand } from '@app/contracts';
import type { LedgerRepository } from '../ledger/ledger.repository';
import type { LedgerWriter } from '../ledger/ledger.writer';
import { MovementsService } from './movements.service';

describe('a batch of movements', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives up waiting as one, so that no row is booked before one that stands above it', async () => {
    const since: unknown[] = [];
    const writer = {
      submit: (_: unknown, came: unknown) => {
        since.push(came);
        return Promise.resolve({ position: since.length, figures: [{}], replayed: false });
      },
    };
    const service = new MovementsService(writer as unknown as LedgerWriter, {} as LedgerRepository);
    let clock = 1_000;
    jest.spyOn(Date, 'now').mockImplementation(() => clock++);
    const rows = [0, 1, 2].map((row) => ({ row, operation: { id: `${row}` }, line: { type: 'receive', quantity: 1 } }));
    await service.batch({ rows } as unknown as MoveBatchCommand);
    expect(since).toEqual([1_000, 1_000, 1_000]);
  });
});
