// @ts-check
const API = '/api/v1';
/** A token is renewed when so much of its life is over. */
const RENEW_AT = 0.8;

/** What REST refused, in the server's own words. */
export class Refusal extends Error {
  /** @param {string} detail @param {number} status */
  constructor(detail, status) {
    super(detail);
    this.status = status;
  }
}

/**
 * Who is signed in: a person, whose token is renewed in time, or a program by its key. Nothing is kept beyond the page: a reload
 * signs out.
 */
export class Session {
  /** @type {{ accessToken: string, refreshToken: string, expiresIn: number } | undefined} */
  #pair;
  #key = '';
  #timer = 0;
  /** @param {(token: string) => void} onRenewed */
  constructor(onRenewed) {
    this.onRenewed = onRenewed;
  }

  get token() {
    return this.#key || (this.#pair?.accessToken ?? '');
  }

  /** @param {string} email @param {string} password */
  async login(email, password) {
    this.#key = '';
    this.#take(await this.#send('POST', '/auth/login', { email, password }));
    return (await this.me()).email;
  }

  /** @param {string} key */
  async use(key) {
    this.#key = key;
    try {
      return (await this.me()).email;
    } catch (error) {
      // A key that is refused must not stand in the way of the next attempt.
      this.#key = '';
      throw error;
    }
  }

  /** A token that is good, after the one before was not any more. */
  async renew() {
    if (!this.#pair) return;
    this.#take(await this.#send('POST', '/auth/refresh', { refreshToken: this.#pair.refreshToken }));
    this.onRenewed(this.token);
  }

  async end() {
    clearTimeout(this.#timer);
    const ended = this.#pair ? this.#send('POST', '/auth/logout') : undefined;
    this.#pair = undefined;
    this.#key = '';
    // Signed out here in any case; a session that could not be told so ends by its time.
    await ended?.catch(() => undefined);
  }

  me() {
    return this.#send('GET', '/auth/me');
  }

  /** @param {string} text */
  items(text) {
    return this.#send('GET', `/items?limit=10&q=${encodeURIComponent(text)}`);
  }

  async epoch() {
    return (await this.#send('GET', '/events?limit=1')).epoch;
  }

  /** @param {{ accessToken: string, refreshToken: string, expiresIn: number }} pair */
  #take(pair) {
    this.#pair = pair;
    clearTimeout(this.#timer);
    // What fails is tried again when the socket is told to go.
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), pair.expiresIn * RENEW_AT * 1_000);
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #send(method, path, body) {
    const response = await fetch(API + path, {
      method,
      headers: {
        ...(this.#key ? { 'x-api-key': this.#key } : this.token && { authorization: `Bearer ${this.token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : JSON.parse(text);
    const problem = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
    throw new Refusal(problem.detail ?? `The server answered ${response.status}.`, response.status);
  }
}
