const { createRequire } = require('node:module');
const { sep } = require('node:path');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const PACKAGES = `${sep}node_modules${sep}`;
/** What is ours, by a path or by an alias; and Jest's own, which belongs to one file. */
const NOT_A_PACKAGE = /^(\.|\/|@app\/|@stockwire\/|@jest\/|jest-|expect$)/;

/**
 * Each spec gets a copy of our code of its own, as ever with Jest, but packages are loaded by Node, once for all specs of a
 * process. Jest would compile and run Nest, Mongoose and what they bring again for each spec, which took two thirds of the
 * time of the unit specs; and it can't require() ES modules, as all of Nest 12 is. For it our code must live where the
 * packages live: `String` of a sandbox is another one, and a decorator that compares types would find none that it knows.
 */
module.exports = class PackagesOnce extends Runtime {
  constructor(...options) {
    super(...options);
    const { executor } = this;
    const names = executor.injectedModuleParameters;
    executor.compile = (source, filename) => compileFunction(source, names, { filename });
  }

  requireModuleOrMock(from, name) {
    const ours = NOT_A_PACKAGE.test(name) || from.includes(PACKAGES);
    if (ours || this.mockState.shouldMockCjs(from, name).shouldMock) return super.requireModuleOrMock(from, name);
    return createRequire(from)(name);
  }
};
