import { DomainError, tracing, type Logger } from '@app/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { ItemsRepository } from '../items/items.repository';
import type { LocationRegistry } from '../locations/location-registry.service';
import type { OrdersRepository } from '../orders/orders.repository';
import type { HoldRegistry } from '../reservations/hold-registry.service';
import { Answers, unavailable, type Repeats, type Waiting } from './answers';
import type { Command } from './command';
import { Expiry, isExpiry } from './expiry';
import { Front } from './front';
import { GroupQueue, QUEUE_MS } from './group-queue';
import { traceGroup, traceWrite } from './group-trace';
import { CommitFailure, type LedgerRepository, type Tail } from './ledger.repository';
import type { LedgerService } from './ledger.service';
import type { Outcome } from './outcome';
import { Plan } from './plan';
import { answerUnknown, Recovery } from './recovery';

export interface WriterOptions {
  /** Under which this process is known: a process that starts here takes over from the one that died here. */
  address: string;
  /** Commands waiting at most; one more is refused at once. */
  queue: number;
  /** Item states kept in memory. */
  states: number;
  log: Logger;
  /** Whether this one ends the holds whose time has come: of several inventories the one that holds the lease. */
  leads: () => boolean;
  onGroup?: (group: { commands: number; events: number; seconds: number; attempts: number }) => void;
}

const NONE: Repeats = new Map();
/** A command that was begun and could not be committed for this long is given up, once it is certain that it was not. */
const GIVE_UP_MS = 4_000;
/** How often an idle writer looks whether another one has written. */
const LOOK_MS = 200;
const SWEEP_MS = 250;

/**
 * The only writer of stock in this process. Commands are decided in memory and committed in groups, each one transaction; while
 * one group commits, the next one gathers. The unique position is the guard: what another writer commits makes ours fail, and
 * be decided again on the states as they are then (see Recovery).
 */
export class LedgerWriter {
  private readonly queue = new GroupQueue();
  private readonly answers = new Answers();
  private readonly front: Front;
  private readonly recovery: Recovery;
  private readonly expiry: Expiry;
  private running: Promise<void> | undefined;
  private sweeper: NodeJS.Timeout | undefined;
  private stopping = false;
  private awaySince = 0;
  /** Who was told that nothing was changed: then nothing may be. */
  private readonly refused = new WeakSet<Waiting>();

  constructor(
    private readonly repository: LedgerRepository,
    private readonly items: ItemsRepository,
    private readonly ledger: LedgerService,
    private readonly locations: LocationRegistry,
    orders: OrdersRepository,
    holds: HoldRegistry,
    private readonly options: WriterOptions,
  ) {
    this.front = new Front({ repository, items, ledger, locations, orders, holds }, options.states);
    this.expiry = new Expiry(holds);
    this.recovery = new Recovery(this.host());
  }

  private host(): Recovery['host'] {
    const isStopping = (): boolean => this.stopping;
    return {
      repository: this.repository,
      front: this.front,
      locations: this.locations,
      answers: this.answers,
      log: this.options.log,
      get stopping() {
        return isStopping();
      },
      away: (error) => this.away(error),
      back: () => (this.awaySince = 0),
      withoutExpired: (pending) => this.withoutExpired(pending),
      publish: (plan, repeats) => this.publish(plan, repeats),
      settle: (group) => this.settle(group),
    };
  }

  get waiting(): number {
    return this.queue.length;
  }

  /** Undefined when the writer writes, else why it does not. */
  get fault(): string | undefined {
    if (!this.running) return 'the ledger is not open yet';
    return this.awaySince > 0 ? 'the database is not reachable' : undefined;
  }

  /** Opens the ledger and begins to write. */
  async start(): Promise<void> {
    // First: a dead predecessor's transaction holds locks that what is created or altered below would wait for.
    await this.repository.takeOver(this.options.address);
    await this.items.open();
    const epoch = await this.repository.open();
    await this.front.open();
    // After the takeover: what a dead predecessor had under way may hold these.
    await this.locations.open();
    this.ledger.begin(epoch, this.front.tail.position);
    this.running = this.loop();
    this.sweeper = setInterval(() => this.queue.sweep(), SWEEP_MS);
  }

  /** Takes no more commands, finishes those that wait, and ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.queue.wake();
    await this.running;
    clearInterval(this.sweeper);
    await this.repository.close();
  }

  /**
   * Resolves when the command is durable.
   * @param since when it came, in ms: from then on it may wait for so long
   * @throws DomainError for a refusal; `overloaded` when too many wait, `unavailable` when the ledger can't be written
   */
  submit(command: Command, since = Date.now()): Promise<Outcome> {
    if (!this.running || this.stopping) return Promise.reject(unavailable('The inventory is starting or stopping.'));
    if (this.awaySince > 0) return Promise.reject(unavailable('The database is not reachable.'));
    if (this.queue.length >= this.options.queue) {
      return Promise.reject(new DomainError('overloaded', 'Too many commands are waiting.', { retryAfter: 1 }));
    }
    const trace = tracing()?.here();
    return new Promise((resolve, reject) =>
      this.queue.push({ command, since, ...(trace && { trace }), resolve, reject }),
    );
  }

  /** Reads on what another inventory has written. */
  catchUp(): Promise<void> {
    if (!this.running || this.stopping) return Promise.resolve();
    return new Promise((resolve, reject) => this.queue.push({ run: () => this.front.refresh().then(resolve, reject) }));
  }

  /** Runs something between two groups, with the writer's own tail and nothing being written meanwhile. */
  exclusive<T>(work: (tail: Tail) => Promise<T>): Promise<T> {
    if (!this.running || this.stopping) return Promise.reject(unavailable('The inventory is starting or stopping.'));
    return new Promise((resolve, reject) => {
      const run = async (): Promise<void> => {
        await this.front.refresh();
        const answer = await work(this.front.tail).then(
          (result) => () => resolve(result),
          (error: unknown) => () => reject(error),
        );
        await this.front.forget();
        answer();
      };
      this.queue.push({ run: () => run().catch(reject) });
    });
  }

  private async loop(): Promise<void> {
    while (!this.stopping || this.queue.length > 0) {
      if (this.queue.length === 0) await this.idle();
      else {
        await this.queue.gather();
        const exclusive = this.queue.exclusive();
        await (exclusive ? exclusive.run() : this.settle(this.queue.take()));
      }
    }
  }

  /**
   * Waits for a command, or for a hold to come to its time; now and then looks whether another writer has written, for the
   * followers of this process. Who does not lead rests.
   */
  private async idle(): Promise<void> {
    const leads = this.options.leads();
    await this.queue.sleep(leads ? Math.min(LOOK_MS, this.expiry.untilDue(Date.now())) : LOOK_MS, 1);
    if (this.queue.length > 0 || this.stopping) return;
    const due = leads ? this.expiry.due(this.front.now()) : [];
    if (due.length > 0) return this.settle(due);
    try {
      await (leads ? this.front.refresh() : this.front.rest());
      this.awaySince = 0;
    } catch (error) {
      this.away(error);
      await pause(LOOK_MS);
    }
  }

  /**
   * Brings a group to its end: every command in it is answered, or goes back to the queue's front. What is overdue at the
   * group's time is ended first; while that is more than one group should hold, nothing else is decided.
   */
  private async settle(group: readonly Waiting[]): Promise<void> {
    let begun = performance.now();
    let pending: readonly Waiting[] = group;
    for (let attempts = 1; pending.length > 0; attempts++) {
      pending = this.withoutExpired(pending);
      let plan: Plan<Waiting> | undefined;
      const turns = pending;
      // A database that says nothing keeps the group, but not those who wait for it.
      const impatience = setTimeout(() => (plan ? answerUnknown(plan) : this.refuse(turns)), QUEUE_MS);
      try {
        if (this.front.rests) await this.front.refresh();
        const now = this.front.now();
        const due = this.expiry.due(now);
        if (due.length > 0) pending = [...due, ...pending];
        const crowded = this.expiry.isDue(now);
        const turn = crowded ? pending.filter(isExpiry) : pending;
        const fresh = turn.filter((entry) => !this.answers.repeat(entry));
        const commands = fresh.map(({ command }) => command);
        const ground = await this.front.ground(commands, now);
        if (turns.some((entry) => this.refused.has(entry))) continue;
        plan = new Plan<Waiting>(ground);
        const waiting = plan.addAll(fresh);
        this.publish(plan, await this.commit(plan));
        this.awaySince = 0;
        this.queue.settled(plan.decided.length, waiting);
        const seconds = (performance.now() - begun) / 1_000;
        this.options.onGroup?.({ commands: plan.decided.length, events: plan.entries.length, seconds, attempts });
        if (!crowded) return;
        pending = pending.filter((entry) => !isExpiry(entry));
        [begun, attempts] = [performance.now(), 0];
      } catch (error) {
        clearTimeout(impatience);
        pending = await this.recovery.recover(plan, pending, error, attempts);
      } finally {
        clearTimeout(impatience);
      }
    }
  }

  /** Makes the plan durable, or proves that its states were; returns what is known of the commands that came to nothing. */
  private async commit(plan: Plan<Waiting>): Promise<Repeats> {
    const doubtful = plan.decided.flatMap(({ entry: { command }, ...decided }) => {
      if (command.kind === 'look' || command.operation.dryRun) return [];
      const nothing = 'rejection' in decided || decided.outcome.events.length === 0;
      return nothing ? [command.operation.id] : [];
    });
    const repeats = doubtful.length > 0 ? this.repository.known(doubtful) : Promise.resolve(NONE);
    if (plan.writes) {
      // Rows of outcomes have no position to guard them: what "nothing changed" was decided on is proved before.
      if (plan.entries.length === 0) await this.front.insist();
      // A change of a location has no event, so no index of the ledger refuses it when its key stands for something else.
      if (plan.locationBatch?.changes.length && (await repeats)?.size)
        throw new CommitFailure({ kind: 'operation' }, undefined);
      // One must not stop at a failed look-up while the transaction is still under way on the writer's only session.
      const known = repeats.catch(() => undefined);
      await traceWrite(plan.decided, () => this.repository.commit(plan.batch));
      return known;
    }
    if (plan.decided.length === 0) return NONE;
    const [known] = await Promise.all([repeats, this.front.insist(), this.insistOnLocations(plan)]);
    return known;
  }

  private async insistOnLocations(plan: Plan<Waiting>): Promise<void> {
    if (!plan.locationBatch || (await this.locations.isCurrent())) return;
    throw new CommitFailure({ kind: 'locations' }, undefined);
  }

  /** The group is durable: states, callers and followers learn of it. */
  private publish(plan: Plan<Waiting>, repeats: Repeats): void {
    this.front.advance(plan);
    this.locations.take(plan.locationBatch?.changes ?? []);
    traceGroup(plan.decided);
    for (const decided of plan.decided) this.answers.conclude(decided, repeats);
    this.ledger.append(plan.texts);
  }

  private away(error: unknown): void {
    if (this.awaySince === 0) this.options.log.error({ err: error }, 'the database can not be reached');
    this.awaySince ||= Date.now();
  }

  private refuse(entries: readonly Waiting[]): void {
    for (const entry of entries) {
      this.refused.add(entry);
      entry.reject(unavailable('The ledger can not be read right now; nothing was changed.'));
    }
  }

  private withoutExpired(pending: readonly Waiting[]): readonly Waiting[] {
    const now = Date.now();
    return pending.filter((entry) => {
      if (this.refused.has(entry)) return false;
      const expired = now - entry.since > (this.awaySince > 0 ? QUEUE_MS : GIVE_UP_MS);
      if (expired) entry.reject(unavailable('The ledger could not be written in time; nothing was changed.'));
      return !expired;
    });
  }
}
