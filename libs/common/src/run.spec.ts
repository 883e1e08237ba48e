import { createLog } from './log';
import { endOnSignals } from './run';

it('is ended by the three signals that ask for it and no other, by exit', () => {
  const asked: unknown[] = [];
  endOnSignals({ enableShutdownHooks: (...how) => asked.push(how) }, createLog('test', 'silent'), {
    leave: () => undefined,
  });
  expect(asked).toEqual([[['SIGINT', 'SIGTERM', 'SIGHUP'], { useProcessExit: true }]]);
});
