import { EdgeConfig, Setting, proxies, whole } from '@app/common';
import { LIMITS } from '@app/contracts';

/** Requests a minute; 0 means no limit. */
const perMinute = whole(0, 1_000_000);

/** Settings of identity and of the limits: the gateway's own configuration extends it. */
export class AuthConfig extends EdgeConfig {
  @Setting({
    env: 'JWT_REFRESH_TTL',
    doc: 'Seconds after which a session that was not refreshed ends.',
    parse: whole(60, 31_536_000),
  })
  refreshTtl = 2_592_000;

  @Setting({ env: 'ADMIN_EMAIL', doc: 'Of the first admin; used only when there is no user yet.', parse: email })
  adminEmail = 'admin@stockwire.local';

  @Setting({
    env: 'ADMIN_PASSWORD',
    doc: 'Of the first admin, 12 to 128 characters; used only when there is no user yet. The launcher makes one.',
    parse: password,
    secret: true,
  })
  adminPassword = '';

  @Setting({
    env: 'RATE_LIMIT_LOGINS',
    doc: 'Attempts to log in a minute, for each account and for each address; 0 = no limit.',
    parse: whole(0, 10_000),
  })
  rateLimitLogins = 10;

  @Setting({
    env: 'RATE_LIMIT_WRITES',
    doc: 'Changing requests a minute for each caller: a user, an API key, or else an address; 0 = no limit.',
    parse: perMinute,
  })
  rateLimitWrites = 6_000;

  @Setting({ env: 'RATE_LIMIT_READS', doc: 'The same for GET; 0 = no limit.', parse: perMinute })
  rateLimitReads = 30_000;

  @Setting({
    env: 'TRUST_PROXY',
    doc: 'Addresses or networks of the proxies in front, whose X-Forwarded-For is believed; true believes anyone.',
    parse: proxies,
  })
  trustProxy: boolean | string[] = false;
}

function email(text: string): string {
  if (!/^[\x21-\x3f\x41-\x7e]{1,64}@[\x21-\x3f\x41-\x7e]+$/.test(text)) throw new Error('must be an e-mail address');
  return text.toLowerCase();
}

function password(text: string): string {
  const { length } = Array.from(text);
  if (length < LIMITS.passwordMin || length > LIMITS.passwordMax) {
    throw new Error(`must have ${LIMITS.passwordMin} to ${LIMITS.passwordMax} characters`);
  }
  // As it arrives from a client: the validation of the edge normalises texts.
  return text.normalize('NFC');
}
