import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allSettings, exampleFile, settingsPage } from './settings';

const root = join(__dirname, '../..');

/** Prettier pads the table's columns: what counts is what stands in them. */
function unpadded(text: string): string {
  return text
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/-{3,}/g, '---')
    .replaceAll('| --- ', '|---')
    .replaceAll(' |\n', '|\n');
}

describe('the documentation of the settings', () => {
  it.each([
    ['docs/settings.md', settingsPage],
    ['.env.example', exampleFile],
  ])('%s is what npm run docs would write', (file, made) => {
    expect(unpadded(readFileSync(join(root, file), 'utf8'))).toBe(unpadded(made(allSettings())));
  });
});
