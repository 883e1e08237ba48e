import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allSettings, exampleFile, settingsPage } from './settings';

/** Writes the parts of the documentation that are made from code; a spec fails when they are not up to date. */
const root = process.cwd();
const settings = allSettings();
writeFileSync(join(root, 'docs', 'settings.md'), settingsPage(settings));
writeFileSync(join(root, '.env.example'), exampleFile(settings));
