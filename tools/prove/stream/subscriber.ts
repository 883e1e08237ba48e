import type { ClientToServerEvents, Cursor, Room, ServerToClientEvents } from '@app/contracts';
import { io, type Socket } from 'socket.io-client';
import { digestOfAlert, digestOfEvent, RoomLog } from './log';

export interface SubscriberOptions {
  name: string;
  url: string;
  token: string;
  rooms: { room: Room; batch: boolean }[];
}

/** The server says its position every 5 s: who hears nothing for longer than this has a dead connection. */
const SILENT_MS = 8_000;
const LOOK_MS = 1_000;
const RETRY_MS = 150;
const CONNECT_MS = 4_000;

/** An application that follows some rooms as the documentation says, over whatever happens to its connection. */
export class Subscriber {
  readonly logs: RoomLog[];
  readonly faults: string[] = [];
  /** Connections that were lost; and those of them that were only found out by their silence. */
  lost = 0;
  silences = 0;
  private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  private readonly watchdog: NodeJS.Timeout;
  private readonly timers = new Set<NodeJS.Timeout>();
  private heardAt = Date.now();
  private stopped = false;

  constructor({ name, url, token, rooms }: SubscriberOptions) {
    this.logs = rooms.map(({ room, batch }) => new RoomLog(name, room, batch));
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token },
      reconnectionDelay: 50,
      reconnectionDelayMax: 500,
      // A link that is frozen while a connection is being made must not cost its own patience of 20 s.
      timeout: CONNECT_MS,
    });
    this.socket.on('connect', () => this.logs.forEach((log) => this.subscribe(log)));
    this.socket.on('disconnect', (reason) => this.onDisconnect(reason));
    // Refused by the server: then the client does not try again by itself.
    this.socket.on('connect_error', () => this.socket.active || this.later(() => this.socket.connect()));
    this.listen();
    this.watchdog = setInterval(() => this.watch(), LOOK_MS);
  }

  /** Everything up to `position` has come, as far as the subscriber can know. */
  has(position: number): boolean {
    return this.logs.every((log) => log.live && log.position >= position);
  }

  /** Leaves a room and comes back: where it was, or at the present. */
  comeAgain(log: RoomLog, anew: boolean): void {
    if (!log.live || !this.socket.connected) return;
    const asked = ++log.asked;
    this.socket.emit('unsubscribe', { room: log.room }, (reply) => {
      if (log.asked !== asked) return;
      if (!reply.ok) return this.fail(`${log.name} could not leave: ${reply.error.detail}`);
      log.live = false;
      if (anew) log.giveUp();
      this.subscribe(log);
    });
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.watchdog);
    this.timers.forEach((timer) => clearTimeout(timer));
    this.socket.disconnect();
  }

  private listen(): void {
    const { socket } = this;
    socket.on('event', (event) => {
      const { room, epoch, position } = event;
      this.take(room, epoch, position, () => digestOfEvent(event));
    });
    socket.on('events', ({ room, events }) => {
      for (const event of events) this.take(room, event.epoch, event.position, () => digestOfEvent(event));
    });
    socket.on('alert', (alert) => {
      const epoch = this.logs.find(({ room }) => room === 'alerts')?.cursor?.epoch ?? '';
      this.take('alerts', epoch, alert.position, () => digestOfAlert(alert));
    });
    socket.on('position', (cursor) => {
      this.heardAt = Date.now();
      for (const log of this.logs) log.moveOn(cursor);
    });
    socket.on('lagged', ({ room, position }) => {
      const log = this.logs.find((one) => one.room === room);
      if (!log?.cursor) return this.fail(`${room} lagged, which is not subscribed to`);
      log.live = false;
      log.cursor = { ...log.cursor, position };
      this.subscribe(log);
    });
  }

  private take(room: string, epoch: string, position: number, digest: () => number): void {
    this.heardAt = Date.now();
    const log = this.logs.find((one) => one.room === room);
    if (!log?.live) return this.fail(`${room} brought ${position} outside of a subscription`);
    log.take(epoch, position, digest());
  }

  private subscribe(log: RoomLog): void {
    const asked = ++log.asked;
    const since: Cursor | undefined = log.cursor;
    const request = { room: log.room, batch: log.batch, ...(since && { since }) };
    this.socket.emit('subscribe', request, (reply) => {
      if (log.asked !== asked) return;
      this.heardAt = Date.now();
      if (!reply.ok) {
        // What refuses it now may be starting again.
        this.later(() => log.asked === asked && this.socket.connected && this.subscribe(log));
        return;
      }
      const fault = log.begin(reply, since);
      if (fault !== undefined) this.fail(fault);
    });
  }

  private onDisconnect(reason: string): void {
    this.lost++;
    for (const log of this.logs) {
      log.live = false;
      log.asked++;
    }
    if (reason === 'io server disconnect') this.later(() => this.socket.connect());
  }

  private watch(): void {
    if (!this.socket.connected || Date.now() - this.heardAt < SILENT_MS) return;
    this.silences++;
    this.heardAt = Date.now();
    this.socket.io.engine.close();
  }

  private later(act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.stopped) act();
    }, RETRY_MS);
    this.timers.add(timer);
  }

  private fail(what: string): void {
    this.faults.push(what);
  }
}
