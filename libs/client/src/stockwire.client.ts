import { io } from 'socket.io-client';
import type { AlertChange, Change } from './feed';
import type { FollowOptions } from './follower';
import { ImportWatch } from './import-watch';
import type { Item } from './item';
import type { Alert, Cursor, ImportProgress, Member, StockSocket } from './messages.socket';
import { Presence, type PresenceOptions } from './presence';
import { restOf, type Rest } from './rest.client';
import { Rooms } from './rooms';
import type { components } from './schema';
import { Session, type Credentials, type SessionOptions } from './session';
import { Subscription } from './subscription';
import { Transport, type Patience } from './transport';
import { Watch } from './watch';
import type { Threshold } from './watcher';

export interface StockwireOptions extends SessionOptions, Partial<Patience> {
  /** Of the gateway, as in `http://127.0.0.1:6100`. */
  url: string;
  /** Of the sockets; without it, port 6102 beside a gateway at 6100, else the same as the gateway. */
  socketUrl?: string;
  fetch?: typeof globalThis.fetch;
}

/** What brings events: everything, one item, one location by its code, one category by its name. */
export type Room = 'items' | `item:${string}` | `location:${string}` | `category:${string}`;

const PATIENCE: Patience = { patienceMs: 30_000, timeoutMs: 40_000 };

/** A client of Stockwire: the REST API with types, and rooms that are followed without a gap. */
export class Stockwire {
  /** Calls of the API, typed by its document: `stock.api.get('/items/{id}', { params: { path: { id } } })`. */
  readonly api: Rest;
  private readonly session: Session;
  private readonly rooms: Rooms;

  constructor(options: StockwireOptions) {
    const url = options.url.replace(/\/+$/, '');
    const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    const transport = new Transport({ ...PATIENCE, ...given(options) }, fetch);
    this.session = new Session(`${url}/api/v1`, transport, options);
    this.api = restOf(`${url}/api/v1`, transport, this.session);
    this.rooms = new Rooms(this.session, (auth) => socketTo(options.socketUrl ?? socketsBeside(url), auth));
  }

  /** @throws StockwireProblem `unauthenticated`, `rate-limited` */
  async login(email: string, password: string): Promise<components['schemas']['Me']> {
    const user = await this.session.login({ email, password } satisfies Credentials);
    this.rooms.connection.retryNow();
    return user;
  }

  /** Ends the session, and all that follows. */
  async logout(): Promise<void> {
    this.close();
    await this.session.logout();
  }

  /** One item: as it is, then after each of its events; null when it is deleted. And a threshold of one's own for it. */
  item(id: string): {
    subscribe(onChange: (item: Item | null, change: Change) => void, options?: FollowOptions): Subscription;
    watch(threshold: Threshold, onAlert: (alert: Alert) => void, options?: FollowOptions): Watch;
  } {
    return {
      subscribe: (onChange, options = {}) => {
        const listener = (change: Change): void => onChange(change.item ?? null, change);
        return new Subscription(this.rooms, `item:${id}`, true, listener, options);
      },
      watch: (threshold, onAlert, options = {}) => new Watch(this.rooms, id, threshold, onAlert, options),
    };
  }

  /** A room: its events from now on, or from a place that was kept; and who is there. */
  room(name: Room): {
    subscribe(onChange: (change: Change) => void, options?: FollowOptions & { since?: Cursor }): Subscription;
    presence(onMembers: (members: readonly Member[]) => void, options?: PresenceOptions): Presence;
  } {
    return {
      subscribe: (onChange, options = {}) => new Subscription(this.rooms, name, false, onChange, options),
      presence: (onMembers, options = {}) => new Presence(this.rooms, name, onMembers, options),
    };
  }

  /** What is low by its reorder level: those that are, then each that becomes low, or has recovered; or from a place that was kept. */
  alerts(): {
    subscribe(onChange: (change: AlertChange) => void, options?: FollowOptions & { since?: Cursor }): Subscription;
  } {
    return {
      subscribe: (onChange, options = {}) => new Subscription(this.rooms, 'alerts', true, onChange, options),
    };
  }

  /** How far an import is, now and whenever that changes, for those who may import; `closed` by itself after its end. */
  watchImport(id: string, onProgress: (progress: ImportProgress) => void, options: FollowOptions = {}): ImportWatch {
    return new ImportWatch(this.rooms, id, onProgress, options);
  }

  /** Ends every subscription, presence and alert here, and the connection. Watches stay at the server; calls of the API go on working. */
  close(): void {
    this.rooms.close();
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
