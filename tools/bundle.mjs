// Makes one file of each app and what it needs: dist/gateway.js, dist/inventory.js, dist/notification.js. From 1,800 files an app
// takes twice the CPU to start (docs/decisions/0040). What `nest build` has made stays beside them, for the tools and for debugging.
import { cpSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The build, or a copy of it that is given by its folder. */
const dist = resolve(process.argv[2] ?? join(fileURLToPath(import.meta.url), '../../dist'));
const { APPS } = createRequire(import.meta.url)(join(dist, 'tools/start/apps.js'));
/**
 * Loaded from node_modules as ever: machine code; what Nest looks up by name, which must be the one that our classes are decorated
 * with; what `npm run docs` looks into; what few need, and none at the start; and what is for the browser.
 */
const APART = [
  '@node-rs/argon2',
  'class-validator',
  'class-transformer',
  'prom-client',
  'bwip-js',
  '@opentelemetry/*',
  'socket.io-client',
];

/** Packages that others use when they are there: whether they are is asked when they are wanted, as without a bundle. */
const optionalPackages = {
  name: 'optional-packages',
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked') return undefined;
      const { importer, namespace, resolveDir, kind } = from;
      const { errors } = await find(path, { importer, namespace, resolveDir, kind, pluginData: 'asked' });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/**
 * What Node makes of `import * as mongoose` is an object of its exports; what a bundler makes of it is one that mongoose takes
 * for an instance of itself, and an empty one.
 */
const mongooseItself = {
  name: 'mongoose-itself',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@nestjs[\\/]mongoose[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.replace("import * as mongoose from 'mongoose'", "import mongoose from 'mongoose'") };
    });
  },
};

await build({
  entryPoints: APPS.map((app) => ({ in: join(dist, 'apps', app, 'src/main.js'), out: app })),
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: APART,
  plugins: [optionalPackages, mongooseItself],
  // V8 keeps the text in memory. Names stay, since Nest, Swagger and whoever reads a stack go by them; but not by `keepNames`, which
  // costs a call for each closure that is made: a tenth of what a cached read takes.
  minifyWhitespace: true,
  lineLimit: 200,
  banner: { js: `const fileUrl = require('node:url').pathToFileURL(__filename).href;` },
  define: { 'import.meta.url': 'fileUrl' },
  logLevel: 'warning',
});
cpSync(join(dist, 'apps/gateway/src/console/page'), join(dist, 'page'), { recursive: true });
