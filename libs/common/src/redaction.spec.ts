import { plainError, withoutSecrets } from './redaction';

describe('what is cut out of every line of the log', () => {
  it.each([
    ['mongodb://ana:s3cret@db:27017/stockwire', 'mongodb://[secret]@db:27017/stockwire'],
    ['redis://:s3cret@redis:6379/0', 'redis://[secret]@redis:6379/0'],
    ['https://user:s3cret@example.com/hook?a=b', 'https://[secret]@example.com/hook?a=b'],
    ['of eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl here', 'of [secret] here'],
    [`sw_${'a'.repeat(24)}_${'b'.repeat(43)}`, '[secret]'],
    [`sr_${'a'.repeat(24)}_${'b'.repeat(32)}_${'c'.repeat(32)}`, '[secret]'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==', '[secret]'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [secret]'],
    ['Authorization: Basic YW5hOnMzY3JldA==', 'Authorization: Basic [secret]'],
  ])('%s', (text, left) => {
    expect(withoutSecrets(text)).toBe(left);
  });

  it('is nothing else', () => {
    const text = 'ana@example.com GET http://127.0.0.1:6100/api/v1/items?q=a@b swept sr_short whsecret';
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('an error in the log', () => {
  it('is what it says and where it was, without what a library has hung on it', () => {
    const cause = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['s3cret'] }, code: 'E1' });
    const plain = plainError(new Error('no connection', { cause }));
    expect(plain).toMatchObject({
      type: 'Error',
      message: 'no connection',
      cause: { message: 'WRONGPASS', code: 'E1' },
    });
    expect(JSON.stringify(plain)).not.toContain('s3cret');
  });

  it('ends somewhere', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(plainError(error)).match(/"message"/g)).toHaveLength(4);
  });

  it('may be anything that was thrown', () => {
    expect(plainError('text')).toBe('text');
    expect(plainError({ password: 's3cret' })).toBe('object');
  });
});
