import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, Item, LedgerEvent } from '@app/contracts';
import type { Api } from '../demo/api';
import type { FromAudience, ToAudience } from './audience';
import { cpuBetween, markCpu, residentMb } from './cpu';
import { median } from './percentile';
import type { RowResult } from './rows';
import type { Stack } from './stack';

const AUDIENCE = 1_000;
/** Changes a second while CPU is measured: 20,000 callbacks a second are what one core of subscribers can take. */
const PER_SECOND = 20;
const BURST = 10;
const RESUME = { sockets: 200, events: 1_000 };
const IDLE = { before: 500, sockets: 2_000, settleMs: 6_000 };
const NONE = { perSecond: Number.NaN, p50: Number.NaN, p99: Number.NaN, cpuUs: Number.NaN, foreign: Number.NaN };

/** A process of subscribers, or of the raw server; it ends with this one. */
class Child<Request extends ToAudience | string, Answer> {
  private constructor(readonly process: ChildProcess) {}

  static of<Request extends ToAudience | string, Answer>(script: string): Child<Request, Answer> {
    return new Child(fork(join(__dirname, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  async answer(): Promise<Answer> {
    const over = new AbortController();
    const first = (event: 'exit' | 'message'): Promise<unknown[]> => once(this.process, event, { signal: over.signal });
    const ended = first('exit').then(([code]) => Promise.reject(new Error(`a child ended with ${String(code)}`)));
    try {
      const [answer] = (await Promise.race([first('message'), ended])) as [Answer];
      return answer;
    } finally {
      over.abort();
    }
  }

  ask(request: Request): Promise<Answer> {
    const answer = this.answer();
    this.say(request);
    return answer;
  }

  say(request: Request): void {
    this.process.send(request);
  }

  stop(): void {
    this.process.kill();
  }
}

type Audience = Child<ToAudience, FromAudience>;

async function audience(url: string, token: string, sockets: number): Promise<Audience> {
  const child = Child.of<ToAudience, FromAudience>('audience.js');
  await child.ask({ type: 'open', url, token, sockets });
  return child;
}

/** The rows about what many sockets cost, on a stack that does nothing else meanwhile. */
export class SocketBench {
  private changes = 0;

  constructor(
    private readonly stack: Stack,
    private readonly api: Api,
    private readonly options: { seconds: number; rounds: number },
  ) {}

  /** One item's events to a thousand sockets, against a loop over a thousand raw WebSockets with the same text. */
  async fanOut(): Promise<RowResult> {
    const item = await this.newItem();
    const raw = Child.of<string, number>('raw-broadcast.js');
    const rawUrl = `http://127.0.0.1:${await raw.answer()}`;
    const [ours, theirs] = [await this.audience(this.stack.notificationUrl), await this.audience(rawUrl)];
    const room = `item:${item}`;
    await ours.ask({ type: 'enter', room, batch: false });
    await theirs.ask({ type: 'enter', room, batch: false });
    const frame = `42["event",${JSON.stringify({ ...(await this.newest(item)), room })}]`;
    const tools = [ours, theirs].map(({ pid }) => pid);
    const sides = {
      raw: () => this.cpu(raw.pid, tools, theirs, 1, () => Promise.resolve(raw.say(frame))),
      ours: () => this.cpu(this.notification, tools, ours, 1, () => this.change(item)),
    };
    try {
      return await this.compared('fan-out', `an event to ${AUDIENCE} sockets, CPU against raw ws`, 1.25, [
        { system: 'raw ws', measure: sides.raw },
        { system: 'stockwire', measure: sides.ours },
      ]);
    } finally {
      [raw, ours, theirs].forEach((child) => child.stop());
    }
  }

  /** Ten changes in one tick against one, to those who want several in a message. */
  async burst(): Promise<RowResult> {
    const item = await this.newItem();
    const ours = await this.audience(this.stack.notificationUrl);
    await ours.ask({ type: 'enter', room: `item:${item}`, batch: true });
    const measure = (events: number, act: () => Promise<unknown>) => (): Promise<Cost> =>
      this.cpu(this.notification, [ours.pid], ours, events, act);
    try {
      return await this.compared('burst', `${BURST} changes a tick to ${AUDIENCE} batch subscribers, CPU`, 3, [
        { system: '1 change', measure: measure(1, () => this.change(item)) },
        { system: `${BURST} changes`, measure: measure(BURST, () => this.changeAtOnce(item, BURST)) },
      ]);
    } finally {
      ours.stop();
    }
  }

  /** Many come back at the same moment, each with a past of its own to catch up with. */
  async resume(): Promise<RowResult> {
    const item = await this.newItem();
    const times: number[] = [];
    for (let round = 0; round < this.options.rounds; round++) {
      const { epoch, position } = await this.newest(item);
      await this.changeAtOnce(item, RESUME.events);
      const ours = await this.audience(this.stack.notificationUrl, RESUME.sockets);
      await ours.ask({ type: 'enter', room: `item:${item}`, batch: true, since: { epoch, position } });
      times.push((await ours.ask({ type: 'expect', events: RESUME.sockets * RESUME.events })).ms);
      ours.stop();
    }
    return {
      ...row('resume', `${RESUME.sockets} sockets resume ${RESUME.events} events each, batch`, ' ms', 2_000),
      figures: [{ ...NONE, system: 'stockwire' }],
      ratio: median(times),
    };
  }

  /** What a socket that only listens keeps in memory. The first ones pay for code that is compiled and are not counted. */
  async idle(): Promise<RowResult> {
    const item = await this.newItem();
    const enter = { type: 'enter', room: `item:${item}`, batch: false } as const;
    const open = async (sockets: number): Promise<Audience> => {
      const some = await this.audience(this.stack.notificationUrl, sockets);
      await some.ask(enter);
      await sleep(IDLE.settleMs);
      return some;
    };
    const first = await open(IDLE.before);
    const before = residentMb(this.notification);
    const rest = await open(IDLE.sockets);
    const kb = ((residentMb(this.notification) - before) * 1_024) / IDLE.sockets;
    [first, rest].forEach((one) => one.stop());
    const figures = [{ ...NONE, system: 'stockwire' }];
    return { ...row('idle-socket', 'memory of an idle socket', ' KB', 45), figures, ratio: kb };
  }

  private get notification(): number {
    return this.stack.pid('notification') ?? 0;
  }

  private audience(url: string, sockets = AUDIENCE): Promise<Audience> {
    return audience(url, this.api.accessToken, sockets);
  }

  /** In turns, so that what disturbs the machine disturbs both. */
  private async compared(
    id: string,
    label: string,
    atMost: number,
    sides: readonly { system: string; measure: () => Promise<Cost> }[],
  ): Promise<RowResult> {
    const costs: Cost[][] = sides.map(() => []);
    for (const { measure } of sides) await measure();
    for (let round = 0; round < this.options.rounds; round++)
      for (const [index, { measure }] of sides.entries()) costs[index]?.push(await measure());
    const [first = [], second = []] = costs;
    const figures = sides.map(({ system }, index) => {
      const own = costs[index] ?? [];
      const foreign = Math.max(...own.map((cost) => cost.foreign));
      return { ...NONE, system, perSecond: PER_SECOND, cpuUs: median(own.map(({ us }) => us)), foreign };
    });
    const ratio = median(first.map(({ us }, index) => (second[index]?.us ?? Number.NaN) / us));
    return { ...row(id, label, 'x', atMost), figures, ratio };
  }

  /** CPU of one process for one `act`, whose `events` come to all of the audience. */
  private async cpu(
    pid: number,
    tools: readonly number[],
    ours: Audience,
    events: number,
    act: () => Promise<unknown>,
  ): Promise<Cost> {
    const all = [pid, process.pid, ...tools];
    const from = markCpu(all);
    const acts = PER_SECOND * this.options.seconds;
    const came = ours.ask({ type: 'expect', events: acts * events * AUDIENCE });
    for (let began = performance.now(), done = 0; done < acts; done++) {
      await act();
      await sleep(Math.max(0, began + ((done + 1) / PER_SECOND) * 1_000 - performance.now()));
    }
    await came;
    const { servers, foreign } = cpuBetween(from, markCpu(all), [pid], [process.pid, ...tools]);
    return { us: servers / acts, foreign };
  }

  private async newItem(): Promise<string> {
    const body = { name: `Sockets ${++this.changes}`, quantity: 1 };
    return (await this.api.patiently<Item>({ method: 'POST', path: '/items', body, key: `sockets-${this.changes}` }))
      .body.id;
  }

  private async newest(item: string): Promise<LedgerEvent> {
    const { head } = (await this.api.patiently<EventPage>({ path: '/events?limit=1' })).body;
    const { events } = (await this.api.patiently<EventPage>({ path: `/events?after=${head - 1}&itemId=${item}` })).body;
    const [event] = events;
    if (!event) throw new Error('the newest event is of another item');
    return event;
  }

  private change(item: string): Promise<unknown> {
    return this.write(`/items/${item}/movements`, { type: 'adjust', quantity: 1, reason: 'bench' });
  }

  private changeAtOnce(itemId: string, count: number): Promise<unknown> {
    const row = { itemId, type: 'adjust', quantity: 1, reason: 'bench' };
    return this.write('/movements/batch', { rows: Array.from({ length: count }, () => row) });
  }

  private write(path: string, body: object): Promise<unknown> {
    return this.api.patiently({ method: 'POST', path, body, key: `sockets-${++this.changes}` });
  }
}

interface Cost {
  us: number;
  foreign: number;
}

function row(id: string, label: string, unit: string, atMost: number): Omit<RowResult, 'figures'> {
  return { id, label, unit, must: { atMost } };
}
