import { fork } from 'node:child_process';
import { join } from 'node:path';
import { APPS, type AppName } from '../start/apps';
import { residentMb } from './cpu';
import { Generator, type Measurement } from './generator';
import { median } from './percentile';
import type { Pushed, PushJob } from './push';
import { figuresOf, ratioOf, type Contender, type Row, type RowResult, type Systems } from './rows';
import type { Stack } from './stack';
import type { Delivered, WebhooksJob } from './webhooks';

export interface BenchOptions {
  seconds: number;
  rounds: number;
  say: (line: string) => void;
}

const ENDPOINTS = 10;
const WEBHOOK_EVENTS = 2_000;
const SUBSCRIBERS = 200;
const PUSHES_PER_SECOND = 300;
const NONE = { perSecond: Number.NaN, p50: Number.NaN, p99: Number.NaN, cpuUs: Number.NaN, foreign: Number.NaN };

/** Measures row after row on one running stack, and keeps the account of both sides. */
export class Bench {
  private readonly peak = new Map<AppName, number>();
  private readonly sampling: NodeJS.Timeout;

  constructor(
    private readonly stack: Stack,
    private readonly systems: Systems,
    private readonly generator: Generator,
    private readonly options: BenchOptions,
  ) {
    this.sampling = setInterval(() => this.sample(), 250);
  }

  stop(): void {
    clearInterval(this.sampling);
  }

  async row(row: Row): Promise<RowResult> {
    if (row.gateway) await this.stack.restart('gateway', row.gateway);
    const contenders = await row.sides(this.systems);
    try {
      return await this.compare(row, contenders);
    } finally {
      if (row.gateway) await this.stack.restart('gateway');
      if (contenders.some(({ inventories }) => inventories)) await this.stack.inventories(1);
    }
  }

  /** In turns, so that what disturbs the machine disturbs both. */
  private async compare(row: Row, contenders: Contender[]): Promise<RowResult> {
    const rounds: Measurement[][] = contenders.map(() => []);
    const faults = new Set<string>();
    for (let round = 0; round < this.options.rounds; round++) {
      for (const [index, contender] of contenders.entries()) {
        const measured = await this.measure(row, contender);
        rounds[index]?.push(measured);
        for (const [what, times] of Object.entries(measured.errors))
          faults.add(`${contender.name}: ${times} x ${what}`);
      }
    }
    for (const side of new Set(contenders.map(({ side: one }) => one))) {
      const fault = await side.check();
      if (fault !== undefined) faults.add(`${side.name} does not add up: ${fault}`);
    }
    const [first = [], second = []] = rounds;
    const ratios = first.flatMap((one, index) => {
      const other = second[index];
      return other ? ratioOf(row.by, one, other) : [];
    });
    return {
      id: row.id,
      label: row.label,
      unit: 'x',
      must: row.must,
      ...(row.reach && { reach: row.reach }),
      figures: contenders.map(({ name }, index) => figuresOf(name, rounds[index] ?? [])),
      ...(faults.size > 0 ? { refused: [...faults].join('; ') } : { ratio: median(ratios) }),
    };
  }

  private async measure(row: Row, { side, work, inventories }: Contender): Promise<Measurement> {
    if (inventories) await this.stack.inventories(inventories);
    const beside = row.besidePerSecond && { work: side.work('adjust'), perSecond: row.besidePerSecond };
    const measureMs = this.options.seconds * 1_000;
    const job = { work, clients: row.clients, warmUpMs: row.warmUpMs ?? Math.min(2_000, measureMs / 2), measureMs };
    const measured = await this.generator.run({ ...job, ...(beside && { beside }) }, side.pids());
    side.book(measured);
    return measured;
  }

  /** `item`: each subscriber follows an item of its own. `items`: each follows everything, which is 60,000 callbacks a second. */
  async push(room: PushJob['room'], subscribers = SUBSCRIBERS): Promise<RowResult[]> {
    const { stockwire } = this.systems;
    const result = await inProcess<PushJob, Pushed>('push.js', {
      gatewayPort: this.stack.ports.GATEWAY_PORT,
      notificationUrl: this.stack.notificationUrl,
      token: stockwire.api.accessToken,
      ids: stockwire.ids.slice(0, subscribers),
      room,
      perSecond: PUSHES_PER_SECOND,
      warmUpMs: 2_000,
      measureMs: this.options.seconds * 2_000,
    });
    stockwire.book(result);
    const faults = Object.entries(result.errors).map(([what, times]) => `${times} x ${what}`);
    if (result.perSecond < PUSHES_PER_SECOND * 0.97)
      faults.push(`only ${Math.round(result.perSecond)} adjusts/s were sent`);
    const sums = await stockwire.check();
    if (sums !== undefined) faults.push(sums);
    const refused = faults.length > 0 ? { refused: faults.join('; ') } : {};
    const figures = [
      { ...NONE, system: stockwire.name, perSecond: result.perSecond, p50: result.p50, p99: result.p99 },
    ];
    const what = room === 'item' ? 'each its item' : 'all of them everything';
    const label = `push, ${PUSHES_PER_SECOND} adjusts/s, ${subscribers} subscribers, ${what}`;
    const common = { figures, unit: ' ms', ...refused };
    const bounds = room === 'items' ? NO_BOUNDS : subscribers > SUBSCRIBERS ? CROWD_BOUNDS : PUSH_BOUNDS;
    const id = `push-${room}-${subscribers}`;
    return [
      { ...common, ...bounds.p50, id: `${id}-p50`, label: `${label}: p50`, ratio: result.p50 },
      { ...common, ...bounds.p99, id: `${id}-p99`, label: `${label}: p99`, ratio: result.p99, figures },
    ];
  }

  /** How fast a burst of events reaches ten endpoints on this machine. */
  async webhooks(): Promise<RowResult> {
    const { stockwire } = this.systems;
    const result = await inProcess<WebhooksJob, Delivered>('webhooks.js', {
      gatewayUrl: this.stack.gatewayUrl,
      token: stockwire.api.accessToken,
      ids: stockwire.ids.slice(0, SUBSCRIBERS),
      endpoints: ENDPOINTS,
      events: WEBHOOK_EVENTS,
    });
    stockwire.book(result);
    const faults = Object.entries(result.errors).map(([what, times]) => `${times} x ${what}`);
    const sums = await stockwire.check();
    if (sums !== undefined) faults.push(sums);
    return {
      id: 'webhooks',
      label: `webhooks, ${WEBHOOK_EVENTS} events to ${ENDPOINTS} endpoints`,
      figures: [{ ...NONE, system: stockwire.name, perSecond: result.perSecond }],
      ratio: result.perSecond,
      unit: '/s',
      must: { atLeast: 500 },
      ...(faults.length > 0 && { refused: faults.join('; ') }),
    };
  }

  idleMemory(): RowResult[] {
    return this.memory('idle', (app) => residentMb(this.stack.pid(app) ?? 0), 140);
  }

  /** The highest that was seen since the start. */
  loadedMemory(): RowResult[] {
    return this.memory('under load, peak', (app) => this.peak.get(app) ?? Number.NaN, 220);
  }

  private memory(when: string, of: (app: AppName) => number, atMost: number): RowResult[] {
    return APPS.map((app) => ({
      id: `memory-${app}-${when}`,
      label: `memory of ${app}, ${when}`,
      figures: [{ ...NONE, system: 'stockwire' }],
      ratio: of(app),
      unit: ' MB',
      must: { atMost },
    }));
  }

  private sample(): void {
    for (const app of APPS) {
      const pid = this.stack.pid(app);
      if (pid === undefined) continue;
      try {
        this.peak.set(app, Math.max(this.peak.get(app) ?? 0, residentMb(pid)));
      } catch {
        // It is being restarted: there is nothing to read for a moment.
      }
    }
  }
}

const PUSH_BOUNDS = {
  p50: { must: { atMost: 0.5 }, reach: { atMost: 0.2 } },
  p99: { must: { atMost: 5 }, reach: { atMost: 3 } },
} as const;

const CROWD_BOUNDS = { p50: { must: {} }, p99: { must: { atMost: 10 } } };
const NO_BOUNDS = { p50: { must: {} }, p99: { must: {} } };

/** A measurement in a process of its own. */
function inProcess<Job extends object, Result>(script: string, job: Job): Promise<Result> {
  const child = fork(join(__dirname, script), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise<Result>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
    child.once('message', ({ result }: { result: Result }) => resolve(result));
    child.send(job);
  }).finally(() => child.kill());
}
