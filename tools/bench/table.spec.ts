import { Account } from './account';
import { median, percentile } from './percentile';
import { figuresOf, ratioOf, type RowResult } from './rows';
import { table, verdict } from './table';

const FIGURES = { system: 'stockwire', perSecond: 5_000, p50: 12, p99: 30, cpuUs: 300, foreign: 0.02 };

function row(over: Partial<RowResult>): RowResult {
  return { id: 'row', label: 'a row', figures: [FIGURES], ratio: 3, unit: 'x', must: { atLeast: 2.5 }, ...over };
}

describe('the table of the bench', () => {
  it('judges a ratio by its bounds, whichever way they point', () => {
    expect(verdict(row({}))).toBe('ok');
    expect(verdict(row({ reach: { atLeast: 3 } }))).toBe('reached');
    expect(verdict(row({ ratio: 2.4 }))).toBe('short');
    expect(verdict(row({ ratio: 1.2, must: { atMost: 1.1 } }))).toBe('short');
    expect(verdict(row({ must: {} }))).toBe('');
  });

  it('prints no ratio after an error, and says what went wrong', () => {
    const { ratio: _, ...refused } = row({ refused: 'plain: 3 x 500: no' });
    const text = table([refused]);
    expect(verdict(refused)).toBe('REFUSED');
    expect(verdict(row({ ratio: Number.NaN }))).toBe('REFUSED');
    expect(text).not.toMatch(/3x|NaN/);
    expect(text).toContain('a row: plain: 3 x 500: no');
  });

  it('says when something else was running', () => {
    expect(table([row({})])).not.toContain('relied');
    expect(table([row({ figures: [{ ...FIGURES, foreign: 0.4 }] })])).toContain('no figure is to be relied on');
  });
});

describe('the account of what was acknowledged', () => {
  it('adds up only when both the changes and the pieces do', () => {
    const account = new Account(100);
    account.book({ entries: 3, pieces: 2 });
    account.book({ entries: 1, pieces: -1 });
    expect(account.compare({ entries: 4, pieces: 101 })).toBeUndefined();
    expect(account.compare({ entries: 3, pieces: 101 })).toContain('4 changes acknowledged and 3 recorded');
    expect(account.compare({ entries: 4, pieces: 100 })).toContain('101 pieces by them and 100 on hand');
  });
});

describe('the figures of a row', () => {
  const round = {
    answered: 100,
    ms: 1_000,
    p50: 2,
    p99: 9,
    entries: 0,
    pieces: 0,
    errors: {},
    servers: 5_000,
    foreign: 0,
  };

  it('compares throughput by what is more, and latency by what is less', () => {
    const twice = { ...round, answered: 200, p50: 1 };
    expect(ratioOf('throughput', round, twice)).toBe(2);
    expect(ratioOf('p50', round, twice)).toBe(0.5);
  });

  it('takes medians over the rounds, and the worst disturbance', () => {
    const rounds = [round, { ...round, p50: 3, foreign: 0.3 }, { ...round, p50: 90 }];
    expect(figuresOf('plain', rounds)).toEqual({
      system: 'plain',
      perSecond: 100,
      p50: 3,
      p99: 9,
      cpuUs: 50,
      foreign: 0.3,
    });
    expect(median([1, 2])).toBe(1.5);
    expect(percentile([], 0.5)).toBeNaN();
    expect(percentile([1, 2, 3, 4], 0.99)).toBe(4);
  });
});
