import type { Socket } from 'socket.io-client';
import { backoff } from './backoff';
import type { Status } from './follower';
import type { Reply, Requests, ServerEvents, StockSocket } from './messages.socket';
import { passes, StockwireProblem, type Problem } from './problem.errors';
import type { Grant, Session } from './session';
import { Silence } from './silence';

type Give = (auth: { token: string }) => void;

/** Makes a socket that is not connected yet and asks for its token at each connection. */
export type OpenSocket = (auth: (give: Give) => void) => StockSocket;

/** What the connection is there for, and what is told what becomes of it. */
export interface Tenant {
  readonly status: Status;
  /** A connection is there, which knows nothing of what was asked on the one before. */
  resume(): void;
  /** What is not acknowledged by now never will be. */
  lost(status: Status, problem?: StockwireProblem): void;
}

/** The pages of a browser hear of a lost network long before a connection does, and of the other tabs. */
const page = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;

/** After a fresh token could not be shown for now. */
const SHOW_AGAIN_MS = 1_000;

/** The one socket of a client: there while it has tenants, and connected again whenever it can be. */
export class Connection {
  private readonly tenants = new Set<Tenant>();
  private socket: StockSocket | undefined;
  /** What the server knows of. */
  private shown: Grant | undefined;
  /** In a row: the longer, the rarer it is tried. */
  private failures = 0;
  private strangers = 0;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private readonly silence = new Silence(
    () => this.prompt(),
    () => this.drop(),
  );

  constructor(
    private readonly session: Session,
    private readonly open: OpenSocket,
    private readonly listener: ServerEvents,
  ) {}

  enter(tenant: Tenant): void {
    this.tenants.add(tenant);
    if (!this.socket) this.connect();
    else if (this.socket.connected) queueMicrotask(() => this.tenants.has(tenant) && tenant.resume());
  }

  exit(tenant: Tenant): void {
    this.tenants.delete(tenant);
    if (this.tenants.size === 0) this.disconnect();
  }

  /** Asks on the connection that is there, and false without one: what was asked on a former one is not answered any more. */
  ask<Name extends keyof Requests>(
    name: Name,
    request: Parameters<Requests[Name]>[0],
    answer: (reply: Reply<ReturnType<Requests[Name]>>) => void,
  ): boolean {
    const { socket } = this;
    if (!socket?.connected) return false;
    const acknowledged = (reply: Reply<ReturnType<Requests[Name]>>): void => {
      if (this.socket !== socket) return;
      this.silence.hear();
      if (reply.ok) this.failures = 0;
      answer(reply);
    };
    // Of all names at once the compiler does not see that request and answer belong together.
    const untyped: Socket = socket;
    untyped.emit(name, request, acknowledged);
    return true;
  }

  /** The server said no to a tenant: for good, or for now, and then it is asked again. */
  turnedDown(tenant: Tenant, problem: StockwireProblem): void {
    if (!passes(problem)) {
      tenant.lost('refused', problem);
      return;
    }
    tenant.lost('offline', problem);
    this.later(() => {
      if (this.socket?.connected) this.tenants.forEach((one) => one.status === 'offline' && one.resume());
    });
  }

  close(): void {
    this.tell('closed');
    this.tenants.clear();
    this.disconnect();
  }

  /** After somebody has logged in, here or in another tab: what was refused may be there now, for whoever it is. */
  retryNow(): void {
    this.failures = this.strangers = 0;
    if (this.socket?.connected) void this.renew(this.socket);
    else this.socket?.connect();
  }

  private connect(): void {
    const socket: StockSocket = this.open((give) => void this.authenticate(socket, give));
    this.socket = socket;
    socket.on('connect', () => this.connected(socket));
    socket.on('disconnect', (reason) => this.lost(socket, reason));
    socket.on('connect_error', (error: Error & { data?: Problem }) => this.turnedAway(socket, error));
    socket.onAny(() => this.silence.hear());
    socket.on('events', (batch) => this.listener.events(batch));
    socket.on('alert', (alert) => this.listener.alert(alert));
    socket.on('unwatched', (watch) => this.listener.unwatched(watch));
    socket.on('position', (cursor) => this.listener.position(cursor));
    socket.on('lagged', (place) => this.listener.lagged(place));
    socket.on('presence', (presence) => this.listener.presence(presence));
    socket.on('import', (progress) => this.listener.import(progress));
    page.addEventListener?.('offline', this.drop);
    page.addEventListener?.('online', this.onOnline);
    page.addEventListener?.('storage', this.onStorage);
    socket.connect();
  }

  private disconnect(): void {
    const { socket } = this;
    this.socket = undefined;
    clearTimeout(this.retry);
    clearTimeout(this.renewal);
    this.silence.end();
    page.removeEventListener?.('offline', this.drop);
    page.removeEventListener?.('online', this.onOnline);
    page.removeEventListener?.('storage', this.onStorage);
    socket?.off();
    socket?.disconnect();
  }

  /** Not by `disconnect`, after which only `online` would bring it back: it never comes where the network was only misjudged. */
  private readonly drop = (): void => void this.socket?.io.engine?.close();

  /** Not in its own time, which may be seconds away. */
  private readonly onOnline = (): void => {
    if (this.socket && !this.socket.connected) this.socket.disconnect().connect();
  };

  private readonly onStorage = (event: Event): void => {
    const { key, newValue } = event as Event & { key: string | null; newValue: string | null };
    if (key === this.session.key && newValue !== null) this.retryNow();
  };

  private async authenticate(socket: StockSocket, give: Give): Promise<void> {
    const attempt = ++this.attempts;
    try {
      const grant = await this.session.grant();
      // A second word on a newer connection would be one too many.
      if (attempt !== this.attempts || this.socket !== socket) return;
      this.shown = grant;
      give({ token: grant.token });
    } catch (error) {
      // Else nothing is said, and the attempt ends by its time; then there is another one.
      if (!passes(error)) this.refuse(socket, error);
    }
  }

  private connected(socket: StockSocket): void {
    this.failures = this.strangers = 0;
    this.silence.begin();
    this.renewLater(socket);
    this.tenants.forEach((tenant) => tenant.resume());
  }

  private lost(socket: StockSocket, reason: string): void {
    clearTimeout(this.renewal);
    this.silence.end();
    // Socket.IO would say it on the next connection, where it is said anew anyway, or not wanted any more.
    socket.sendBuffer.length = 0;
    this.tell('offline');
    // Told to go, for example because the token ended: with a fresh one it may come again.
    if (reason === 'io server disconnect') void this.comeAgain(socket);
  }

  /** Refused by the server itself, Socket.IO does not try again; a network that does not answer is tried by Socket.IO. */
  private turnedAway(socket: StockSocket, { message, data }: Error & { data?: Problem }): void {
    this.tell('offline');
    if (socket.active) return;
    const problem = data ? StockwireProblem.of(data) : new StockwireProblem('internal', 0, message);
    if (problem.code !== 'unauthenticated') this.later(() => socket.connect());
    else if (this.strangers++ > 0) this.refuse(socket, problem);
    else void this.comeAgain(socket);
  }

  private async comeAgain(socket: StockSocket): Promise<void> {
    try {
      // Some other request may have renewed it already.
      const { generation } = await this.session.grant();
      if (generation === this.shown?.generation) await this.session.renewed(generation);
      if (this.socket === socket) socket.connect();
    } catch (error) {
      if (!passes(error)) this.refuse(socket, error);
      else if (this.socket === socket) this.later(() => void this.comeAgain(socket));
    }
  }

  private refuse(socket: StockSocket, error: unknown): void {
    if (this.socket !== socket) return;
    socket.disconnect();
    this.tell('refused', StockwireProblem.from(error));
  }

  private later(act: () => void): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(act, backoff(this.failures++));
  }

  /** The connection outlives the token it began with. */
  private renewLater(socket: StockSocket, ms = this.session.renewIn): void {
    clearTimeout(this.renewal);
    if (ms !== undefined) this.renewal = setTimeout(() => void this.renew(socket), ms);
  }

  private async renew(socket: StockSocket): Promise<void> {
    try {
      const grant = await this.session.grant();
      if (this.socket !== socket) return;
      const shown = this.ask('authenticate', { token: grant.token }, (reply) => {
        if (reply.ok) this.renewLater(socket);
        else if (passes(StockwireProblem.of(reply.error))) this.renewLater(socket, SHOW_AGAIN_MS);
        // Of somebody else, for example: that one gets a connection of its own.
        else socket.disconnect().connect();
      });
      if (shown) this.shown = grant;
    } catch {
      // The server ends the connection in its time, and says why when it is made again.
    }
  }

  /** What it knows already; any answer tells that somebody is there. */
  private prompt(): void {
    if (this.shown) this.ask('authenticate', { token: this.shown.token }, () => undefined);
  }

  private tell(status: Status, problem?: StockwireProblem): void {
    this.tenants.forEach((tenant) => tenant.lost(status, problem));
  }
}
