import { etagOf, ifMatchOf, isUnchanged } from './etag';

const EPOCH = '8461dc3c-ecc4-4d9a-b6cf-d749162577fd';
const tag = etagOf(1042, EPOCH);

describe('ETag', () => {
  it('changes with every event and with the epoch', () => {
    const tags = [etagOf(1, EPOCH), etagOf(2, EPOCH), etagOf(36, EPOCH), etagOf(1, 'other')];
    expect(new Set(tags).size).toBe(4);
    for (const one of tags) expect(one).toMatch(/^"[!#-~]+"$/);
  });
});

describe('If-None-Match', () => {
  it.each([tag, `W/${tag}`, '*', `"x", ${tag}`, `"x",W/${tag} , "y"`])('knows the version in %s', (header) => {
    expect(isUnchanged(header, tag)).toBe(true);
  });

  it.each([undefined, '"x"', etagOf(1043, EPOCH), tag.slice(1, -1), '', `${tag} ${tag}`])(
    'passes over %s',
    (header) => {
      expect(isUnchanged(header, tag)).toBe(false);
    },
  );
});

describe('If-Match', () => {
  it('accepts any of a list, and any at all with a star', () => {
    expect(ifMatchOf(`${tag}, ${etagOf(7, EPOCH)}`, EPOCH)).toEqual([1042, 7]);
    expect(ifMatchOf(' * ', EPOCH)).toBeUndefined();
  });

  it.each([`W/${tag}`, etagOf(1042, 'other'), '"nonsense"', '""', '"zzzzzzzzzzzz-x"'])(
    'cannot be met by %s',
    (header) => {
      expect(ifMatchOf(header, EPOCH)).toEqual([]);
    },
  );

  it.each(['', 'abc', '1042', `${tag} ${tag}`, '"open', `${tag}, *`, '"a"b"'])(
    'is refused when malformed: %s',
    (header) => {
      expect(() => ifMatchOf(header, EPOCH)).toThrow(expect.objectContaining({ code: 'validation' }));
    },
  );
});
