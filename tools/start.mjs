// The whole of `npm start` that runs before anything is installed or built.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parent, prepare, root } from './prepare.mjs';

const began = Date.now();
if (await prepare((line) => console.log(line))) {
  const { main } = await import(pathToFileURL(join(root, 'dist/tools/start/main.js')).href);
  // Everything it started has ended; what it may still wait for, such as a download, is of no use any more.
  process.exit(await main(root, process.argv.slice(2), { began, parent }));
}
process.exitCode = 1;
