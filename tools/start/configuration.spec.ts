import { configurationFaults } from './configuration';

describe('the settings of the apps', () => {
  const good = {
    INTERNAL_TOKEN: 'x'.repeat(32),
    JWT_SECRET: 'y'.repeat(32),
    MONGODB_URI: 'mongodb://127.0.0.1/stockwire',
  };

  it('are told of together, whichever app reads them, and each once', () => {
    expect(configurationFaults(good)).toEqual([]);
    const bad = { LOG_LEVEL: 'loud', RATE_LIMIT_READS: 'many', WRITE_QUEUE: '-1', MAX_SOCKETS: '0' };
    const faults = configurationFaults({ ...good, ...bad });
    expect(faults.map((fault) => fault.split(' ')[0]).toSorted()).toEqual(Object.keys(bad).toSorted());
  });
});
