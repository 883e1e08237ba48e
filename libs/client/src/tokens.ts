/** A session's tokens, with the time by this machine's clock. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds that the access token is good for in all. */
  expiresIn: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** `localStorage`, or what is like it. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Where tokens are kept: in memory, or where other tabs and the page after a reload find them too. */
export class TokenStore {
  private own: Tokens | undefined;

  constructor(
    private readonly key: string,
    private readonly storage?: TokenStorage,
  ) {}

  load(): Tokens | undefined {
    if (!this.storage) return this.own;
    const text = this.storage.getItem(this.key);
    return text === null ? undefined : (JSON.parse(text) as Tokens);
  }

  save(tokens: Tokens | undefined): void {
    this.own = tokens;
    if (tokens) this.storage?.setItem(this.key, JSON.stringify(tokens));
    else this.storage?.removeItem(this.key);
  }
}
