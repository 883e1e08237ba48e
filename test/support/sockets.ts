import type {
  Alert,
  Cursor,
  LedgerEvent,
  Presence,
  Refused,
  ServerToClientEvents,
  ClientToServerEvents,
  Subscribed,
  Unwatch,
} from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { Stopwatch } from './stopwatch';

/** What a machine that has much else to do may take for anything; a test as a whole has three times as long. */
export const PATIENCE_MS = 60_000;

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A socket to the notification app, and all that it received, in order. */
export class Subscriber {
  readonly socket: ClientSocket;
  readonly events: (LedgerEvent & { room: string })[] = [];
  readonly batches: { room: string; events: LedgerEvent[] }[] = [];
  readonly positions: Cursor[] = [];
  readonly lagged: { room: string; position: number }[] = [];
  readonly alerts: Alert[] = [];
  readonly unwatched: Unwatch[] = [];
  readonly presences: Presence[] = [];
  readonly disconnects: string[] = [];
  /** What came, in the order in which it came. */
  readonly trace: string[] = [];

  constructor(url: string, token: unknown, options: Partial<ManagerOptions & SocketOptions> = {}) {
    const defaults = { transports: ['websocket'], auth: { token }, forceNew: true, reconnectionDelay: 50 };
    this.socket = io(url, { ...defaults, ...options });
    this.socket.on('event', (event) => {
      this.events.push(event);
      this.trace.push(`event ${event.position}`);
    });
    this.socket.on('events', (batch) => {
      this.batches.push(batch);
      this.events.push(...batch.events.map((event) => Object.assign({}, event, { room: batch.room })));
      this.trace.push(`events ${batch.events.map(({ position }) => position).join(' ')}`);
    });
    this.socket.on('position', (cursor) => {
      this.positions.push(cursor);
      this.trace.push(`position ${cursor.position}`);
    });
    this.socket.on('lagged', (place) => {
      this.lagged.push(place);
      this.trace.push(`lagged ${place.position}`);
    });
    this.socket.on('alert', (alert) => {
      this.alerts.push(alert);
      this.trace.push(`alert ${alert.position}`);
    });
    this.socket.on('unwatched', (watch) => this.unwatched.push(watch));
    this.socket.on('presence', (presence) => this.presences.push(presence));
    this.socket.on('disconnect', (reason) => this.disconnects.push(reason));
  }

  connected(): Promise<this> {
    if (this.socket.connected) return Promise.resolve(this);
    return new Promise((resolve, reject) => {
      this.socket.once('connect', () => resolve(this));
      this.socket.once('connect_error', reject);
    });
  }

  /** Any request, also a wrong one: whatever the client sends, the server has to live with it. */
  ask(event: string, ...args: unknown[]): Promise<{ ok: boolean } & Record<string, unknown>> {
    const untyped: Socket = this.socket;
    return untyped.timeout(PATIENCE_MS).emitWithAck(event, ...args);
  }

  /** Anything at all, without waiting for an answer. */
  say(event: string, ...args: unknown[]): void {
    const untyped: Socket = this.socket;
    untyped.emit(event, ...args);
  }

  async subscribe(room: string, more: { since?: Cursor; batch?: boolean } = {}): Promise<Subscribed> {
    const reply = await this.attempt(room, more);
    if (!reply.ok) throw new Error(`refused: ${reply.error.code} ${reply.error.detail}`);
    return reply;
  }

  /** As `subscribe`, for those that expect to be refused. */
  attempt(room: string, more: { since?: Cursor; batch?: boolean } = {}): Promise<Subscribed | Refused> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no acknowledgement for ${room}`)), PATIENCE_MS);
      this.socket.emit('subscribe', { room, ...more }, (reply) => {
        clearTimeout(timer);
        this.trace.push(reply.ok ? `ack ${reply.position}` : `refused ${reply.error.code}`);
        resolve(reply);
      });
    });
  }

  /** Positions of the events of a room. */
  seen(room: string): number[] {
    return this.events.filter((event) => event.room === room).map(({ position }) => position);
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Resolves when the condition holds; looks every few milliseconds. A time of one's own is for what is promised within it. */
export async function until(condition: () => boolean | Promise<boolean>, ms = PATIENCE_MS, what = 'it'): Promise<void> {
  const watch = new Stopwatch();
  try {
    while (!(await condition())) {
      if (watch.ms > ms) throw new Error(`${what} did not happen within ${ms} ms`);
      await sleep(5);
    }
  } finally {
    watch.stop();
  }
}
