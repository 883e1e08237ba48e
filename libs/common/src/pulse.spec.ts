import { DatabasePulse } from './pulse.mongo';

describe('the pulse of a database', () => {
  let answer: (() => void) | undefined;
  let answers = true;
  const ping = (): Promise<void> => (answers ? Promise.resolve() : new Promise((resolve) => (answer = resolve)));
  const pulse = new DatabasePulse(ping);
  const never = (): Promise<never> => new Promise(() => undefined);

  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    pulse.onApplicationBootstrap();
  });
  afterAll(() => {
    pulse.onApplicationShutdown();
    jest.useRealTimers();
  });

  it('lets a read be what it comes to, at once or later', async () => {
    expect(await pulse.unlessSilent(() => 1)).toBe(1);
    expect(await pulse.unlessSilent(() => Promise.resolve(2))).toBe(2);
    await expect(pulse.unlessSilent(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('gives up on those who wait for one that is silent, within 2 s, and on those who come then, at once', async () => {
    await jest.advanceTimersByTimeAsync(1_000);
    answers = false;
    const read = pulse.unlessSilent(never).catch((error: { code: string }) => error.code);
    await jest.advanceTimersByTimeAsync(1_000);
    let told: unknown;
    void read.then((code) => (told = code));
    await jest.advanceTimersByTimeAsync(0);
    expect(told).toBeUndefined();
    await jest.advanceTimersByTimeAsync(900);
    expect(told).toBe('unavailable');
    await expect(pulse.unlessSilent(() => 1)).rejects.toMatchObject({ code: 'unavailable', extra: { retryAfter: 1 } });
  });

  it('takes a ping that fails for no answer, as one does that gets no connection', async () => {
    const failing = new DatabasePulse(() => new Promise((_, reject) => setTimeout(reject, 1_500)));
    failing.onApplicationBootstrap();
    const read = failing.unlessSilent(never).catch((error: { code: string }) => error.code);
    await jest.advanceTimersByTimeAsync(2_000);
    failing.onApplicationShutdown();
    expect(await Promise.race([read, Promise.resolve('still waiting')])).toBe('unavailable');
  });

  it('lets reads through again with its first answer', async () => {
    answers = true;
    answer?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(await pulse.unlessSilent(() => 3)).toBe(3);
  });
});
