import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLines } from './lines';
import { MANIFEST, newManifest, openSealed, seal } from './manifest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockwire-manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const facts = {
  madeAt: '2026-01-05T02:00:00.000Z',
  position: 0,
  hash: '',
  epoch: 'e',
  database: 'stockwire',
  parts: [],
};

describe('a backup that was sealed', () => {
  it('is opened with its manifest', async () => {
    await seal(folder, newManifest(facts));
    expect(await openSealed(folder)).toMatchObject(facts);
  });

  it.each(['{', 'null', '{"format": 1}'])('is refused in words when its manifest is %s', async (text) => {
    await seal(folder, JSON.parse('{"parts": []}'));
    writeFileSync(join(folder, MANIFEST), text);
    await expect(openSealed(folder)).rejects.toThrow('its checksum is another one');
    // As somebody may who has made the checksums anew.
    const sum = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(folder, 'SHA256SUMS'), `${sum}  ${MANIFEST}\n`);
    await expect(openSealed(folder)).rejects.toThrow('manifest.json is not the one of a backup');
  });

  it('names the part that can not be read', async () => {
    const file = join(folder, 'users.ndjson.gz');
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const _ of readLines(file, 'users')) count++;
      return count;
    };
    writeFileSync(file, gzipSync('{"_id": "a"}\n'));
    expect(await read()).toBe(1);
    truncateSync(file, 20);
    await expect(read()).rejects.toThrow("users.ndjson.gz can't be read: unexpected end of file");
    writeFileSync(file, 'no archive');
    await expect(read()).rejects.toThrow("users.ndjson.gz can't be read: incorrect header check");
    writeFileSync(file, gzipSync('{"_id": '));
    await expect(read()).rejects.toThrow("users.ndjson.gz can't be read: ");
  });
});
