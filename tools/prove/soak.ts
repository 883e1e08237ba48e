import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, Item } from '@app/contracts';
import { argumentsOf } from '../bench/arguments';
import { residentMb } from '../bench/cpu';
import { percentile } from '../bench/percentile';
import { endOnSignals, Stack, type Part } from '../bench/stack';
import { Api, type Call } from '../demo/api';
import { APPS, opsUrl, type AppName } from '../start/apps';
import { Crowd } from './crowd';
import type { Attempted } from './evidence';
import { judge } from './judge';
import { growthOf, judgeGrowth, type Sample } from './memory';
import { OrderBook, type Article } from './order';
import { Random } from './random';
import { verifyLedger } from './verify';
import { readLedger, readQuantities, watchPolls, watchSocket, type Watcher } from './watch';

const USAGE = `npm run prove:soak -- [--minutes <n>] [--rate <requests a second>] [--seed <n>]
A steady, mixed load on the public API. Fails when an app's memory is more than 20 % higher after the last third of the time
than after the first, or when anything that was acknowledged does not add up at the end.`;

const values = argumentsOf(USAGE, {
  minutes: { type: 'string', default: '6' },
  rate: { type: 'string', default: '200' },
  seed: { type: 'string', default: String(randomInt(1_000_000)) },
});

const ITEMS = 500;
const FIRST_QUANTITY = 1_000;
const TICK_MS = 20;
const SAMPLE_MS = 2_000;
/** Requests under way; one more is left out, and counted: a load that piles up is no steady one. */
const MOST_UNDER_WAY = 200;
/** Left out at most, of all. */
const MOST_LEFT_OUT = 0.05;
const ORDERS = 0.6;
const READ_MS = 15_000;
const CALM_WITHIN_MS = 60_000;
const FAULTS_SHOWN = 40;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Sends so many requests a second, whatever becomes of them. */
class Load {
  readonly faults: string[] = [];
  readonly times: number[] = [];
  sent = 0;
  leftOut = 0;
  unanswered = 0;
  private readonly underWay = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly api: Api,
    private readonly crowd: Crowd,
    private readonly articles: readonly Article[],
    private readonly random: Random,
  ) {}

  start(rate: number): void {
    const began = performance.now();
    this.timer = setInterval(() => {
      const due = ((performance.now() - began) / 1_000) * rate - this.sent - this.leftOut;
      for (let number = 0; number < due; number++) this.begin();
    }, TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
  }

  private begin(): void {
    if (this.underWay.size >= MOST_UNDER_WAY) {
      this.leftOut++;
      return;
    }
    this.sent++;
    const one = this.one().finally(() => this.underWay.delete(one));
    this.underWay.add(one);
  }

  private async one(): Promise<void> {
    const began = performance.now();
    await (this.random.chance(ORDERS) ? this.crowd.order() : this.read());
    this.times.push(performance.now() - began);
  }

  private async read(): Promise<void> {
    const call = this.question();
    const reply = await this.api.send(call, READ_MS).catch(() => undefined);
    if (!reply || reply.status === 503 || reply.status === 504) this.unanswered++;
    else if (reply.status !== 200)
      this.faults.push(`answer: GET ${call.path} got ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  private question(): Call {
    const { random } = this;
    const { id, sku } = random.pick(this.articles);
    const paths = [
      `/items/${id}`,
      `/items/${id}`,
      `/items/${id}`,
      `/items/by-sku/${encodeURIComponent(sku)}`,
      `/items?limit=50&sort=${random.pick(['name', '-quantity', 'sku', '-updatedAt'])}`,
      `/items/${id}/movements?limit=20`,
      `/events?itemId=${id}&limit=50`,
    ];
    return { path: random.pick(paths) };
  }
}

/** What each app holds, again and again. */
class Memory {
  readonly samples = new Map<AppName, Sample[]>(APPS.map((app) => [app, []]));
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly stack: Stack) {}

  start(): void {
    this.running = this.watch();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async watch(): Promise<void> {
    while (!this.stopping) {
      await Promise.all(APPS.map((app) => this.look(app)));
      await sleep(SAMPLE_MS);
    }
  }

  private async look(app: AppName): Promise<void> {
    const pid = this.stack.pid(app);
    if (pid === undefined) return;
    const metrics = await fetch(`${opsUrl(app, this.stack.env)}/metrics`).then((response) => response.text());
    const heap = Number(/^nodejs_heap_size_used_bytes\S* (\d+)/m.exec(metrics)?.[1]) / 2 ** 20;
    this.samples.get(app)?.push({ resident: residentMb(pid), heap });
  }
}

/** Creates what the load is about. */
async function stock(api: Api, run: string): Promise<{ articles: Article[]; attempted: Attempted[] }> {
  const articles: Article[] = [];
  const attempted: Attempted[] = [];
  for (let number = 0; number < ITEMS; number++) {
    const tag = `first-${run}-${number}`;
    const body = { name: `Soak ${number}`, sku: tag, quantity: FIRST_QUANTITY };
    const { id, position } = (await api.patiently<Item>({ method: 'POST', path: '/items', body, key: tag })).body;
    articles.push({ id, sku: tag });
    attempted.push({ tag, outcome: 'acknowledged', changes: [{ change: FIRST_QUANTITY }], position });
  }
  return { articles, attempted };
}

/** Every follower has heard of everything. */
async function calm(api: Api, watchers: readonly Watcher[]): Promise<string[]> {
  const { head } = (await api.patiently<EventPage>({ path: '/events?limit=1' })).body;
  const until = Date.now() + CALM_WITHIN_MS;
  while (Date.now() < until && watchers.some(({ position }) => position < head)) await sleep(100);
  await Promise.all(watchers.map((watcher) => watcher.stop()));
  return watchers.flatMap(({ faults }) => faults.slice(0, 5).map((fault) => `follower: ${fault}`));
}

function judgeLoad({ faults, sent, leftOut }: Load): string[] {
  if (leftOut <= MOST_LEFT_OUT * (sent + leftOut)) return faults;
  return [...faults, `load: ${leftOut} requests were left out, since ${MOST_UNDER_WAY} were under way`];
}

function report({ sent, leftOut, unanswered, times }: Load, crowd: Crowd, memory: Memory): string[] {
  const sorted = [...times].sort((a, b) => a - b);
  const ms = (share: number): string => `${percentile(sorted, share).toFixed(1)} ms`;
  const refused = crowd.attempted.filter(({ outcome }) => outcome === 'refused').length;
  const rows = [...memory.samples].map(([app, samples]) => {
    const { first, last } = growthOf(samples);
    const pair = (what: 'resident' | 'heap'): string => `${first[what].toFixed(0)} → ${last[what].toFixed(0)} MB`;
    return `${app.padEnd(14)} resident ${pair('resident')}, heap ${pair('heap')}, ${samples.length} samples`;
  });
  return [
    `requests ${sent}, left out ${leftOut}, reads without an answer ${unanswered}, writes without one ${crowd.counts.failures}`,
    `operations ${crowd.attempted.length}, refused ${refused}; p50 ${ms(0.5)}, p99 ${ms(0.99)}, longest ${ms(1)}`,
    ...rows,
  ];
}

async function soak(stack: Stack, lost: readonly Part[]): Promise<string[]> {
  const [minutes, rate, seed] = [Number(values.minutes), Number(values.rate), Number(values.seed)];
  say(`${minutes} minutes, ${rate} requests a second, seed ${seed}`);
  const api = new Api(stack.gatewayUrl, stack.admin);
  await api.login();
  const watchers = [await watchSocket(stack.notificationUrl, api), await watchPolls(api)];
  const run = randomBytes(3).toString('hex');
  const { articles, attempted } = await stock(api, run);
  const random = new Random(seed);
  const crowd = new Crowd(api, new OrderBook(random, run, articles), random);
  const load = new Load(api, crowd, articles, random);
  const memory = new Memory(stack);
  memory.start();
  load.start(rate);
  await sleep(minutes * 60_000);
  await memory.stop();
  await load.stop();
  const followed = await calm(api, watchers);
  report(load, crowd, memory).forEach(say);
  const [ledger, quantities] = [await readLedger(api), await readQuantities(api)];
  const evidence = {
    ledger,
    quantities,
    attempted: [...attempted, ...crowd.attempted],
    followed: watchers.map((watcher) => watcher.followed()),
  };
  return [
    ...lost.map((part) => `ended: ${part} ended by itself`),
    ...[...memory.samples].flatMap(([app, samples]) => judgeGrowth(app, growthOf(samples))),
    ...judgeLoad(load),
    ...crowd.faults,
    ...followed,
    ...judge(evidence),
    ...(await verifyLedger(stack, api)),
  ];
}

async function main(): Promise<void> {
  endOnSignals();
  const lost: Part[] = [];
  const stack = await Stack.start({ say, onLost: (part) => lost.push(part) });
  try {
    const faults = await soak(stack, lost);
    faults.slice(0, FAULTS_SHOWN).forEach((fault) => say(`FAULT ${fault.slice(0, 1_000)}`));
    say(faults.length === 0 ? 'PROVED: memory stays, everything adds up' : `NOT PROVED: ${faults.length} faults`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
