const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

/** Jest cannot require() ES modules, so the packages that are ES modules (all of Nest 12) are compiled like our own code. */
function esModulePackages(root) {
  const names = readdirSync(root).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(root, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  return names.filter((name) => {
    try {
      return JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8')).type === 'module';
    } catch {
      return false;
    }
  });
}

const typescript = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
  },
  module: { type: 'commonjs' },
};
const javascript = { jsc: { target: 'es2023' }, module: { type: 'commonjs' } };
const compiled = esModulePackages(join(__dirname, 'node_modules')).map((name) => name.replaceAll('.', '\\.'));

const project = {
  rootDir: __dirname,
  testEnvironment: 'node',
  // Inside the project, so that a run leaves nothing behind elsewhere.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: { '^.+\\.ts$': ['@swc/jest', typescript], '^.+\\.m?js$': ['@swc/jest', javascript] },
  // The MongoDB driver loads `os` with import(), which fails inside Jest's sandbox unless it is compiled to require(): no
  // connection succeeds then, and the driver only says that a sub-document is missing.
  transformIgnorePatterns: [`/node_modules/(?!(${compiled.join('|')})/)(?!.*mongodb/lib/runtime_adapters\\.js)`],
  moduleNameMapper: {
    '^@app/(contracts|common|identity)$': '<rootDir>/libs/$1/src/index.ts',
    '^@stockwire/client$': '<rootDir>/libs/client/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const databases = {
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
};

module.exports = {
  // Real processes start in some of them.
  testTimeout: 60_000,
  projects: [
    { ...project, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,tools}/**/*.spec.ts'] },
    { ...project, ...databases, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e.ts'] },
    // What takes a minute and a quiet machine: not a part of `npm test`.
    { ...project, ...databases, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow.ts'] },
  ],
};
