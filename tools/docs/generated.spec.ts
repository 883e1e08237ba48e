import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generated } from './generated';
import { unpadded } from './table';

const root = join(__dirname, '../..');

describe('the documentation that is made from code', () => {
  it('is what npm run docs would write', async () => {
    const pages = Object.entries(await generated());
    expect(pages.length).toBeGreaterThan(4);
    for (const [path, made] of pages)
      expect([path, unpadded(readFileSync(join(root, path), 'utf8'))]).toEqual([path, unpadded(made)]);
  });
});
