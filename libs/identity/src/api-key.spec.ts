import { hashSecret, looksLikeApiKey, makeApiKey, parseApiKey, sameHash } from './api-key';

const ID = '65a1b2c3d4e5f60718293a4b';

describe('an API key', () => {
  it('names its record, and is kept only as a hash', () => {
    const { key, hash } = makeApiKey(ID);
    const parts = parseApiKey(key);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(parts?.id).toBe(ID);
    expect(hashSecret(parts?.secret ?? '')).toBe(hash);
    expect(hash).not.toContain(parts?.secret);
  });

  it('is different each time', () => {
    expect(makeApiKey(ID).key).not.toBe(makeApiKey(ID).key);
  });

  it.each(['', 'sw_', `sw_${ID}_`, `sw_${ID}_short`, `sw_x_${'a'.repeat(43)}`, `sw_${ID}_${'a'.repeat(44)}`])(
    'is not %p',
    (text) => expect(parseApiKey(text)).toBeUndefined(),
  );

  it('is compared whole', () => {
    expect(sameHash('abc', 'abc')).toBe(true);
    expect(sameHash('abc', 'abd')).toBe(false);
    expect(sameHash('abc', 'abcd')).toBe(false);
  });
});
