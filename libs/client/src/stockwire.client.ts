import { io } from 'socket.io-client';
import { Connection, type StockSocket } from './connection.socket';
import type { Change, Cursor } from './feed';
import type { Item } from './item';
import { restOf, type Rest } from './rest.client';
import type { components } from './schema';
import { Session, type Credentials, type SessionOptions } from './session';
import { Subscription, type FollowOptions } from './subscription';
import { Transport, type Patience } from './transport';

export interface StockwireOptions extends SessionOptions, Partial<Patience> {
  /** Of the gateway, as in `http://127.0.0.1:6100`. */
  url: string;
  /** Of the sockets; without it, port 6102 beside a gateway at 6100, else the same as the gateway. */
  socketUrl?: string;
  fetch?: typeof globalThis.fetch;
}

const PATIENCE: Patience = { patienceMs: 30_000, timeoutMs: 40_000 };

/** A client of Stockwire: the REST API with types, and rooms that are followed without a gap. */
export class Stockwire {
  /** Calls of the API, typed by its document: `stock.api.get('/items/{id}', { params: { path: { id } } })`. */
  readonly api: Rest;
  private readonly session: Session;
  private readonly connection: Connection;

  constructor(options: StockwireOptions) {
    const url = options.url.replace(/\/+$/, '');
    const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    const transport = new Transport({ ...PATIENCE, ...given(options) }, fetch);
    this.session = new Session(`${url}/api/v1`, transport, options);
    this.api = restOf(`${url}/api/v1`, transport, this.session);
    this.connection = new Connection(this.session, (auth) => socketTo(options.socketUrl ?? socketsBeside(url), auth));
  }

  /** @throws StockwireProblem `unauthenticated`, `rate-limited` */
  async login(email: string, password: string): Promise<components['schemas']['Me']> {
    const user = await this.session.login({ email, password } satisfies Credentials);
    this.connection.retryNow();
    return user;
  }

  /** Ends the session, and all that follows. */
  async logout(): Promise<void> {
    this.close();
    await this.session.logout();
  }

  /** One item: as it is, then after each of its events; null when it is deleted. */
  item(id: string): {
    subscribe(onChange: (item: Item | null, change: Change) => void, options?: FollowOptions): Subscription;
  } {
    return {
      subscribe: (onChange, options = {}) =>
        new Subscription(
          this.connection,
          `item:${id}`,
          true,
          (change) => onChange(change.item ?? null, change),
          options,
        ),
    };
  }

  /** A room, such as `items` for everything: from now on, or from a place that was kept. */
  room(name: string): {
    subscribe(onChange: (change: Change) => void, options?: FollowOptions & { since?: Cursor }): Subscription;
  } {
    return {
      subscribe: (onChange, options = {}) => new Subscription(this.connection, name, false, onChange, options),
    };
  }

  /** Ends every subscription and the connection. Calls of the API go on working. */
  close(): void {
    this.connection.close();
  }
}

function given({ patienceMs, timeoutMs }: Partial<Patience>): Partial<Patience> {
  return { ...(patienceMs !== undefined && { patienceMs }), ...(timeoutMs !== undefined && { timeoutMs }) };
}

function socketsBeside(gateway: string): string {
  const url = new URL(gateway);
  if (url.port === '6100') url.port = '6102';
  return url.origin;
}

function socketTo(url: string, auth: (give: (auth: { token: string }) => void) => void): StockSocket {
  const pace = { reconnectionDelay: 200, reconnectionDelayMax: 5_000 };
  return io(url, { transports: ['websocket'], autoConnect: false, forceNew: true, ...pace, auth });
}
