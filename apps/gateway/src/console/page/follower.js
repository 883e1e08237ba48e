// @ts-check
import { io } from '/console/socket.io.js';

const RETRY_MS = 1_000;

/**
 * @typedef {{ epoch: string, position: number }} Cursor
 * @typedef {{ name: string, batch: boolean, cursor?: Cursor, state: string, snapshot?: any }} Room
 */

/** The socket and the rooms on it, each with the place it has got to: what was lost is followed again from there. */
export class Follower {
  /** @type {Map<string, Room>} */
  rooms = new Map();
  paused = false;
  resets = 0;
  #socket;
  /** Refused as a stranger so many times in a row. */
  #strangers = 0;
  #retry = 0;
  #closed = false;

  /**
   * @param {string} url
   * @param {import('./session.js').Session} session
   * @param {{ event(room: string, event: any): void, changed(): void, said(text: string, kind?: string): void }} shown
   */
  constructor(url, session, shown) {
    this.session = session;
    this.shown = shown;
    this.#socket = io(url, { transports: ['websocket'], auth: (give) => give({ token: session.token }) });
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('disconnect', (reason) => this.#lost(reason));
    this.#socket.on('connect_error', (error) => this.#refused(error));
    this.#socket.on('event', (event) => this.#take(event.room, [event]));
    this.#socket.on('events', ({ room, events }) => this.#take(room, events));
    this.#socket.on('alert', (alert) => this.#alerted(alert));
    this.#socket.on('position', (cursor) => this.#reached(cursor));
    this.#socket.on('lagged', ({ room, position }) => this.#lagged(room, position));
  }

  get state() {
    if (!this.#socket.connected) return this.#socket.active ? 'connecting' : 'offline';
    return this.paused ? 'paused' : 'live';
  }

  get position() {
    return Math.max(0, ...[...this.rooms.values()].map(({ cursor }) => cursor?.position ?? 0));
  }

  /** @param {string} name @param {boolean} batch @param {Cursor} [since] */
  follow(name, batch, since) {
    this.rooms.set(name, { name, batch, state: 'asked', ...(since && { cursor: since }) });
    if (!this.paused) this.#subscribe(name);
    this.shown.changed();
  }

  /** @param {string} name */
  leave(name) {
    this.rooms.delete(name);
    this.#socket.emit('unsubscribe', { room: name }, () => this.shown.said(`left ${name}`));
    this.shown.changed();
  }

  /** Leaves the rooms and keeps their places: nothing waits for this page meanwhile, and nothing is lost. */
  pause() {
    this.paused = true;
    for (const name of this.rooms.keys()) this.#socket.emit('unsubscribe', { room: name }, () => undefined);
    this.shown.said('paused');
    this.shown.changed();
  }

  resume() {
    this.paused = false;
    for (const name of this.rooms.keys()) this.#subscribe(name);
    this.shown.changed();
  }

  /** @param {string} token */
  authenticate(token) {
    this.#socket.emit('authenticate', { token }, (reply) =>
      this.shown.said(reply.ok ? 'authenticated with a fresh token' : `authenticate: ${reply.error.detail}`),
    );
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.rooms.clear();
    this.#socket.disconnect();
  }

  #connected() {
    this.#strangers = 0;
    this.shown.said('connected');
    if (!this.paused) for (const name of this.rooms.keys()) this.#subscribe(name);
    this.shown.changed();
  }

  /** @param {string} reason */
  #lost(reason) {
    this.shown.said(`disconnected: ${reason}`, 'lost');
    this.shown.changed();
    // Told to go, for example because the token ended: with a fresh one it may come again.
    if (reason === 'io server disconnect') void this.#comeAgain();
  }

  /** @param {Error & { data?: { code?: string } }} error */
  #refused(error) {
    this.shown.said(`connection refused: ${error.data?.code ?? error.message}`, 'lost');
    this.shown.changed();
    if (this.#socket.active) return;
    if (error.data?.code !== 'unauthenticated') this.#later(() => this.#socket.connect());
    else if (this.#strangers++ === 0) void this.#comeAgain();
  }

  async #comeAgain() {
    try {
      await this.session.renew();
      if (!this.#closed) this.#socket.connect();
    } catch (error) {
      this.shown.said(`no fresh token: ${error.message}`, 'lost');
      // A session that is over stays so; who does not answer now may do so in a moment.
      if (error.status !== 401) this.#later(() => void this.#comeAgain());
    }
  }

  /** @param {() => void} act */
  #later(act) {
    clearTimeout(this.#retry);
    if (!this.#closed) this.#retry = setTimeout(act, RETRY_MS);
  }

  /** @param {string} name */
  #subscribe(name) {
    const room = this.rooms.get(name);
    if (!room || !this.#socket.connected) return;
    const since = room.cursor;
    const request = { room: name, batch: room.batch, ...(since && { since }) };
    this.#socket.emit('subscribe', request, (reply) => {
      if (this.rooms.get(name) !== room) return;
      if (reply.ok) this.#began(room, reply);
      else {
        room.state = `refused: ${reply.error.detail}`;
        this.shown.said(`subscribe ${name}: ${reply.error.code}`, 'lost');
        if (['unavailable', 'overloaded', 'rate-limited'].includes(reply.error.code))
          setTimeout(() => this.#subscribe(name), RETRY_MS);
      }
      this.shown.changed();
    });
  }

  /** @param {Room} room @param {any} reply */
  #began(room, { epoch, position, snapshot, reset }) {
    room.state = 'live';
    room.cursor = { epoch, position };
    if (snapshot !== undefined) room.snapshot = snapshot;
    if (reset) this.resets++;
    this.shown.said(`${reset ? 'reset: ' : ''}${room.name} from position ${position}`, reset ? 'reset' : '');
  }

  /** @param {string} name @param {any[]} events */
  #take(name, events) {
    const room = this.rooms.get(name);
    if (!room || this.paused) return;
    for (const event of events) {
      room.cursor = { epoch: event.epoch, position: event.position };
      if (room.snapshot) Object.assign(room.snapshot, { name: event.name, ...event.after });
      this.shown.event(name, event);
    }
    this.shown.changed();
  }

  /** Of the room `alerts`, or of a watch that was set elsewhere, which belongs to no room. @param {any} alert */
  #alerted({ kind, name, available, threshold, position }) {
    if (this.paused) return;
    const room = this.rooms.get('alerts');
    if (room?.cursor && kind !== 'watch') room.cursor.position = position;
    this.shown.said(`${kind}: ${name}, ${available} available (${threshold})`, 'alert');
    this.shown.changed();
  }

  /** It speaks for all rooms; one that was just asked for answers for itself. @param {Cursor} cursor */
  #reached({ epoch, position }) {
    for (const room of this.rooms.values())
      if (!this.paused && room.state === 'live' && position > (room.cursor?.position ?? 0))
        room.cursor = { epoch, position };
    this.shown.changed();
  }

  /** @param {string} name @param {number} position */
  #lagged(name, position) {
    const room = this.rooms.get(name);
    this.shown.said(`lagged: ${name} at ${position}`, 'lost');
    if (!room?.cursor) return;
    room.cursor.position = position;
    this.#subscribe(name);
  }
}
