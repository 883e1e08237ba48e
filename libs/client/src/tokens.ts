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
    readonly key: string,
    private storage?: TokenStorage,
  ) {}

  load(): Tokens | undefined {
    try {
      if (this.storage) this.own = tokensFrom(this.storage.getItem(this.key));
    } catch {
      this.storage = undefined;
    }
    return this.own;
  }

  /** A storage that is full or forbidden is as good as none: this tab goes on by itself. */
  save(tokens: Tokens | undefined): void {
    this.own = tokens;
    try {
      if (tokens) this.storage?.setItem(this.key, JSON.stringify(tokens));
      else this.storage?.removeItem(this.key);
    } catch {
      this.storage = undefined;
    }
  }
}

/** What somebody else has written there is nobody's session. */
function tokensFrom(text: string | null): Tokens | undefined {
  try {
    const { accessToken, refreshToken, expiresIn, expiresAt } = JSON.parse(text ?? 'null') as Tokens;
    const sane = [accessToken, refreshToken].every((one) => typeof one === 'string') && expiresIn > 0 && expiresAt >= 0;
    return sane ? { accessToken, refreshToken, expiresIn, expiresAt } : undefined;
  } catch {
    return undefined;
  }
}
