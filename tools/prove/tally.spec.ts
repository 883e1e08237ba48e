import { judgePhase, Tally } from './tally';

const WRITE = { method: 'POST', path: '/movements' } as const;
const RETRY = new Headers({ 'retry-after': '1' });

function tallyOf(...answers: [status: number, ms: number, headers?: Headers][]): Tally {
  const tally = new Tally();
  for (const [status, ms, headers] of answers) tally.note(WRITE, status, ms, headers);
  return tally;
}

describe('what is promised of an outage', () => {
  const promised = { answersWithin: { write: 2_000 }, healsWithin: 10_000 };

  it('is kept by quick refusals and a quick return', () => {
    const tally = tallyOf([201, 30], [503, 1_500, RETRY], [504, 1_900]);
    expect(judgePhase('MongoDB', tally, 3_000, promised)).toEqual([]);
  });

  it.each([
    ['500', tallyOf([500, 10]), 100],
    ['without Retry-After', tallyOf([503, 10]), 100],
    ['2500 ms, not 2000', tallyOf([504, 2_500]), 100],
    ['healed after 11000 ms', tallyOf([503, 10, RETRY]), 11_000],
    ['nothing was acknowledged', tallyOf([503, 10, RETRY]), undefined],
  ])('is broken: %s', (told, tally, healed) => {
    expect(judgePhase('MongoDB', tally, healed, promised)).toEqual([expect.stringContaining(told)]);
  });

  it('may be that nothing is noticed at all', () => {
    const goesOn = { goesOn: true, healsWithin: 1_000 };
    expect(judgePhase('Redis', tallyOf([201, 30], [409, 30]), 100, goesOn)).toEqual([]);
    expect(judgePhase('Redis', tallyOf([0, 30], [503, 30, RETRY]), 100, goesOn)).toEqual([
      'Redis: 2 requests failed, and nothing should have',
    ]);
  });
});
