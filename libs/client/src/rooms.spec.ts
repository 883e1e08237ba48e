import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertChange } from './feed';
import type { Status } from './follower';
import { ImportWatch } from './import-watch';
import type { Alert, ImportProgress, Member, StockSocket } from './messages.socket';
import { Presence } from './presence';
import { StockwireProblem } from './problem.errors';
import { Rooms } from './rooms';
import type { Grant, Session } from './session';
import { Subscription } from './subscription';
import { Watch } from './watch';

type Ack = (reply: object) => void;
interface Question {
  name: string;
  request: Record<string, unknown>;
  ack: Ack;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const REFUSED = (code: string): object => ({ ok: false, error: { code, status: 409, detail: code } });

/** The client's end of a line, the server's end of which is the spec. */
class Line extends EventEmitter {
  connected = false;
  active = false;
  sendBuffer: unknown[] = [];
  readonly questions: Question[] = [];
  readonly io = { engine: { close: (): void => this.drop() } };

  override emit(name: string, request: never, ack: never): boolean {
    this.questions.push({ name, request, ack });
    return true;
  }

  override off(): this {
    return this.removeAllListeners();
  }

  onAny(heard: () => void): this {
    return this.on('any', heard);
  }

  connect(): this {
    this.active = true;
    return this;
  }

  disconnect(): this {
    this.active = false;
    this.drop('io client disconnect');
    return this;
  }

  /** What the server sends. */
  tell(name: string, payload?: unknown): void {
    super.emit('any');
    super.emit(name, payload);
  }

  async open(): Promise<void> {
    this.connected = true;
    this.tell('connect');
    await turn();
  }

  drop(reason = 'transport close'): void {
    if (!this.connected) return;
    this.connected = false;
    this.questions.length = 0;
    this.tell('disconnect', reason);
  }

  /** What was asked since the last look, without the acknowledgements. */
  get asked(): [string, object][] {
    return this.questions.map(({ name, request }) => [name, request]);
  }

  async answer(name: string, reply: object): Promise<void> {
    const index = this.questions.findIndex((question) => question.name === name);
    const [question] = this.questions.splice(index, index < 0 ? 0 : 1);
    if (!question) throw new Error(`${name} was not asked, but ${JSON.stringify(this.asked)}`);
    question.ack(reply);
    await turn();
  }

  async begin(position = 10, more: object = {}): Promise<void> {
    await this.answer('subscribe', { ok: true, room: 'r', epoch: 'e', position, ...more });
  }
}

/** A session whose grants are these, one after the other. */
function sessionOf(...grants: (string | Error)[]): Session {
  const grant = (): Promise<Grant> => {
    const next = (grants.length > 1 ? grants.shift() : grants[0]) ?? 'token';
    if (next instanceof Error) return Promise.reject(next);
    return Promise.resolve({ token: next, header: ['authorization', next], generation: next });
  };
  return { grant, renewed: grant, key: 'key', renewIn: undefined } as unknown as Session;
}

let line: Line;
let lines = 0;
let authenticate: (give: (auth: { token: string }) => void) => void;

function roomsOf(session = sessionOf('token')): Rooms {
  return new Rooms(session, (auth) => {
    lines++;
    authenticate = auth;
    line = new Line();
    return line as unknown as StockSocket;
  });
}

class Told {
  readonly statuses: string[] = [];
  readonly onStatus = (status: Status, problem?: StockwireProblem): void => {
    this.statuses.push(problem ? `${status} ${problem.code}` : status);
  };
}

const member = (activity: string): Member => ({ name: 'ana', activity, since: '2026-01-01T00:00:00Z' });
const alert = (position: number, over: Partial<Alert> = {}): Alert => ({
  kind: 'low-stock',
  itemId: 'a',
  sku: null,
  name: 'Heart',
  available: 1,
  threshold: 3,
  position,
  ...over,
});

describe('alerts', () => {
  const follow = (rooms: Rooms, told: string[]): Subscription =>
    new Subscription(
      rooms,
      'alerts',
      true,
      (change: AlertChange) =>
        told.push(
          change.kind === 'alert'
            ? `${change.position} ${change.alert.kind}`
            : `${change.reset ? 'reset' : 'from'} ${change.position} ${change.low.map(({ id }) => id).join()}`,
        ),
      {},
    );

  it('begin with what is low, and come once, in order, over a lost connection', async () => {
    const rooms = roomsOf();
    const told: string[] = [];
    follow(rooms, told);
    await line.open();
    await line.begin(10, { snapshot: [{ id: 'a' }], truncated: true });
    line.tell('alert', alert(11));
    // Of a watch, which is not of the room.
    line.tell('alert', alert(12, { kind: 'watch' }));
    line.drop();
    await line.open();
    expect(line.asked).toEqual([['subscribe', { room: 'alerts', batch: true, since: { epoch: 'e', position: 11 } }]]);
    await line.begin(11);
    line.tell('alert', alert(11));
    line.tell('alert', alert(13, { kind: 'recovered' }));
    expect(told).toEqual(['from 10 a', '11 low-stock', '13 recovered']);
    rooms.close();
  });

  it('begin for a later one with what is low by then, and nobody misses one meanwhile', async () => {
    const rooms = roomsOf();
    const [first, second]: [string[], string[]] = [[], []];
    follow(rooms, first);
    await line.open();
    await line.begin(10, { snapshot: [{ id: 'a' }] });
    follow(rooms, second);
    await turn();
    await line.begin(12, { snapshot: [{ id: 'b' }] });
    await line.begin(10);
    for (const position of [11, 12, 13]) line.tell('alert', alert(position));
    expect(first).toEqual(['from 10 a', '11 low-stock', '12 low-stock', '13 low-stock']);
    expect(second).toEqual(['from 12 b', '13 low-stock']);
    rooms.close();
  });

  it('begin anew after a reset, with the list', async () => {
    const rooms = roomsOf();
    const told: string[] = [];
    follow(rooms, told);
    await line.open();
    await line.begin(10, { snapshot: [] });
    line.drop();
    await line.open();
    await line.begin(3, { epoch: 'other', snapshot: [{ id: 'z' }], reset: true });
    line.tell('alert', alert(4));
    expect(told).toEqual(['from 10 ', 'reset 3 z', '4 low-stock']);
    rooms.close();
  });
});

describe('a watch', () => {
  const watch = (rooms: Rooms, alerts: Alert[], told = new Told(), below = 3): Watch =>
    new Watch(rooms, 'a', { below }, (one) => alerts.push(one), told);
  const standing = alert(20, { kind: 'watch' });

  it('is said again on every connection, and the alert that a dead line swallowed comes with the answer, once', async () => {
    const rooms = roomsOf();
    const alerts: Alert[] = [];
    const told = new Told();
    watch(rooms, alerts, told);
    await line.open();
    expect(line.asked).toEqual([['watch', { itemId: 'a', below: 3 }]]);
    await line.answer('watch', { ok: true });
    line.drop();
    await line.open();
    await line.answer('watch', { ok: true, alert: standing });
    expect(alerts).toEqual([standing]);
    line.tell('alert', standing);
    line.tell('alert', alert(21));
    line.tell('alert', alert(22, { kind: 'watch', itemId: 'b' }));
    expect(alerts).toEqual([standing]);
    expect(told.statuses).toEqual(['live', 'offline', 'live']);
    rooms.close();
  });

  it('is one for all of a tab, and stays at the server when nobody listens any more', async () => {
    const rooms = roomsOf();
    const [first, second]: [Alert[], Alert[]] = [[], []];
    const one = watch(rooms, first);
    await line.open();
    await line.answer('watch', { ok: true });
    const other = watch(rooms, second, new Told(), 5);
    await turn();
    expect(line.asked).toEqual([['watch', { itemId: 'a', below: 5 }]]);
    await line.answer('watch', { ok: true, alert: standing });
    expect([first, second]).toEqual([[standing], [standing]]);
    one.unsubscribe();
    other.unsubscribe();
    expect(line.questions).toEqual([]);
    expect([line.connected, other.status]).toEqual([false, 'closed']);
  });

  it('that is ended is ended as soon as there is a connection', async () => {
    const rooms = roomsOf();
    const alerts: Alert[] = [];
    const told = new Told();
    const one = watch(rooms, alerts, told);
    await line.open();
    await line.answer('watch', { ok: true });
    line.drop();
    one.unwatch();
    await line.open();
    expect(line.asked).toEqual([['unwatch', { itemId: 'a' }]]);
    line.tell('alert', standing);
    await line.answer('unwatch', { ok: true });
    expect(alerts).toEqual([]);
    expect(told.statuses).toEqual(['live', 'offline', 'closed']);
    expect(line.connected).toBe(false);
  });

  it('that is ended in another tab is ended here too, unless it is just being set again', async () => {
    const rooms = roomsOf();
    const told = new Told();
    watch(rooms, [], told);
    await line.open();
    line.tell('unwatched', { itemId: 'a' });
    await line.answer('watch', { ok: true });
    line.tell('unwatched', { itemId: 'b' });
    expect(told.statuses).toEqual(['live']);
    line.tell('unwatched', { itemId: 'a' });
    expect(told.statuses).toEqual(['live', 'closed']);
    expect([line.connected, line.questions]).toEqual([false, []]);
  });

  it('that is set while the line is lost says so', async () => {
    const rooms = roomsOf();
    const told = new Told();
    watch(rooms, []);
    await line.open();
    line.drop();
    watch(rooms, [], told, 5);
    await turn();
    await line.open();
    expect(line.asked).toEqual([['watch', { itemId: 'a', below: 5 }]]);
    await line.answer('watch', { ok: true });
    expect(told.statuses).toEqual(['offline', 'live']);
    rooms.close();
  });

  it('that is refused for good says why, and what passes is asked for again', async () => {
    const rooms = roomsOf();
    const told = new Told();
    watch(rooms, [], told);
    await line.open();
    await line.answer('watch', REFUSED('unavailable'));
    await sleep(250);
    await line.answer('watch', REFUSED('not-found'));
    await sleep(250);
    expect(line.questions).toEqual([]);
    expect(told.statuses).toEqual(['offline unavailable', 'refused not-found']);
    rooms.close();
  });
});

describe('an import', () => {
  const standing = (applied: number, status: ImportProgress['status'] = 'running'): ImportProgress => ({
    id: 'a',
    kind: 'items',
    status,
    rows: 9,
    applied,
    rejected: 0,
  });
  const look = (rooms: Rooms, seen: number[], told = new Told()): ImportWatch =>
    new ImportWatch(rooms, 'a', ({ applied }) => seen.push(applied), told);

  it('is asked for on every connection, told when it has changed, and closed when it is over', async () => {
    const rooms = roomsOf();
    const seen: number[] = [];
    const told = new Told();
    const watch = look(rooms, seen, told);
    await line.open();
    expect(line.asked).toEqual([['watchImport', { id: 'a' }]]);
    await line.answer('watchImport', { ok: true, import: standing(0, 'queued') });
    line.tell('import', standing(3));
    line.tell('import', standing(3));
    line.tell('import', { ...standing(4), id: 'b' });
    line.drop();
    await line.open();
    await line.answer('watchImport', { ok: true, import: standing(3) });
    line.tell('import', standing(9, 'done'));
    expect(seen).toEqual([0, 3, 9]);
    expect(told.statuses).toEqual(['live', 'offline', 'live', 'closed']);
    expect([line.connected, watch.progress?.status]).toEqual([false, 'done']);
  });

  it('is asked for once in a tab, and let go with the last who looks', async () => {
    const rooms = roomsOf();
    new Subscription(rooms, 'items', false, () => undefined, {});
    const [first, second]: [number[], number[]] = [[], []];
    const one = look(rooms, first);
    await line.open();
    await line.begin();
    await line.answer('watchImport', { ok: true, import: standing(3) });
    const other = look(rooms, second);
    await turn();
    line.tell('import', standing(4));
    expect([first, second]).toEqual([
      [3, 4],
      [3, 4],
    ]);
    one.unsubscribe();
    expect(line.asked).toEqual([]);
    other.unsubscribe();
    expect(line.asked).toEqual([['unwatchImport', { id: 'a' }]]);
    line.tell('import', standing(5));
    expect([second.at(-1), other.status]).toEqual([4, 'closed']);
    rooms.close();
  });

  it('that is refused for good says why, and what passes is asked for again', async () => {
    const rooms = roomsOf();
    const told = new Told();
    look(rooms, [], told);
    await line.open();
    await line.answer('watchImport', REFUSED('unavailable'));
    await sleep(250);
    await line.answer('watchImport', REFUSED('not-found'));
    expect(told.statuses).toEqual(['offline unavailable', 'refused not-found']);
    rooms.close();
  });
});

describe('presence', () => {
  const enter = (rooms: Rooms, seen: string[], activity?: string, told = new Told()): Presence =>
    new Presence(rooms, 'items', (members) => seen.push(members.map((one) => one.activity).join()), {
      ...(activity !== undefined && { activity }),
      onStatus: told.onStatus,
    });

  it('is said when the room is entered, on every connection, and with every heartbeat', async () => {
    const rooms = roomsOf();
    const seen: string[] = [];
    const told = new Told();
    enter(rooms, seen, 'counting', told);
    await line.open();
    // Not before: the server has it for subscribers only.
    expect(line.asked.map(([name]) => name)).toEqual(['subscribe']);
    await line.begin();
    await line.answer('presence', { ok: true, members: [member('counting')] });
    line.tell('presence', { room: 'items', members: [member('counting'), member('packing')] });
    line.drop();
    await line.open();
    await line.begin();
    expect(line.asked).toEqual([['presence', { room: 'items', activity: 'counting' }]]);
    await line.answer('presence', { ok: true, members: [member('counting')] });
    line.tell('position', { epoch: 'e', position: 10 });
    await line.answer('presence', { ok: true, members: [member('counting')] });
    expect(seen).toEqual(['counting', 'counting,packing', 'counting']);
    expect(told.statuses).toEqual(['live', 'offline', 'live']);
    rooms.close();
  });

  it('of a tab is that of the last who does something there, and ends with the last who looks', async () => {
    const rooms = roomsOf();
    const follower = new Subscription(rooms, 'items', false, () => undefined, {});
    const looking = enter(rooms, []);
    const counting = enter(rooms, [], 'counting');
    await line.open();
    await line.begin();
    expect(line.asked).toEqual([['presence', { room: 'items', activity: 'counting' }]]);
    await line.answer('presence', { ok: true, members: [member('counting')] });
    counting.announce('packing');
    counting.announce('resting');
    await line.answer('presence', { ok: true, members: [member('packing')] });
    expect(line.asked).toEqual([['presence', { room: 'items', activity: 'resting' }]]);
    // Still unanswered, and yet the last word is the last one.
    counting.unsubscribe();
    looking.unsubscribe();
    expect(line.asked.at(-1)).toEqual(['presence', { room: 'items', activity: null }]);
    expect([line.connected, follower.status]).toEqual([true, 'live']);
    line.tell('position', { epoch: 'e', position: 10 });
    expect(line.asked).toHaveLength(2);
    rooms.close();
  });

  it('in a room that is full says so, and is tried again with every heartbeat', async () => {
    const rooms = roomsOf();
    const told = new Told();
    enter(rooms, [], 'counting', told);
    await line.open();
    await line.begin();
    await line.answer('presence', REFUSED('overloaded'));
    line.tell('position', { epoch: 'e', position: 10 });
    await line.answer('presence', { ok: true, members: [member('counting')] });
    expect(told.statuses).toEqual(['offline overloaded', 'live']);
    rooms.close();
  });
});

describe('the connection', () => {
  const watch = (rooms: Rooms, told: Told): Watch => new Watch(rooms, 'a', { below: 3 }, () => undefined, told);
  const follow = (rooms: Rooms, told = new Told()): Subscription =>
    new Subscription(rooms, 'items', false, () => undefined, told);

  it('leaves nothing behind: no line, no timer, nothing that is told', async () => {
    const rooms = roomsOf(sessionOf(new StockwireProblem('unreachable', 0, 'gone')));
    const told = new Told();
    const follower = follow(rooms, told);
    await line.open();
    line.drop('io server disconnect');
    rooms.close();
    await sleep(300);
    expect(line.active).toBe(false);
    // What was under way when it was closed must not bring it back.
    expect(Reflect.get(rooms.connection, 'socket')).toBeUndefined();
    expect((Reflect.get(rooms.connection, 'retry') as NodeJS.Timeout | undefined)?.hasRef() ?? false).toBe(false);
    expect(told.statuses).toEqual(['offline', 'closed']);
    follower.unsubscribe();
  });

  it('gives up only what is refused: a gateway that is away for minutes is waited for', async () => {
    const away = new StockwireProblem('unavailable', 503, 'away');
    const rooms = roomsOf(sessionOf(away, away, 'fresh'));
    const told = new Told();
    follow(rooms, told);
    await line.open();
    line.drop('io server disconnect');
    line.active = false;
    await sleep(700);
    expect([line.active, told.statuses]).toEqual([true, ['offline']]);
    rooms.close();
  });

  it('tries a fresh token whatever else was refused before', async () => {
    const rooms = roomsOf(sessionOf('old', 'new'));
    const told = new Told();
    follow(rooms, told);
    const turnedAway = (code: string): void => {
      line.active = false;
      line.tell('connect_error', Object.assign(new Error(code), { data: { code, status: 401, detail: code } }));
    };
    turnedAway('overloaded');
    turnedAway('unauthenticated');
    await sleep(50);
    expect([line.active, told.statuses]).toEqual([true, ['offline']]);
    turnedAway('unauthenticated');
    expect(told.statuses).toEqual(['offline', 'refused unauthenticated']);
    rooms.close();
  });

  it('is made anew when the token is somebody else’s', async () => {
    const rooms = roomsOf();
    const told = new Told();
    follow(rooms, told);
    await line.open();
    await line.begin();
    rooms.connection.retryNow();
    await turn();
    await line.answer('authenticate', REFUSED('forbidden'));
    expect([line.active, line.connected, told.statuses]).toEqual([true, false, ['live', 'offline']]);
    rooms.close();
  });

  describe('on which nothing arrives', () => {
    beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] }));
    afterEach(() => jest.useRealTimers());

    it('is asked whether somebody is there, and given up when nobody is', async () => {
      const rooms = roomsOf();
      const told = new Told();
      watch(rooms, told);
      authenticate(() => undefined);
      await line.open();
      await line.answer('watch', { ok: true });
      jest.advanceTimersByTime(10_000);
      expect(line.asked).toEqual([['authenticate', { token: 'token' }]]);
      await line.answer('authenticate', REFUSED('unauthenticated'));
      jest.advanceTimersByTime(10_000);
      expect(line.asked).toEqual([['authenticate', { token: 'token' }]]);
      jest.advanceTimersByTime(5_000);
      expect([line.connected, line.active, told.statuses]).toEqual([false, true, ['live', 'offline']]);
      rooms.close();
      expect(jest.getTimerCount()).toBe(0);
    });

    it('is asked nothing while something does', async () => {
      const rooms = roomsOf();
      follow(rooms);
      await line.open();
      await line.begin();
      for (let beats = 0; beats < 10; beats++) {
        jest.advanceTimersByTime(5_000);
        line.tell('position', { epoch: 'e', position: 10 });
      }
      expect([line.connected, line.asked]).toEqual([true, []]);
      rooms.close();
    });
  });

  it('says nothing later that was to be said before it broke', async () => {
    const rooms = roomsOf();
    follow(rooms);
    await line.open();
    line.sendBuffer.push('a packet');
    line.drop();
    expect(line.sendBuffer).toEqual([]);
    rooms.close();
  });

  it('gives a subscriber nothing after it was closed, not even the rest of a message', async () => {
    const rooms = roomsOf();
    const told: number[] = [];
    new Subscription(
      rooms,
      'items',
      false,
      ({ position }: { position: number }) => {
        told.push(position);
        if (position === 11) rooms.close();
      },
      {},
    );
    await line.open();
    await line.begin();
    line.tell('events', { room: 'items', events: [11, 12].map((position) => ({ position, seq: 1, type: 'x' })) });
    expect(told).toEqual([10, 11]);
  });

  it('knows a category by the name that the server has for it', async () => {
    const rooms = roomsOf();
    const told: number[] = [];
    const listener = ({ position }: { position: number }): number => told.push(position);
    new Subscription(rooms, 'category:Cafe\u0301', false, listener, {});
    await line.open();
    await line.begin();
    line.tell('events', { room: 'category:Caf\u00e9', events: [{ position: 11, seq: 1, type: 'x' }] });
    expect(told).toEqual([10, 11]);
    rooms.close();
  });

  it('gives the token of the newest attempt only', async () => {
    const rooms = roomsOf();
    follow(rooms);
    const given: string[] = [];
    authenticate(() => given.push('first'));
    authenticate(() => given.push('second'));
    await turn();
    expect(given).toEqual(['second']);
    expect(lines).toBeGreaterThan(0);
    rooms.close();
  });
});
