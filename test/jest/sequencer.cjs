const { statSync } = require('node:fs');
const { sep } = require('node:path');

/** What takes longest, in that order: begun last, one of them would run alone while the other cores have nothing to do. */
const LONGEST = [
  'test/notification.e2e.ts',
  'test/start.e2e.ts',
  'test/errors.e2e.ts',
  'test/inventory.e2e.ts',
  'test/rooms.e2e.ts',
  'test/exchange.e2e.ts',
  'test/gateway-process.e2e.ts',
  'test/client.e2e.ts',
  'test/webhooks.e2e.ts',
  'test/stocktakes.e2e.ts',
  'realtime/slow.spec.ts',
  'prove/model/model.spec.ts',
  'realtime/resume.spec.ts',
];

/** The order of the specs: the same on a fresh clone, where Jest doesn't know yet how long each takes, as ever after. */
module.exports = class LongestFirst {
  sort(tests) {
    const place = ({ path }) => {
      const at = LONGEST.findIndex((end) => path.endsWith(end.replaceAll('/', sep)));
      return at === -1 ? LONGEST.length : at;
    };
    const size = ({ path }) => statSync(path).size;
    return tests.toSorted((one, other) => place(one) - place(other) || size(other) - size(one));
  }

  allFailedTests(tests) {
    return tests;
  }

  // Nothing is kept from one run to the next.
  cacheResults() {}
};
