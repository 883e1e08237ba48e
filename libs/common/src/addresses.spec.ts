import dns from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { resolveAddresses } from './addresses';

const known = { address: '10.0.0.7', family: 4 };

describe('the addresses behind names', () => {
  let answer: (found: (typeof known)[]) => void;
  let asked: jest.SpyInstance;

  beforeEach(() => {
    const silent = new Promise<(typeof known)[]>((resolve) => (answer = resolve));
    const lookup = (host: string): Promise<(typeof known)[]> => (host === 'silent' ? silent : Promise.resolve([known]));
    asked = jest.spyOn(dns, 'lookup').mockImplementation(lookup as never);
  });

  afterEach(() => {
    answer([]);
    jest.restoreAllMocks();
  });

  it('are those that are known, in time, where nobody answers for another one', async () => {
    const begun = Date.now();
    expect(await resolveAddresses(['silent:6101', 'here:6102'])).toEqual([{ host: '10.0.0.7', port: 6102 }]);
    expect(Date.now() - begun).toBeLessThan(1_000);
  });

  it('are asked for once as long as there is no answer, and taken as soon as there is one', async () => {
    await Promise.all([resolveAddresses(['silent:1']), resolveAddresses(['silent:2'])]);
    const late = resolveAddresses(['silent:3']);
    answer([known]);
    expect(await late).toEqual([{ host: '10.0.0.7', port: 3 }]);
    expect(await resolveAddresses(['silent:4'])).toEqual([{ host: '10.0.0.7', port: 4 }]);
    expect(asked).toHaveBeenCalledTimes(1);
    await sleep(600);
    await resolveAddresses(['silent:5']);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
