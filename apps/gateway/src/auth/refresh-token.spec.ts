import {
  formatRefreshToken,
  hashesOf,
  isOfFamily,
  newRefreshToken,
  nextGeneration,
  parseRefreshToken,
} from './refresh-token';

const SESSION = 'a'.repeat(24);

describe('a refresh token', () => {
  it('is read as it was written', () => {
    const token = newRefreshToken(SESSION);
    expect(parseRefreshToken(formatRefreshToken(token))).toEqual(token);
    expect(parseRefreshToken('nonsense')).toBeUndefined();
    expect(parseRefreshToken(`${formatRefreshToken(token)}0`)).toBeUndefined();
  });

  it('is followed by one of the same family and another generation', () => {
    const token = newRefreshToken(SESSION);
    const next = nextGeneration(token);
    expect(isOfFamily(next, hashesOf(token))).toBe(true);
    expect(hashesOf(next).generation).not.toBe(hashesOf(token).generation);
  });

  it('of another login is of another family', () => {
    expect(isOfFamily(newRefreshToken(SESSION), hashesOf(newRefreshToken(SESSION)))).toBe(false);
  });

  it('is kept as hashes only', () => {
    const token = newRefreshToken(SESSION);
    const kept = JSON.stringify(hashesOf(token));
    expect(kept).not.toContain(token.family);
    expect(kept).not.toContain(token.generation);
  });
});
