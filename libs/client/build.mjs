// Builds the package: one file for each kind of module, with all but socket.io-client in it, and (not with --no-types) the types.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const common = {
  entryPoints: [join(here, 'src/index.ts')],
  bundle: true,
  external: ['socket.io-client'],
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  minify: true,
  sourcemap: true,
};

await build({ ...common, format: 'esm', outfile: join(here, 'dist/index.mjs') });
await build({ ...common, format: 'cjs', outfile: join(here, 'dist/index.cjs') });
// npm packs the one that lies beside package.json.
copyFileSync(join(here, '../../LICENSE'), join(here, 'LICENSE'));
if (!process.argv.includes('--no-types')) {
  const tsc = join(here, '../../node_modules/typescript/bin/tsc');
  process.exitCode = spawnSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' }).status ?? 1;
}
