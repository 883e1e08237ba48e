import {
  canonical,
  fingerprintOf,
  idempotencyKeyOf,
  keyedOperationId,
  minPositionOf,
  newOperationId,
} from './operation';

const ana = { kind: 'user', id: '65a1b2c3d4e5f60718293a4b' } as const;

describe('the operation of a key', () => {
  it('is the same for the same caller and key, and of 32 hexadecimal digits', () => {
    expect(keyedOperationId(ana, 'k')).toBe(keyedOperationId({ ...ana }, 'k'));
    expect(keyedOperationId(ana, 'k')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('never meets the one of another caller, kind or key', () => {
    const ids = [
      keyedOperationId(ana, 'k'),
      keyedOperationId(ana, 'k:1'),
      keyedOperationId({ ...ana, kind: 'api-key' }, 'k'),
      keyedOperationId({ ...ana, id: 'x' }, 'k'),
      // The parts of these run together to the same text, with or without quotes between them.
      keyedOperationId({ kind: 'user', id: 'a' }, 'bc'),
      keyedOperationId({ kind: 'user', id: 'ab' }, 'c'),
      keyedOperationId({ kind: 'user', id: 'a' }, 'b","c'),
      keyedOperationId({ kind: 'user', id: 'a","b' }, 'c'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an operation without a key', () => {
  it('is never the same again, and sorts by time', () => {
    const ids = Array.from({ length: 1_000 }, (_, at) => newOperationId(1_700_000_000_000 + at));
    expect(new Set(ids).size).toBe(1_000);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('Idempotency-Key', () => {
  it('may be missing, or have 1 to 255 visible characters', () => {
    expect(idempotencyKeyOf({})).toBeUndefined();
    expect(idempotencyKeyOf({ 'idempotency-key': '"a,b"' })).toBe('"a,b"');
    expect(idempotencyKeyOf({ 'idempotency-key': 'x'.repeat(255) })).toHaveLength(255);
  });

  it.each(['', ' ', 'a b', 'k, k', 'ü', 'x'.repeat(256), '\u0000'])('is refused when malformed: %j', (key) => {
    expect(() => idempotencyKeyOf({ 'idempotency-key': key })).toThrow(
      expect.objectContaining({ code: 'idempotency-key-invalid' }),
    );
  });
});

describe('the fingerprint of a request', () => {
  it('does not depend on the order of members', () => {
    const one = fingerprintOf('POST', '/items', { name: 'a', attributes: { x: 1, y: [1, { a: 1, b: 2 }] } });
    const other = fingerprintOf('POST', '/items', { attributes: { y: [1, { b: 2, a: 1 }], x: 1 }, name: 'a' });
    expect(one).toBe(other);
  });

  it('depends on method, path, every value and the order of lists', () => {
    const prints = [
      fingerprintOf('POST', '/items', { a: [1, 2] }),
      fingerprintOf('PUT', '/items', { a: [1, 2] }),
      fingerprintOf('POST', '/item', { a: [1, 2] }),
      fingerprintOf('POST', '/items', { a: [2, 1] }),
      fingerprintOf('POST', '/items', { a: ['1', 2] }),
      fingerprintOf('POST', '/items', { a: [12] }),
      fingerprintOf('POST', '/items', undefined),
      fingerprintOf('POST', '/items', {}),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('sees what JSON.parse makes of hostile keys', () => {
    expect(canonical(JSON.parse('{"b":1,"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1},"b":1}');
  });
});

describe('X-Min-Position', () => {
  it('is a whole number or refused', () => {
    expect(minPositionOf({})).toBeUndefined();
    expect(minPositionOf({ 'x-min-position': '12' })).toBe(12);
    for (const text of ['', '-1', '1.5', '1e3', '12, 13', 'abc', '9'.repeat(16)]) {
      expect(() => minPositionOf({ 'x-min-position': text })).toThrow(expect.objectContaining({ code: 'validation' }));
    }
  });
});
