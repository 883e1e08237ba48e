import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameOf, partialFolder, superfluous } from './folders';

describe('the folders of backups', () => {
  const names = [1, 2, 3].map((day) => nameOf({ madeAt: `2026-01-0${day}T02:00:00.123Z`, position: 900 - day }));

  it('are in the order of their names', () => {
    expect(names[0]).toBe('stockwire-20260101T020000Z-899');
    expect([...names].sort()).toEqual(names);
  });

  it('go when there are too many, the oldest first', () => {
    expect(superfluous([...names].reverse(), 2)).toEqual([names[0]]);
    expect(superfluous(names, 3)).toEqual([]);
  });

  it('are never anything else that lies there', () => {
    expect(superfluous(['photos', '.partial-12', 'stockwire-20260101T020000Z-1.bak', names[0]!], 1)).toEqual([]);
  });

  it('are written each under a name of its own, and what a killed backup left is gone a day later', async () => {
    const target = mkdtempSync(join(tmpdir(), 'stockwire-folders-'));
    try {
      const two = [await partialFolder(target), await partialFolder(target)];
      expect(new Set(two).size).toBe(2);
      const [old, kept] = ['.partial-12', 'photos'].map((name) => join(target, name));
      for (const folder of [old!, kept!]) {
        mkdirSync(folder);
        utimesSync(folder, new Date('2026-01-01'), new Date('2026-01-01'));
      }
      const third = await partialFolder(target);
      expect(
        readdirSync(target)
          .map((name) => join(target, name))
          .sort(),
      ).toEqual([...two, third, kept!].sort());
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});

// Root may write anywhere.
(process.getuid?.() === 0 ? describe.skip : describe)('the folders of backups of others', () => {
  it('say whose they have to be', async () => {
    const target = mkdtempSync(join(tmpdir(), 'stockwire-folders-'));
    try {
      for (const mode of [0o500, 0o300]) {
        chmodSync(target, mode);
        await expect(partialFolder(target)).rejects.toThrow(`${target} has to belong to user ${process.getuid?.()}`);
      }
    } finally {
      rmSync(target, { recursive: true });
    }
  });
});
