const typescript = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
  },
  module: { type: 'commonjs' },
};

const project = {
  rootDir: __dirname,
  roots: ['apps', 'libs', 'tools', 'test'].map((folder) => `<rootDir>/${folder}`),
  // One for all projects: what one of them has compiled, the next one finds.
  id: 'stockwire',
  testEnvironment: '<rootDir>/test/jest/environment.cjs',
  runtime: '<rootDir>/test/jest/runtime.cjs',
  // Inside the project, so that a run leaves nothing behind elsewhere.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: { '^.+\\.ts$': ['@swc/jest', typescript] },
  moduleNameMapper: {
    '^@app/(contracts|common|identity)$': '<rootDir>/libs/$1/src/index.ts',
    '^@stockwire/client$': '<rootDir>/libs/client/src/index.ts',
  },
};

const databases = {
  globalSetup: '<rootDir>/test/global-setup.ts',
  globalTeardown: '<rootDir>/test/global-teardown.ts',
};

module.exports = {
  // Real processes start in some of them, on a machine that may have much else to do. No spec is nearer to a time-out than this.
  testTimeout: 180_000,
  // Of specs that wait most of their time, in one file.
  maxConcurrency: 2,
  testSequencer: '<rootDir>/test/jest/sequencer.cjs',
  projects: [
    { ...project, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,tools}/**/*.spec.ts'] },
    { ...project, ...databases, displayName: 'e2e', testMatch: ['<rootDir>/test/**/*.e2e.ts'] },
    // What takes a minute and a quiet machine: not a part of `npm test`.
    { ...project, ...databases, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow.ts'] },
  ],
};
