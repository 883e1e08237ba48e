import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, LedgerEvent, Room } from '@app/contracts';
import { argumentsOf, misused } from '../bench/arguments';
import { endOnSignals, Stack, type Part } from '../bench/stack';
import { Api } from '../demo/api';
import { Random } from './random';
import { Chaos, KINDS, type Kind } from './stream/chaos';
import { judge } from './stream/judge';
import { Load, type Stage } from './stream/load';
import { PLANTS, proveRed } from './stream/plant';
import { Relay } from './stream/relay';
import { Subscriber } from './stream/subscriber';
import { Truth } from './stream/truth';
import { verifyLedger } from './verify';

const USAGE = `npm run prove:stream -- [--subs <n>] [--events <n>] [--chaos ${KINDS.join(',')}|none] [--seed <n>] [--plant ${PLANTS.join('|')}] [--planted]
Subscribers of every kind of room, over a network that breaks and servers that are killed, while everything changes. What their
callbacks got has to be the ledger's slice of each room exactly: every event once, in order, none missing.
--plant breaks product or client before, to see that the proof can fail; --planted does so with each fault, and wants all found.`;

const values = argumentsOf(USAGE, {
  subs: { type: 'string', default: '60' },
  events: { type: 'string', default: '5000' },
  chaos: { type: 'string', default: KINDS.join() },
  seed: { type: 'string', default: String(randomInt(1_000_000)) },
  plant: { type: 'string' },
  planted: { type: 'boolean', default: false },
});

const ITEMS = 12;
const WRITERS = 6;
const BEGUN_WITHIN_MS = 10_000;
const CALM_WITHIN_MS = 90_000;
const FAULTS_SHOWN = 20;
/** As the settings have it when nobody changes it. */
const BOUNDS = { replayEvents: 100_000 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Options {
  subs: number;
  events: number;
  chaos: Kind[];
  seed: number;
}

class Proof {
  readonly faults: string[] = [];
  private readonly random: Random;
  private readonly api: Api;
  private subscribers: Subscriber[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly relay: Relay,
    private readonly options: Options,
  ) {
    this.random = new Random(options.seed);
    this.api = new Api(stack.gatewayUrl, stack.admin);
  }

  async run(): Promise<void> {
    await this.api.login();
    const stage = await Load.stage(this.api, ITEMS);
    this.subscribers = Array.from({ length: this.options.subs }, (_, number) => this.subscriber(number, stage));
    const load = new Load(this.api, new Random(this.options.seed + 1), stage);
    await this.reached(0, BEGUN_WITHIN_MS);
    load.start(WRITERS);
    await this.stress();
    await load.stop();
    await this.calm();
    const truth = new Truth(await this.ledger());
    for (const { logs } of this.subscribers) {
      for (const log of logs) {
        const fault = judge(log, truth, BOUNDS);
        if (fault !== undefined) this.faults.push(`stream: ${fault}`);
      }
    }
    for (const { faults } of this.subscribers) this.faults.push(...faults.map((fault) => `subscriber: ${fault}`));
    this.faults.push(...load.faults);
    this.report(truth);
    this.faults.push(...(await verifyLedger(this.stack, this.api)));
  }

  private subscriber(number: number, { items, locations, categories }: Stage): Subscriber {
    const { random } = this;
    const all: Room[] = [
      'items',
      'alerts',
      ...items.slice(0, 4).map((id): Room => `item:${id}`),
      ...locations.map((code): Room => `location:${code}`),
      ...categories.map((name): Room => `category:${name}`),
    ];
    const rooms = random.shuffled(all).slice(0, random.whole(1, 4));
    return new Subscriber({
      name: `subscriber ${number + 1}`,
      url: this.relay.url,
      token: this.api.accessToken,
      rooms: rooms.map((room) => ({ room, batch: random.chance(0.5) })),
    });
  }

  /** Breaks things until there are enough events and everything was broken once. */
  private async stress(): Promise<void> {
    const { stack, relay, subscribers, random, options } = this;
    const chaos = new Chaos({ stack, relay, subscribers, say }, options.chaos, random);
    const first = await this.head();
    while (!chaos.complete || (await this.head()) - first < options.events) await chaos.step();
  }

  /** Every subscriber has heard of everything that is in the ledger. */
  private async calm(): Promise<void> {
    // Holds run out for 3 s more.
    await sleep(3_500);
    const head = await this.head();
    await this.reached(head, CALM_WITHIN_MS);
    for (const { logs } of this.subscribers) {
      for (const { name, live, position } of logs) {
        if (!live || position < head) this.faults.push(`stream: ${name} came to ${position} only, of ${head}`);
      }
    }
    this.subscribers.forEach((one) => one.stop());
  }

  private async reached(position: number, withinMs: number): Promise<void> {
    const until = Date.now() + withinMs;
    while (Date.now() < until && !this.subscribers.every((one) => one.has(position))) await sleep(50);
  }

  private async head(): Promise<number> {
    return (await this.api.patiently<EventPage>({ path: '/events?limit=1' })).body.head;
  }

  private async ledger(): Promise<LedgerEvent[]> {
    const events: LedgerEvent[] = [];
    for (let position = 0; ;) {
      const { body: page } = await this.api.patiently<EventPage>({ path: `/events?after=${position}&limit=1000` });
      events.push(...page.events);
      if (page.position >= page.head) return events;
      position = page.position;
    }
  }

  private report({ head, alerts }: Truth): void {
    const sum = (of: (one: Subscriber) => number): number => this.subscribers.reduce((all, one) => all + of(one), 0);
    const logs = this.subscribers.flatMap((one) => one.logs);
    const stretches = logs.flatMap((log) => log.stretches);
    const count = (why: string): number => stretches.filter((one) => one.why === why).length;
    say(
      `${head} events, ${alerts.length} alerts; ${logs.length} subscriptions of ${this.subscribers.length} subscribers got ` +
        `${sum((one) => one.logs.reduce((all, log) => all + log.received, 0))}`,
    );
    say(
      `connections lost ${sum((one) => one.lost)}, by silence ${sum((one) => one.silences)}; ` +
        `begun anew ${count('anew')}, resets ${count('reset')}`,
    );
  }
}

async function prove(options: Options): Promise<string[]> {
  const lost: Part[] = [];
  const stack = await Stack.start({ say, onLost: (part) => lost.push(part) });
  const relay = await Relay.to([stack.ports.NOTIFICATION_PORT]);
  try {
    const proof = new Proof(stack, relay, options);
    await proof.run();
    return [...lost.map((part) => `ended: ${part} ended without being killed`), ...proof.faults];
  } finally {
    await relay.close();
    await stack.stop();
  }
}

function read(): Options {
  const wanted = values.chaos === 'none' ? [] : values.chaos.split(',');
  const chaos = KINDS.filter((kind) => wanted.includes(kind));
  if (chaos.length < wanted.length) misused(USAGE, `--chaos takes ${KINDS.join()} or none`);
  return { subs: Number(values.subs), events: Number(values.events), chaos, seed: Number(values.seed) };
}

async function planted(
  names: readonly (typeof PLANTS)[number][],
  { subs, events, chaos, seed }: Options,
): Promise<void> {
  const args = ['--subs', subs, '--events', events, '--chaos', chaos.join() || 'none', '--seed', seed].map(String);
  const found: boolean[] = [];
  for (const name of names) found.push(await proveRed(name, args, say));
  const all = found.every(Boolean);
  say(all ? 'PROVED: every planted fault is found' : 'NOT PROVED: a planted fault was not found');
  if (!all) process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = read();
  const plant = PLANTS.find((name) => name === values.plant);
  if (values.plant !== undefined && !plant) misused(USAGE, `nothing is called ${values.plant} that could be planted`);
  endOnSignals();
  const { subs, events, chaos, seed } = options;
  say(`${subs} subscribers, ${events} events, chaos ${chaos.join() || 'none'}, seed ${seed}`);
  if (plant || values.planted) return planted(plant ? [plant] : PLANTS, options);
  const faults = await prove(options);
  faults.slice(0, FAULTS_SHOWN).forEach((fault) => say(`FAULT ${fault.slice(0, 1_000)}`));
  say(
    faults.length === 0
      ? 'PROVED: every event of every room once, in order, none missing'
      : `NOT PROVED: ${faults.length} faults, seed ${seed}`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
