import { tmpdir } from 'node:os';
import { fullDisk } from './room';

const MB = 1024 * 1024;
const disk = (free: number, forAll: number) => (): Promise<{ bsize: number; bfree: number; bavail: number }> =>
  Promise.resolve({ bsize: 4096, bfree: (free * MB) / 4096, bavail: (forAll * MB) / 4096 });

describe('the disk of a database', () => {
  it('is full when a few megabytes are left, and says how many', async () => {
    expect(await fullDisk('/data', disk(15, 15))).toBe('the disk of /data is full (15 MB left)');
    expect(await fullDisk('/data', disk(16, 16))).toBeUndefined();
  });

  it('has room for root alone in what is kept for root', async () => {
    expect(await fullDisk('/data', disk(500, 0), true)).toBeUndefined();
    expect(await fullDisk('/data', disk(500, 0), false)).toBe('the disk of /data is full (0 MB left)');
  });

  it('is asked of the system, and taken to have room where that does not know', async () => {
    expect(await fullDisk(tmpdir())).toBeUndefined();
    expect(await fullDisk('/no/such/folder')).toBeUndefined();
  });
});
