import { createLog } from '@app/common';
import { LeaseRepository, type Held, type Instance } from './lease.repository';
import { LeaseService } from './lease.service';

const DEAD: Instance = { id: 'dead', address: 'there:1' };

/** A lease in memory; what is over and what is not is the database's to say, and tried with it. */
class LeaseInMemory extends LeaseRepository {
  holder: Instance = DEAD;

  hold(claimant: Instance): Promise<Held> {
    return Promise.resolve({ holder: this.holder.id === claimant.id ? claimant : this.holder });
  }

  takeFrom(_: string, claimant: Instance): Promise<Held> {
    const before = this.holder;
    this.holder = claimant;
    return Promise.resolve({ holder: claimant, ...(before.id !== claimant.id && { before }) });
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

it('a lease that was taken is written by only once what the former holder left open is ended, however often that has to be tried', async () => {
  const ended: string[] = [];
  let away = true;
  const lease = new LeaseService(new LeaseInMemory(), {
    address: 'here:1',
    log: createLog('spec', 'silent'),
    onTaken: ({ address }) => {
      if (away) return Promise.reject(new Error('the database is away'));
      ended.push(address);
      return Promise.resolve();
    },
  });
  await lease.start();
  try {
    await lease.takeFrom('there:1');
    expect([lease.writer, ended]).toEqual(['there:1', []]);
    away = false;
    await lease.look();
    expect([lease.writer, ended]).toEqual([undefined, ['there:1']]);
    await lease.look();
    expect(ended).toHaveLength(1);
  } finally {
    await lease.stop();
  }
});
