export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  headers: Headers;
}

/** Calls the REST API of one gateway, with or without a credential. */
export class Api {
  constructor(
    readonly url: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same gateway, with an access token. */
  bearer(token: string): Api {
    return new Api(this.url, { authorization: `Bearer ${token}` });
  }

  /** The same gateway, with an API key. */
  key(key: string): Api {
    return new Api(this.url, { 'x-api-key': key });
  }

  async login(email: string, password: string): Promise<Answer<Tokens>> {
    return this.call<Tokens>('POST', '/auth/login', { email, password });
  }

  get<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.call('GET', path);
  }

  post<Body = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<Body>> {
    return this.call('POST', path, body);
  }

  async call<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : undefined) as Body,
      headers: response.headers,
    };
  }
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  tokenType: string;
  expiresIn: number;
  user: { id: string; email: string; role: string };
}

/** Calls a route with an access token, an API key, or nothing (''), and insists on success. */
export async function callAs<Body>(
  gatewayUrl: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const bare = new Api(gatewayUrl);
  const api = token === '' ? bare : token.startsWith('sw_') ? bare.key(token) : bare.bearer(token);
  const answer = await api.call<Body>(method, path, body);
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
