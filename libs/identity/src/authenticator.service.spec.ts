import { DomainError } from '@app/common';
import type { Me } from '@app/contracts';
import { JwtService } from '@nestjs/jwt';
import pino from 'pino';
import { AccessTokens, jwtOptions } from './access-token.service';
import { makeApiKey, type ApiKeyRecord } from './api-key';
import { ApiKeyReader } from './api-key.repository';
import { API_KEY_CACHE_MS, Authenticator } from './authenticator.service';
import { RevocationFeed } from './revocation.repository';
import { Revocations } from './revocations.service';

const ANA: Me = { id: 'a'.repeat(24), email: 'ana@example.com', role: 'clerk' };
const SESSION = 'b'.repeat(24);
const KEY_ID = 'c'.repeat(24);

class Keys extends ApiKeyReader {
  readonly records = new Map<string, ApiKeyRecord>();
  asked = 0;

  async find(id: string): Promise<ApiKeyRecord | undefined> {
    this.asked++;
    return this.records.get(id);
  }
}

class NoFeed extends RevocationFeed {
  from = () => Promise.resolve([]);
  since = () => Promise.resolve([]);
}

function setUp(secret = 's'.repeat(32)): {
  tokens: AccessTokens;
  keys: Keys;
  revocations: Revocations;
  authenticator: Authenticator;
} {
  const tokens = new AccessTokens(new JwtService(jwtOptions(secret)), 900);
  const keys = new Keys();
  const revocations = new Revocations(new NoFeed(), { log: pino({ level: 'silent' }), keepMs: 960_000 });
  return { tokens, keys, revocations, authenticator: new Authenticator(tokens, keys, revocations) };
}

function newKey(keys: Keys, record: Partial<ApiKeyRecord> = {}): string {
  const { key, hash } = makeApiKey(KEY_ID);
  keys.records.set(KEY_ID, { id: KEY_ID, name: 'till', role: 'clerk', expiresAt: null, hash, ...record });
  return key;
}

const refused = expect.objectContaining({ code: 'unauthenticated' });

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

describe('an access token', () => {
  it('says who, in which session, until when', () => {
    const { tokens, authenticator } = setUp();
    expect(authenticator.authenticate(tokens.sign(ANA, SESSION))).toEqual({
      kind: 'user',
      id: ANA.id,
      name: ANA.email,
      role: 'clerk',
      sessionId: SESSION,
      expiresAt: Math.floor(Date.now() / 1_000) * 1_000 + 900_000,
    });
  });

  it('is verified once, and refused from its end on', () => {
    const { tokens, authenticator } = setUp();
    const token = tokens.sign(ANA, SESSION);
    expect(authenticator.cached(token)).toBeUndefined();
    const caller = authenticator.authenticate(token);
    expect(authenticator.cached(token)).toBe(caller);
    jest.advanceTimersByTime(900_000);
    expect(authenticator.cached(token)).toBeUndefined();
    expect(() => authenticator.authenticate(token)).toThrow(DomainError);
  });

  it('ends with its session, and another of the same user does not', () => {
    const { tokens, revocations, authenticator } = setUp();
    const [ended, kept] = [tokens.sign(ANA, SESSION), tokens.sign(ANA, 'd'.repeat(24))];
    void authenticator.authenticate(ended);
    void authenticator.authenticate(kept);
    revocations.apply([SESSION]);
    expect(authenticator.cached(ended)).toBeUndefined();
    expect(() => authenticator.authenticate(ended)).toThrow(DomainError);
    expect(authenticator.cached(kept)).toBeDefined();
  });

  it('must be signed with the same secret, by the same algorithm, for this audience, with all that it says', () => {
    const { authenticator } = setUp();
    const secret = jwtOptions('s'.repeat(32)).secret;
    const claims = { sub: ANA.id, email: ANA.email, role: 'clerk', sid: SESSION };
    const sign = (payload: object, options: object): string =>
      new JwtService({ secret, signOptions: { expiresIn: 900, ...options } }).sign(payload);
    const right = { issuer: 'stockwire', audience: 'stockwire' };
    expect(authenticator.authenticate(sign(claims, right))).toMatchObject({ id: ANA.id });
    const wrong = [
      setUp('t'.repeat(32)).tokens.sign(ANA, SESSION),
      sign(claims, { ...right, algorithm: 'HS384' }),
      sign(claims, { ...right, issuer: 'somebody' }),
      sign(claims, { ...right, audience: 'something' }),
      sign({ ...claims, role: 'god' }, right),
      sign({ ...claims, sid: undefined }, right),
      'nonsense',
    ];
    for (const token of wrong) expect(() => authenticator.authenticate(token)).toThrow(DomainError);
  });
});

describe('an API key', () => {
  it('is looked up once, however many ask at the same time', async () => {
    const { keys, authenticator } = setUp();
    const key = newKey(keys);
    const callers = await Promise.all([1, 2, 3].map(async () => authenticator.authenticate(key)));
    expect(callers[0]).toMatchObject({ kind: 'api-key', id: KEY_ID, name: 'till', sessionId: KEY_ID, expiresAt: null });
    expect(authenticator.cached(key)).toBe(callers[0]);
    expect(keys.asked).toBe(1);
  });

  it('is looked up again after a minute', async () => {
    const { keys, authenticator } = setUp();
    const key = newKey(keys);
    await authenticator.authenticate(key);
    keys.records.clear();
    jest.advanceTimersByTime(API_KEY_CACHE_MS + 1);
    await expect(authenticator.authenticate(key)).rejects.toEqual(refused);
  });

  it('that is wrong does not reach the database again and again', async () => {
    const { keys, authenticator } = setUp();
    newKey(keys);
    const wrong = makeApiKey(KEY_ID).key;
    for (let time = 0; time < 3; time++) await expect(authenticator.authenticate(wrong)).rejects.toEqual(refused);
    await expect(authenticator.authenticate('sw_nonsense')).rejects.toEqual(refused);
    expect(keys.asked).toBe(1);
  });

  it('ends in its very millisecond, also when it is known', async () => {
    const { keys, authenticator } = setUp();
    const key = newKey(keys, { expiresAt: new Date(Date.now() + 5_000) });
    await authenticator.authenticate(key);
    jest.advanceTimersByTime(4_999);
    expect(authenticator.cached(key)).toBeDefined();
    jest.advanceTimersByTime(1);
    expect(authenticator.cached(key)).toBeUndefined();
    await expect(authenticator.authenticate(key)).rejects.toEqual(refused);
  });

  it('that is revoked while it is looked up is refused', async () => {
    const { keys, revocations, authenticator } = setUp();
    const lookup = authenticator.authenticate(newKey(keys));
    revocations.apply([KEY_ID]);
    await expect(lookup).rejects.toEqual(refused);
  });
});
