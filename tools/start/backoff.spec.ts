import { afterEnd, recent } from './backoff';

describe('starting again', () => {
  it('waits twice as long each time', () => {
    expect(afterEnd([0])).toEqual({ againAfterMs: 100 });
    expect(afterEnd([0, 1])).toEqual({ againAfterMs: 200 });
    expect(afterEnd([0, 1, 2])).toEqual({ againAfterMs: 400 });
    expect(afterEnd([0, 1, 2, 3])).toEqual({ againAfterMs: 800 });
  });

  it('gives up at the fifth end within a minute', () => {
    expect(afterEnd([0, 1, 2, 3, 4])).toBe('give-up');
  });

  it('forgets an end after a minute, so a process that fails now and then is never given up', () => {
    expect(recent([0, 10_000, 59_999], 60_000)).toEqual([10_000, 59_999]);
    expect(recent([0, 10_000], 70_001)).toEqual([]);
  });
});
