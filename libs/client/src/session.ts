import { exclusively } from './lock';
import { StockwireProblem } from './problem.errors';
import type { components } from './schema';
import { TokenStore, type Tokens, type TokenStorage } from './tokens';
import type { Transport } from './transport';

type TokenPair = components['schemas']['TokenPair'];

export interface Credentials {
  email: string;
  password: string;
}

export interface SessionOptions {
  /** For programs: instead of logging in. */
  apiKey?: string;
  /** Asked for at the first request, and when the session has ended, for programs that log in. */
  credentials?: Credentials | (() => Credentials | Promise<Credentials>);
  /** Where the tokens are kept, as in `localStorage`: shared by all tabs, and there after a reload. In memory without it. */
  storage?: TokenStorage;
}

/** What shows who is asking. */
export interface Grant {
  token: string;
  header: [name: string, value: string];
  /** Tells it from the one after it, which may have the very same token if it was made within a second. */
  generation: string;
}

/** An access token is renewed when it is good for no longer than this part of its life, or this long. */
const MARGIN = { part: 0.2, mostMs: 30_000 };

/** Who this client is. Tokens are renewed in time, once for all who need it, in this tab and in the others. */
export class Session {
  private readonly tokens: TokenStore;
  private readonly lock: string;
  /** Under way in this tab, and of which grant. */
  private renewing: { generation: string | undefined; grant: Promise<Grant> } | undefined;

  constructor(
    private readonly url: string,
    private readonly transport: Transport,
    private readonly options: SessionOptions,
  ) {
    this.tokens = new TokenStore(`stockwire ${url}`, options.storage);
    this.lock = `stockwire ${url}${options.storage ? '' : ` ${Math.random()}`}`;
  }

  /** Under which the tokens are kept in the storage. */
  get key(): string {
    return this.tokens.key;
  }

  /** Milliseconds until the token is to be renewed; undefined for what does not end. */
  get renewIn(): number | undefined {
    const tokens = this.options.apiKey === undefined ? this.tokens.load() : undefined;
    return tokens && Math.max(0, tokens.expiresAt - marginOf(tokens) - Date.now());
  }

  async login(credentials: Credentials): Promise<TokenPair['user']> {
    const pair = await this.post('/auth/login', credentials);
    this.keep(pair);
    return pair.user;
  }

  async logout(): Promise<void> {
    const tokens = this.tokens.load();
    if (!tokens) return;
    const { token } = await this.grant().catch(() => grantOf(tokens));
    this.tokens.save(undefined);
    const headers = { authorization: `Bearer ${token}` };
    await this.transport.send(new Request(`${this.url}/auth/logout`, { method: 'POST', headers }), true);
  }

  /**
   * A token that is good for a while yet.
   * @throws StockwireProblem `unauthenticated` when nobody is logged in, or the session has ended
   */
  async grant(): Promise<Grant> {
    const { apiKey } = this.options;
    if (apiKey !== undefined) return { token: apiKey, header: ['x-api-key', apiKey], generation: apiKey };
    const tokens = this.tokens.load();
    if (tokens && tokens.expiresAt - marginOf(tokens) > Date.now()) return grantOf(tokens);
    return this.renewed(tokens?.refreshToken);
  }

  /** A grant in place of one that is not good any more: one request for all who need it, whichever tab they are in. */
  async renewed(generation: string | undefined): Promise<Grant> {
    if (this.options.apiKey !== undefined) throw signedOut();
    // Else those who ask while there is no answer would stand in line, each with its own patience.
    if (this.renewing && this.renewing.generation === generation) return this.renewing.grant;
    const grant = exclusively(this.lock, () => this.renew(generation), this.options.storage);
    const renewing = (this.renewing = { generation, grant });
    try {
      return await renewing.grant;
    } finally {
      if (this.renewing === renewing) this.renewing = undefined;
    }
  }

  private async renew(generation: string | undefined): Promise<Grant> {
    const tokens = this.tokens.load();
    if (tokens && tokens.refreshToken !== generation) return grantOf(tokens);
    return this.keep((tokens && (await this.refreshed(tokens))) ?? (await this.loggedIn()));
  }

  private async refreshed({ refreshToken }: Tokens): Promise<TokenPair | undefined> {
    try {
      return await this.post('/auth/refresh', { refreshToken });
    } catch (error) {
      if (!(error instanceof StockwireProblem) || error.status !== 401) throw error;
      this.tokens.save(undefined);
      return undefined;
    }
  }

  private async loggedIn(): Promise<TokenPair> {
    const { credentials } = this.options;
    if (!credentials) throw signedOut();
    return this.post('/auth/login', typeof credentials === 'function' ? await asked(credentials) : credentials);
  }

  /** Safe to repeat: a refresh whose answer was lost has spent its token, and then the session is over with or without it. */
  private async post(path: string, body: object): Promise<TokenPair> {
    const headers = { 'content-type': 'application/json' };
    const request = new Request(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const response = await this.transport.send(request, true);
    const answer: unknown = await response.json().catch(() => undefined);
    // A hotel's login page is an answer too.
    if (!response.ok || answer === undefined) throw StockwireProblem.of(answer, response.status);
    return answer as TokenPair;
  }

  private keep({ accessToken, refreshToken, expiresIn }: TokenPair): Grant {
    const tokens = { accessToken, refreshToken, expiresIn, expiresAt: Date.now() + expiresIn * 1_000 };
    this.tokens.save(tokens);
    return grantOf(tokens);
  }
}

function grantOf({ accessToken, refreshToken }: Tokens): Grant {
  return { token: accessToken, header: ['authorization', `Bearer ${accessToken}`], generation: refreshToken };
}

function marginOf({ expiresIn }: Tokens): number {
  return Math.min(MARGIN.mostMs, expiresIn * 1_000 * MARGIN.part);
}

async function asked(credentials: () => Credentials | Promise<Credentials>): Promise<Credentials> {
  try {
    return await credentials();
  } catch (cause) {
    throw new StockwireProblem('unauthenticated', 401, 'There are no credentials.', {}, { cause });
  }
}

function signedOut(): StockwireProblem {
  return new StockwireProblem('unauthenticated', 401, 'Nobody is logged in, or the session has ended.');
}
