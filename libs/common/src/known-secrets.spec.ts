import { isKnownToAll } from './known-secrets';

describe('a secret that everybody knows', () => {
  it.each([
    'change-me',
    'CHANGEME',
    'please-change-this-secret-0000000',
    '<your secret>',
    'replace_me_with_32_bytes',
    'password',
    'Password123!',
    'adminadmin',
    'stockwire',
    'secret',
    'administrator1',
    'passw0rd',
    'redis://:password@redis:6379/0',
    'mongodb://root:example@mongo:27017/stockwire?replicaSet=rs',
  ])('is %s', (secret) => {
    expect(isKnownToAll(secret)).toBe(true);
  });

  it.each([
    'correct-horse-battery',
    'x'.repeat(32),
    '0f'.repeat(32),
    'password-of-ana-is-long',
    'mongodb://127.0.0.1/test',
    'redis://redis:6379/0',
    'mongodb://stockwire:9f8e7d@mongo:27017/stockwire',
    'rootbeer',
    'admins-of-leeds-1',
  ])('is not %s', (secret) => {
    expect(isKnownToAll(secret)).toBe(false);
  });
});
