import { randomBytes, randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPage, Item } from '@app/contracts';
import { argumentsOf } from '../bench/arguments';
import { endOnSignals, Stack, type Part } from '../bench/stack';
import { Api } from '../demo/api';
import { APPS } from '../start/apps';
import { Crowd } from './crowd';
import type { Attempted } from './evidence';
import { judge } from './judge';
import { OrderBook, type Article } from './order';
import { Random } from './random';
import { SlowLine } from './slow-line';
import { SmallDisk } from './small-disk';
import { judgePhase, MeasuredApi, Tally, type Promised } from './tally';
import { verifyLedger } from './verify';
import { readLedger, readQuantities, watchPolls, watchSocket, type Watcher } from './watch';

const USAGE = `npm run prove:outage -- [--only <part of a phase's name>] [--seed <n>] [--clients <n>] [--slack <factor>]
Takes one thing after the other away under load, and gives it back: what clients are answered meanwhile, how long until it
is healed, and whether nothing was lost or doubled. --slack: promised times are stretched by so much, on a busy machine.`;

const values = argumentsOf(USAGE, {
  only: { type: 'string', default: '' },
  seed: { type: 'string', default: String(randomInt(1_000_000)) },
  clients: { type: 'string', default: '12' },
  slack: { type: 'string', default: '1' },
});

const ITEMS = 20;
const FIRST_QUANTITY = 500;
const AWAY_MS = 4_000;
const HEALS_WITHIN_MS = 10_000;
const GIVE_UP_MS = 60_000;
const CALM_WITHIN_MS = 30_000;
const SLOW_MS = 150;
const HOUR_MS = 3_600_000;
const READS = ['/items?limit=5', '/auth/me', '/reports/summary'];
const READ_EVERY_MS = 150;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Phase extends Promised {
  name: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** Shifts the clock of a process; loaded before everything else in it. */
const CLOCK = `const Real = Date; const shift = Number(process.env.CLOCK_SHIFT_MS);
globalThis.Date = class Date extends Real {
  constructor(...given) { super(...(given.length > 0 ? given : [Real.now() + shift])); }
  static now() { return Real.now() + shift; }
};\n`;

class Outages {
  readonly faults: string[] = [];
  private readonly api: MeasuredApi;
  private readonly attempted: Attempted[] = [];
  private readonly articles: Article[] = [];
  private readonly run = randomBytes(3).toString('hex');
  private readonly crowd: Crowd;
  private watchers: Watcher[] = [];
  private reading: Promise<void> | undefined;
  private over = false;
  /** Parts whose end is a part of the plan. */
  readonly expected = new Set<Part>();

  constructor(
    private readonly stack: Stack,
    private readonly line: SlowLine,
    private readonly disk: SmallDisk | undefined,
    seed: number,
  ) {
    this.api = new MeasuredApi(stack.gatewayUrl, stack.admin);
    const random = new Random(seed);
    this.crowd = new Crowd(this.api, new OrderBook(random, this.run, this.articles), random);
  }

  /** Every app talks to the database through the line that can be made slow. */
  private get env(): NodeJS.ProcessEnv {
    return { MONGODB_URI: this.line.through(this.stack.env.MONGODB_URI ?? '') };
  }

  async begin(clients: number): Promise<void> {
    for (const app of APPS) await this.stack.restart(app, this.env);
    await writeFile(join(this.stack.folder, 'clock.cjs'), CLOCK);
    await this.api.login();
    // Not measured: a long poll takes its time when all is well.
    const follower = new Api(this.stack.gatewayUrl, this.stack.admin);
    await follower.login();
    this.watchers = [await watchSocket(this.stack.notificationUrl, follower), await watchPolls(follower)];
    for (let number = 0; number < ITEMS; number++) {
      const tag = `first-${this.run}-${number}`;
      const body = { name: `Proof ${number}`, sku: tag, quantity: FIRST_QUANTITY };
      const reply = await this.api.patiently<Item>({ method: 'POST', path: '/items', body, key: tag });
      this.articles.push({ id: reply.body.id, sku: tag });
      const changes = [{ change: FIRST_QUANTITY }];
      this.attempted.push({ tag, outcome: 'acknowledged', changes, position: reply.body.position });
    }
    this.crowd.start(clients);
    this.reading = this.read();
    await sleep(1_000);
  }

  private async read(): Promise<void> {
    for (let count = 0; !this.over; count++) {
      const cached = `/items/${this.articles[count % ITEMS]?.id}`;
      const path = count % 2 === 0 ? cached : (READS[(count >> 1) % READS.length] ?? cached);
      void this.api.send({ path }, GIVE_UP_MS).catch(() => undefined);
      await sleep(READ_EVERY_MS);
    }
  }

  get phases(): Phase[] {
    const { stack, disk, line } = this;
    const refusing = { answersWithin: { write: 2_000, read: 2_000 }, healsWithin: HEALS_WITHIN_MS };
    const killed = (name: string, part: Part, promised: Promised): Phase => ({
      name,
      begin: () => stack.kill(part),
      end: () => stack.begin(part, this.env),
      ...promised,
    });
    const signal = (name: NodeJS.Signals): Promise<boolean> =>
      Promise.resolve(process.kill(stack.pid('mongod') ?? 0, name));
    const goesOn = { goesOn: true, healsWithin: HEALS_WITHIN_MS };
    return [
      killed('MongoDB killed', 'mongod', refusing),
      { name: 'MongoDB paused', begin: () => signal('SIGSTOP'), end: () => signal('SIGCONT'), ...refusing },
      killed('Redis killed', 'redis', goesOn),
      killed('inventory killed', 'inventory', refusing),
      killed('notification killed', 'notification', goesOn),
      ...(disk ? [this.diskFull(disk)] : []),
      {
        name: 'slow database',
        begin: () => Promise.resolve((line.delayMs = SLOW_MS)),
        end: () => Promise.resolve((line.delayMs = 0)),
        // It answers, so nobody is refused at once: a change waits for a group and is in the next one, each 1.5 s at most.
        answersWithin: { write: 3_000, read: 5_000 },
        healsWithin: HEALS_WITHIN_MS,
      },
      this.clock('clock an hour ahead', HOUR_MS),
      this.clock('clock an hour behind', -HOUR_MS),
    ];
  }

  /** A database that can't write ends itself; whoever watches over it starts it when there is room again. */
  private diskFull(disk: SmallDisk): Phase {
    return {
      name: 'disk full',
      begin: () => {
        this.expected.add('mongod');
        return disk.fill();
      },
      end: async () => {
        await disk.free();
        await this.stack.restart('mongod');
        this.expected.delete('mongod');
      },
      answersWithin: { write: 2_000, read: 2_000 },
      healsWithin: HEALS_WITHIN_MS,
    };
  }

  private clock(name: string, shift: number): Phase {
    const { stack } = this;
    const jumped = { NODE_OPTIONS: `--require ${join(stack.folder, 'clock.cjs')}`, CLOCK_SHIFT_MS: String(shift) };
    return {
      name,
      begin: () => stack.restart('inventory', { ...this.env, ...jumped }),
      end: () => stack.restart('inventory', this.env),
      healsWithin: HEALS_WITHIN_MS,
    };
  }

  async pass(phase: Phase, slack: number): Promise<void> {
    const tally = new Tally();
    this.api.tally = tally;
    await phase.begin();
    await sleep(AWAY_MS);
    await phase.end();
    const healed = await this.crowd.writingAgain(GIVE_UP_MS);
    // What was sent while it was away belongs to it, also when its answer comes now.
    await sleep(1_000);
    this.api.tally = new Tally();
    say(`${phase.name.padEnd(22)} ${tally.toString()}; healed after ${Math.round(healed ?? -1)} ms`);
    const { answersWithin: { read = 0, write = 0 } = {}, healsWithin } = phase;
    const within = phase.answersWithin && { answersWithin: { read: read * slack, write: write * slack } };
    this.faults.push(
      ...judgePhase(phase.name, tally, healed, { ...phase, ...within, healsWithin: healsWithin * slack }),
    );
    await sleep(1_000);
    // Nothing that follows would tell anything.
    if (healed === undefined) throw new Error(`nothing is acknowledged any more after: ${phase.name}`);
  }

  /** Every client knows where it stands, every follower has heard of it, and all of it adds up. */
  async settle(): Promise<void> {
    this.over = true;
    await this.reading;
    await this.crowd.stop();
    await this.crowd.repeatSome(100);
    const { head } = (await this.api.patiently<EventPage>({ path: '/events?limit=1' })).body;
    const until = Date.now() + CALM_WITHIN_MS;
    while (Date.now() < until && this.watchers.some(({ position }) => position < head)) await sleep(100);
    await Promise.all(this.watchers.map((watcher) => watcher.stop()));
    const evidence = {
      ledger: await readLedger(this.api),
      attempted: [...this.attempted, ...this.crowd.attempted],
      quantities: await readQuantities(this.api),
      followed: this.watchers.map((watcher) => watcher.followed()),
    };
    this.faults.push(
      ...this.crowd.faults,
      ...this.watchers.flatMap(({ faults }) => faults.slice(0, 5)),
      ...judge(evidence),
      ...(await verifyLedger(this.stack, this.api)),
      ...(await this.judgeTimes()),
    );
    say(
      `${evidence.ledger.length} events, ${evidence.attempted.length} operations, ${this.crowd.counts.requests} requests`,
    );
  }

  /** Whatever the clocks do, the times along the ledger never run backwards. */
  private async judgeTimes(): Promise<string[]> {
    const faults: string[] = [];
    let last = '';
    for (let position = 0; ;) {
      const page = (await this.api.patiently<EventPage>({ path: `/events?after=${position}&limit=1000` })).body;
      for (const event of page.events) {
        if (event.at < last) faults.push(`times: position ${event.position} is at ${event.at}, after ${last}`);
        last = event.at;
      }
      if (page.position >= page.head) return faults.slice(0, 5);
      position = page.position;
    }
  }
}

async function main(): Promise<void> {
  endOnSignals();
  const disk = SmallDisk.mount();
  if (disk) process.env.TMPDIR = disk.folder;
  else say('disk full: left out, since this user may not mount a small file system');
  const lost: Part[] = [];
  let outages: Outages | undefined;
  const stack = await Stack.start({ say, onLost: (part) => outages?.expected.has(part) || lost.push(part) });
  const line = await SlowLine.to(stack.env.MONGODB_URI ?? '');
  try {
    const [seed, clients, slack] = [Number(values.seed), Number(values.clients), Number(values.slack)];
    say(`seed ${seed}, ${clients} clients${slack === 1 ? '' : `, promised times stretched by ${slack}`}`);
    outages = new Outages(stack, line, disk, seed);
    const phases = outages.phases.filter(({ name }) => name.includes(values.only));
    if (phases.length === 0) throw new Error(`no phase has '${values.only}' in its name`);
    await outages.begin(clients);
    for (const phase of phases) await outages.pass(phase, slack);
    await outages.settle();
    const faults = [...lost.map((part) => `ended: ${part} ended without being killed`), ...outages.faults];
    faults.forEach((fault) => say(`FAULT ${fault.slice(0, 500)}`));
    say(
      faults.length === 0
        ? 'PROVED: what is away is told of, and nothing is lost'
        : `NOT PROVED: ${faults.length} faults`,
    );
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await stack.stop();
    await line.close();
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
