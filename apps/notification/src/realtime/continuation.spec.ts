import { continues } from './continuation';

const PAST = { events: 100_000, ms: 7 * 86_400_000 };
const NOW = Date.parse('2026-01-08T00:00:00.000Z');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): { at: string; seq: number } => ({
  at: new Date(NOW - days * DAY_MS).toISOString(),
  seq: 1,
});

describe('a subscription goes on where it was', () => {
  it('when nothing was missed, however long ago that was', () => {
    expect(continues({ first: undefined, atMost: 1_000_000 }, NOW, PAST)).toBe(true);
  });

  it('unless what it missed first is older than 7 days', () => {
    expect(continues({ first: daysAgo(7), atMost: 1 }, NOW, PAST)).toBe(true);
    expect(continues({ first: daysAgo(7.001), atMost: 1 }, NOW, PAST)).toBe(false);
  });

  it('unless it missed more than 100,000 events', () => {
    expect(continues({ first: daysAgo(1), atMost: 100_000 }, NOW, PAST)).toBe(true);
    expect(continues({ first: daysAgo(1), atMost: 100_001 }, NOW, PAST)).toBe(false);
  });
});
