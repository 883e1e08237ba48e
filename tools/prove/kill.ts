import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, Item } from '@app/contracts';
import { argumentsOf, misused } from '../bench/arguments';
import { endOnSignals, Stack, type Part } from '../bench/stack';
import { Api } from '../demo/api';
import { Crowd } from './crowd';
import type { Attempted, Evidence } from './evidence';
import { judge } from './judge';
import { OrderBook, type Article } from './order';
import { PLANTS, spoil, type Plant } from './plant';
import { Random } from './random';
import { verifyLedger } from './verify';
import { readLedger, readQuantities, watchPolls, watchSocket, type Watcher } from './watch';

const USAGE = `npm run prove:kill -- [--cycles <n>] [--seed <n>] [--clients <n>] [--keep] [--plant ${PLANTS.join('|')}]
Kills one part after the other under load and proves that nothing acknowledged is lost or doubled.
--keep leaves data and logs of the run where they are, and says where.
--plant spoils the evidence before it is judged, to see that the proof can fail.`;

const values = argumentsOf(USAGE, {
  cycles: { type: 'string', default: '20' },
  seed: { type: 'string', default: String(randomInt(1_000_000)) },
  clients: { type: 'string', default: '24' },
  plant: { type: 'string' },
  keep: { type: 'boolean', default: false },
});

const ITEMS = 40;
const FIRST_QUANTITY = 200;
const WRITES_AGAIN_WITHIN_MS = 60_000;
const CALM_WITHIN_MS = 60_000;
const FAULTS_SHOWN = 40;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** How long nothing was acknowledged after a kill, and after the part was ready again. */
interface Outage {
  part: Part;
  sinceKill: number;
  sinceReady: number;
}

class Proof {
  readonly faults: string[] = [];
  readonly outages: Outage[] = [];
  /** Of its own, so that the order of the kills does not depend on how far the clients got. */
  private readonly random: Random;
  private readonly api: Api;
  private readonly attempted: Attempted[] = [];
  private readonly articles: Article[] = [];
  private readonly run = randomBytes(3).toString('hex');
  private watchers: Watcher[] = [];
  crowd: Crowd;

  constructor(
    private readonly stack: Stack,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.api = new Api(stack.gatewayUrl, stack.admin);
    const clients = new Random(seed + 1);
    this.crowd = new Crowd(this.api, new OrderBook(clients, this.run, this.articles), clients);
  }

  async begin(clients: number): Promise<void> {
    await this.api.login();
    this.watchers = [await watchSocket(this.stack.notificationUrl, this.api), await watchPolls(this.api)];
    for (let number = 0; number < ITEMS; number++) {
      const tag = `first-${this.run}-${number}`;
      const body = { name: `Proof ${number}`, sku: tag, quantity: FIRST_QUANTITY };
      const { id, position } = (await this.api.patiently<Item>({ method: 'POST', path: '/items', body, key: tag }))
        .body;
      this.articles.push({ id, sku: tag });
      this.attempted.push({ tag, outcome: 'acknowledged', changes: [{ change: FIRST_QUANTITY }], position });
    }
    this.crowd.start(clients);
  }

  /** Kills the parts in rounds, each once a round, in a new order. Now and then two go at once. */
  async kill(cycles: number): Promise<void> {
    let round: Part[] = [];
    for (let cycle = 1; cycle <= cycles; cycle++) {
      if (round.length === 0) round = this.random.shuffled(this.stack.parts);
      const victims = round.splice(0, this.random.chance(0.2) ? 2 : 1);
      await sleep(this.random.whole(300, 1_800));
      await this.killNow(victims, cycle);
    }
  }

  private async killNow(victims: Part[], cycle: number): Promise<void> {
    const again = this.crowd.writingAgain(WRITES_AGAIN_WITHIN_MS);
    const killedAt = performance.now();
    await Promise.all(victims.map((part) => this.stack.kill(part)));
    await sleep(this.random.whole(0, 400));
    // Databases first, as the launcher does it: an app that starts waits for them.
    const isDatabase = (part: Part): boolean => part === 'mongod' || part === 'redis';
    await Promise.all(victims.filter(isDatabase).map((part) => this.stack.begin(part)));
    await Promise.all(victims.filter((part) => !isDatabase(part)).map((part) => this.stack.begin(part)));
    const readyAt = performance.now();
    const sinceKill = await again;
    const name = victims.join(' and ');
    if (sinceKill === undefined) {
      this.faults.push(`outage: nothing was acknowledged within ${WRITES_AGAIN_WITHIN_MS / 1_000} s after ${name}`);
      return;
    }
    const sinceReady = Math.max(0, killedAt + sinceKill - readyAt);
    if (victims.length === 1 && victims[0]) this.outages.push({ part: victims[0], sinceKill, sinceReady });
    say(
      `${String(cycle).padStart(4)}  killed ${name.padEnd(26)} ready after ${ms(readyAt - killedAt)}, ` +
        `writing again after ${ms(sinceKill)}, ${ms(sinceReady)} after ready; ${this.crowd.counts.requests} requests`,
    );
  }

  /** All clients know where they stand, and every follower has heard of it. */
  async calm(): Promise<void> {
    await this.crowd.stop();
    await this.crowd.repeatSome(200);
    await this.crowd.misuseSome(20);
    const { head } = (await this.api.patiently<EventPage>({ path: '/events?limit=1' })).body;
    const until = Date.now() + CALM_WITHIN_MS;
    while (Date.now() < until && this.watchers.some(({ position }) => position < head)) await sleep(100);
    await Promise.all(this.watchers.map((watcher) => watcher.stop()));
    for (const { faults } of this.watchers)
      this.faults.push(...faults.slice(0, 5).map((fault) => `follower: ${fault}`));
  }

  async evidence(): Promise<Evidence> {
    return {
      ledger: await readLedger(this.api),
      attempted: [...this.attempted, ...this.crowd.attempted],
      quantities: await readQuantities(this.api),
      followed: this.watchers.map((watcher) => watcher.followed()),
    };
  }

  verification(): Promise<string[]> {
    return verifyLedger(this.stack, this.api);
  }
}

function ms(value: number): string {
  return `${Math.round(value)} ms`.padStart(8);
}

function summary(proof: Proof, evidence: Evidence): string[] {
  const happened = new Set(evidence.ledger.map(({ tag }) => tag));
  const of = (outcome: Attempted['outcome']): Attempted[] =>
    evidence.attempted.filter((one) => one.outcome === outcome);
  const unknown = of('unknown');
  const { requests, failures, repeats } = proof.crowd.counts;
  const lines = [
    `operations ${evidence.attempted.length}: acknowledged ${of('acknowledged').length}, refused ${of('refused').length}, ` +
      `ambiguous ${unknown.length} of which ${unknown.filter(({ tag }) => happened.has(tag)).length} happened`,
    `requests ${requests}: ${failures} without a good answer, ${repeats} repeats of known keys; events ${evidence.ledger.length}`,
  ];
  for (const part of new Set(proof.outages.map((outage) => outage.part))) {
    const own = proof.outages.filter((outage) => outage.part === part);
    const worst = (value: (outage: Outage) => number): string => ms(Math.max(...own.map(value))).trim();
    lines.push(
      `${part}: killed alone ${own.length} times, writing again at worst ${worst((outage) => outage.sinceKill)} ` +
        `after the kill, ${worst((outage) => outage.sinceReady)} after it was ready`,
    );
  }
  return lines;
}

async function main(): Promise<void> {
  const plant = PLANTS.find((name) => name === values.plant);
  if (values.plant !== undefined && !plant) misused(USAGE, `nothing is called ${values.plant} that could be planted`);
  endOnSignals();
  const [cycles, seed, clients] = [Number(values.cycles), Number(values.seed), Number(values.clients)];
  say(`${cycles} cycles, seed ${seed}, ${clients} clients${plant ? `, planting '${plant}'` : ''}`);
  const lost: Part[] = [];
  const stack = await Stack.start({ say, onLost: (part) => lost.push(part) });
  try {
    await prove(stack, { cycles, seed, clients, plant, lost });
  } finally {
    await stack.stop({ keep: values.keep });
    if (values.keep) say(`data and logs: ${stack.folder}`);
  }
}

async function prove(
  stack: Stack,
  options: { cycles: number; seed: number; clients: number; plant: Plant | undefined; lost: Part[] },
): Promise<void> {
  const proof = new Proof(stack, options.seed);
  await proof.begin(options.clients);
  await proof.kill(options.cycles);
  await proof.calm();
  const evidence = await proof.evidence();
  const faults = [
    ...proof.faults,
    ...proof.crowd.faults,
    ...options.lost.map((part) => `ended: ${part} ended without being killed`),
    ...judge(options.plant ? spoil(evidence, options.plant) : evidence),
    ...(await proof.verification()),
  ];
  summary(proof, evidence).forEach(say);
  faults.slice(0, FAULTS_SHOWN).forEach((fault) => say(`FAULT ${fault.slice(0, 1_000)}`));
  say(
    faults.length === 0
      ? 'PROVED: nothing lost, nothing doubled'
      : `NOT PROVED: ${faults.length} faults, seed ${options.seed}`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
