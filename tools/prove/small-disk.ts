import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE = '1500m';
const PIECE = Buffer.alloc(1024 * 1024);

/** A disk of its own that can be filled up: a file system in memory, where this user may mount one. */
export class SmallDisk {
  private readonly filler: string;
  private readonly end = (): void => {
    spawnSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  };

  private constructor(readonly folder: string) {
    this.filler = join(folder, 'filler');
  }

  /** Undefined where mounting is not allowed. */
  static mount(): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'stockwire-disk-'));
    const disk = new SmallDisk(folder);
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'stockwire', folder]);
    if (status === 0) {
      process.once('exit', disk.end);
      return disk;
    }
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }

  /** Leaves not one byte. */
  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.folder);
    for (let rest = Math.ceil((bavail * bsize) / PIECE.length); rest >= 0; rest--) {
      const full = await writeFile(this.filler, PIECE, { flag: 'a' }).then(
        () => false,
        () => true,
      );
      if (full) return;
    }
  }

  free(): Promise<void> {
    return rm(this.filler, { force: true });
  }
}
