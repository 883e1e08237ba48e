import { DomainError, expectedFailure, type Logger } from '@app/common';
import { TITLES, type LedgerEvent } from '@app/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { ItemsRepository } from '../items/items.repository';
import type { LocationRegistry } from '../locations/location-registry.service';
import { duplicate, needs, type Command } from './command';
import {
  CommitFailure,
  LedgerRepository,
  type Conflict,
  type Entry,
  type Known,
  type OperationRecord,
  type Tail,
} from './ledger.repository';
import type { LedgerService } from './ledger.service';
import { lookUp } from './lookups';
import { Plan, type Decided, type Ground, type Outcome } from './plan';
import type { ItemState } from '../items/item';
import { LoadedStates, StateCache } from './states';
import type { Rejection } from '../items/rejection';

export interface WriterOptions {
  /** Under which this process is known: a process that starts here takes over from the one that died here. */
  address: string;
  /** Commands waiting at most; one more is refused at once. */
  queue: number;
  /** Item states kept in memory. */
  states: number;
  log: Logger;
  onGroup?: (group: { commands: number; events: number; seconds: number; attempts: number }) => void;
}

interface Waiting {
  command: Command;
  since: number;
  resolve: (outcome: Outcome) => void;
  reject: (error: Error) => void;
}

/** Runs alone between two groups. */
interface Exclusive {
  run: () => Promise<void>;
}

/** What is known of operations; undefined when it could not be found out. */
type Repeats = ReadonlyMap<string, Known> | undefined;

const NONE: Repeats = new Map();
/** Commands and lines of a group at most. */
const GROUP = 512;
const LINES = 2_000;
/** A command that has waited this long without being begun is refused: the client gets its 503 within the promised 2 s. */
const QUEUE_MS = 1_500;
/** A command that was begun and could not be committed for this long is given up, once it is certain that it was not. */
const GIVE_UP_MS = 4_000;
/** How long a group waits at most for more. */
const GATHER_MS = 2;
const WRITERS_SHARE = 0.25;
const ALONE = 1.2;
/** How often an idle writer looks whether another one has written. */
const LOOK_MS = 200;
const SWEEP_MS = 250;
/** Operations and their events that are remembered. */
const REMEMBERED = 8_000;
const ATTEMPTS_WHEN_STOPPING = 5;

/**
 * The only writer of stock in this process. Commands are decided in memory and committed in groups, each one transaction; while
 * one group commits, the next one gathers. The unique position is the guard: what another writer commits makes ours fail, and
 * be decided again on the states as they are then.
 */
export class LedgerWriter {
  private queue: (Waiting | Exclusive)[] = [];
  private wake: (() => void) | undefined;
  /** Commands that it takes to end a sleep early. */
  private wanted = 1;
  private tail: Tail = { position: 0, hash: '', at: '' };
  private readonly states: StateCache;
  /** Recent operations, so that a repeat soon after costs no read. */
  private readonly recent = new LRUCache<string, { record: OperationRecord; outcome: Outcome }>({
    maxSize: REMEMBERED,
    sizeCalculation: ({ outcome }) => 1 + outcome.events.length,
  });
  private running: Promise<void> | undefined;
  private sweeper: NodeJS.Timeout | undefined;
  private stopping = false;
  private awaySince = 0;
  /** How many commands there are at a time, those of a group and those that wait at its end: a moving average. */
  private writers = 1;

  constructor(
    private readonly repository: LedgerRepository,
    private readonly items: ItemsRepository,
    private readonly ledger: LedgerService,
    private readonly locations: LocationRegistry,
    private readonly options: WriterOptions,
  ) {
    this.states = new StateCache(options.states);
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
    await this.items.open();
    const epoch = await this.repository.open();
    await this.repository.takeOver(this.options.address);
    this.tail = await this.repository.tail();
    // After the takeover: what a dead predecessor had under way may hold these.
    await this.locations.open();
    this.ledger.begin(epoch, this.tail.position);
    this.running = this.loop();
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
  }

  /** Takes no more commands, finishes those that wait, and ends. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.running;
    clearInterval(this.sweeper);
    await this.repository.close();
  }

  /**
   * Resolves when the command is durable.
   * @throws DomainError for a refusal; `overloaded` when too many wait, `unavailable` when the ledger can't be written
   */
  submit(command: Command): Promise<Outcome> {
    if (!this.running || this.stopping) return Promise.reject(unavailable('The inventory is starting or stopping.'));
    if (this.awaySince > 0) return Promise.reject(unavailable('The database is not reachable.'));
    if (this.queue.length >= this.options.queue) {
      return Promise.reject(new DomainError('overloaded', 'Too many commands are waiting.', { retryAfter: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ command, since: Date.now(), resolve, reject });
      if (this.queue.length >= this.wanted) this.wake?.();
    });
  }

  /** Runs something between two groups, with the writer's own tail and nothing being written meanwhile. */
  exclusive<T>(work: (tail: Tail) => Promise<T>): Promise<T> {
    if (!this.running || this.stopping) return Promise.reject(unavailable('The inventory is starting or stopping.'));
    return new Promise((resolve, reject) => {
      const run = async (): Promise<void> => {
        await this.refresh();
        await work(this.tail).then(resolve, reject);
        this.states.clear();
      };
      this.queue.push({ run: () => run().catch(reject) });
      this.wake?.();
    });
  }

  private async loop(): Promise<void> {
    while (!this.stopping || this.queue.length > 0) {
      if (this.queue.length === 0) await this.idle();
      else {
        await this.gather();
        await this.turn();
      }
    }
  }

  /**
   * A commit costs the same few milliseconds for one command as for many. So the next group begins when half of those who
   * write at the moment are here: the others are on their way back from the last group, and become the group after.
   */
  private async gather(): Promise<void> {
    // Who writes alone need not wait for others. Requests of one packet arrive in one turn of the event loop.
    if (this.writers < ALONE) return;
    await new Promise(setImmediate);
    if (this.queue.length < this.writers / 2 && !this.stopping) await this.sleep(GATHER_MS, this.writers / 2);
  }

  /** Waits until `wanted` commands wait, at most `ms`. */
  private async sleep(ms: number, wanted: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wanted = wanted;
      this.wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wake = undefined;
  }

  private async turn(): Promise<void> {
    const first = this.queue[0];
    if (first && 'run' in first) {
      this.queue.shift();
      await first.run();
      return;
    }
    await this.settle(this.nextGroup());
  }

  /** As many commands as a transaction should hold, up to the next thing that runs alone. */
  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    let lines = 0;
    for (const entry of this.queue) {
      if ('run' in entry || group.length === GROUP || lines >= LINES) break;
      lines += entry.command.kind === 'move' ? entry.command.lines.length : 1;
      group.push(entry);
    }
    this.queue.splice(0, group.length);
    return group;
  }

  /** Waits for a command; now and then looks whether another writer has written, for the followers of this process. */
  private async idle(): Promise<void> {
    await this.sleep(LOOK_MS, 1);
    if (this.queue.length > 0 || this.stopping) return;
    try {
      await this.refresh();
      this.awaySince = 0;
    } catch (error) {
      this.away(error);
      await pause(LOOK_MS);
    }
  }

  /** Brings a group to its end: every command in it is answered, or goes back to the queue's front. */
  private async settle(group: Waiting[]): Promise<void> {
    let pending = group;
    const begun = performance.now();
    for (let attempts = 1; pending.length > 0; attempts++) {
      pending = this.withoutExpired(pending);
      const loaded = new LoadedStates();
      const plan = new Plan<Waiting>(this.ground(loaded));
      try {
        const waiting = await this.fill(plan, pending, loaded);
        const repeats = await this.commit(plan);
        this.publish(plan, repeats);
        this.awaySince = 0;
        this.queue.unshift(...waiting);
        this.writers += WRITERS_SHARE * (plan.decided.length + this.queue.length - this.writers);
        const seconds = (performance.now() - begun) / 1_000;
        this.options.onGroup?.({
          commands: pending.length - waiting.length,
          events: plan.entries.length,
          seconds,
          attempts,
        });
        return;
      } catch (error) {
        pending = await this.recover(plan, pending, error, attempts);
      }
    }
  }

  private ground(loaded: LoadedStates): Ground {
    const clock = new Date().toISOString();
    return {
      epoch: this.ledger.epoch,
      tail: this.tail,
      // Times never run backwards along the ledger, whatever the clocks of its writers do.
      now: clock > this.tail.at ? clock : this.tail.at,
      item: (id) => loaded.item(id),
      holder: (code) => loaded.holder(code),
      locations: this.locations,
      reversalOf: (position) => loaded.reversals.get(position),
      suspects: (location) => loaded.suspects.get(location) ?? [],
    };
  }

  /** Loads what is missing, then decides in order; returns the commands that have to wait for the next group. */
  private async fill(plan: Plan<Waiting>, pending: Waiting[], loaded: LoadedStates): Promise<Waiting[]> {
    const fresh = pending.filter((entry) => !this.repeat(entry));
    await this.load(fresh, loaded);
    for (const [index, entry] of fresh.entries()) {
      // What comes after one that has to wait waits too: commands of one caller keep their order.
      if (!plan.add(entry)) return fresh.slice(index);
    }
    return [];
  }

  /** Answers a repeat of a recent operation. */
  private repeat(entry: Waiting): boolean {
    const { command } = entry;
    if (command.kind === 'look' || command.operation.dryRun) return false;
    const recent = this.recent.get(command.operation.id);
    if (recent) this.replay(entry, recent.record, { ...recent.outcome, replayed: true });
    return recent !== undefined;
  }

  private async load(entries: readonly Waiting[], loaded: LoadedStates): Promise<void> {
    const commands = entries.map(({ command }) => command);
    const sources = { ledger: this.repository, locations: this.locations, position: this.tail.position };
    const ids = new Set<string>();
    const codes = new Set<string>();
    for (const id of await lookUp(commands, loaded, sources)) take(this.states.get(id), () => ids.add(id));
    for (const { command } of entries) {
      const needed = needs(command);
      for (const id of needed.ids) take(this.states.get(id), () => ids.add(id));
      for (const code of needed.codes) take(this.states.holder(code), () => codes.add(code));
    }
    const [byId, byCode] = await Promise.all([
      ids.size > 0 ? this.items.states([...ids]) : [],
      codes.size > 0 ? this.items.byCodes([...codes]) : [],
    ]);
    for (const state of [...byId, ...byCode]) {
      // A state newer than the tail means that another writer has been here: follow it before anything is decided.
      if (state.position > this.tail.position) throw new CommitFailure({ kind: 'position' }, undefined);
      this.states.set(state);
      loaded.add(state);
    }

    function take(state: ItemState | undefined, missing: () => void): void {
      if (state) loaded.add(state);
      else missing();
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
      if (plan.entries.length === 0) await this.insistOnTail();
      // A change of a location has no event, so no index of the ledger refuses it when its key stands for something else.
      if (plan.locationBatch?.changes.length && (await repeats)?.size)
        throw new CommitFailure({ kind: 'operation' }, undefined);
      // One must not stop at a failed look-up while the transaction is still under way on the writer's only session.
      const known = repeats.catch(() => undefined);
      await this.repository.commit(plan.batch);
      return known;
    }
    if (plan.decided.length === 0) return NONE;
    const [known] = await Promise.all([repeats, this.insistOnTail(), this.insistOnLocations(plan)]);
    return known;
  }

  private async insistOnTail(): Promise<void> {
    const { position } = await this.repository.tail();
    if (position !== this.tail.position) throw new CommitFailure({ kind: 'position' }, undefined);
  }

  private async insistOnLocations(plan: Plan<Waiting>): Promise<void> {
    if (!plan.locationBatch || (await this.locations.isCurrent())) return;
    throw new CommitFailure({ kind: 'locations' }, undefined);
  }

  /** The group is durable: states, followers and callers learn of it. */
  private publish(plan: Plan<Waiting>, repeats: Repeats): void {
    this.tail = plan.tail;
    for (const state of plan.changed) this.states.set(state);
    this.locations.take(plan.locationBatch?.changes ?? []);
    for (const decided of plan.decided) this.conclude(decided, repeats);
    this.ledger.append(plan.entries);
  }

  private conclude(decided: Decided<Waiting>, repeats: Repeats): void {
    const { entry } = decided;
    const known = entry.command.kind === 'look' ? undefined : repeats?.get(entry.command.operation.id);
    if (known) this.replayKnown(entry, known);
    else if ('outcome' in decided && decided.outcome.events.length > 0) this.answer(entry, decided.outcome);
    // Whether this was a repeat of something done could not be found out: then a refusal might be a lie.
    else if (!repeats) entry.reject(unavailable('The ledger can not be read right now; repeat the request.'));
    else if ('outcome' in decided) this.answer(entry, decided.outcome);
    else entry.reject(refusal(decided.rejection));
  }

  private answer(entry: Waiting, outcome: Outcome): void {
    const { command } = entry;
    if (command.kind !== 'look' && !command.operation.dryRun && command.operation.keyed) {
      const record = { fingerprint: command.operation.fingerprint, size: outcome.events.length };
      this.recent.set(command.operation.id, { record, outcome });
    }
    entry.resolve(outcome);
  }

  private replayKnown(entry: Waiting, known: Known): void {
    if (known.kind === 'outcome') {
      const { fingerprint, reply, position } = known.row;
      const outcome: Outcome = { events: [], reply: reply as Outcome['reply'], position, replayed: true };
      this.replay(entry, { fingerprint, size: 0 }, outcome);
      return;
    }
    const events = known.entries.map(({ event }) => event);
    const position = events.at(-1)?.position ?? 0;
    const reply = (known.record.reply ?? null) as Outcome['reply'];
    this.replay(entry, known.record, { events, reply, position, replayed: true });
  }

  private replay({ command, resolve, reject }: Waiting, record: OperationRecord, outcome: Outcome): void {
    if (command.kind !== 'look' && command.operation.fingerprint !== record.fingerprint) {
      reject(new DomainError('idempotency-key-reused', 'This Idempotency-Key was used for another request.'));
    } else resolve(outcome);
  }

  /** What becomes of a group that did not commit: the commands that are to be decided again. */
  private async recover(plan: Plan<Waiting>, pending: Waiting[], error: unknown, attempts: number): Promise<Waiting[]> {
    try {
      if (error instanceof CommitFailure) return await this.resolveConflict(plan, pending, error.conflict, attempts);
      if (!isAway(error)) return await this.halve(pending, error);
    } catch (second) {
      // The database went away while a conflict was being looked into: nothing was committed.
      if (!isAway(second)) throw second;
    }
    return this.waitForDatabase(pending, error, attempts);
  }

  private async resolveConflict(
    plan: Plan<Waiting>,
    pending: Waiting[],
    conflict: Conflict,
    attempts: number,
  ): Promise<Waiting[]> {
    switch (conflict.kind) {
      case 'unknown':
        return (await this.outcomeKnown(plan)) ? undecided(plan, pending) : pending;
      case 'away':
        return this.waitForDatabase(pending, undefined, attempts);
      case 'operation':
        return this.withoutDone(pending);
      case 'locations':
        await this.locations.refresh();
        return pending;
      case 'code':
        return this.withoutDuplicate(plan, pending, conflict.field, conflict.value);
      default:
        // Two writers that collide must not collide again in step.
        await pause(Math.random() * Math.min(40, 2 ** attempts));
        await this.refresh();
        return pending;
    }
  }

  /**
   * After an unknown outcome nothing is decided until it is known. Sends the commit again; when the server says that there is no
   * such transaction, the ledger itself tells whether the group is in it.
   */
  private async outcomeKnown(plan: Plan<Waiting>): Promise<boolean> {
    this.options.log.warn('the outcome of a commit is not known: finding out');
    for (let attempt = 1; ; attempt++) {
      try {
        const committed = await this.askForOutcome(plan);
        if (committed) this.publish(plan, undefined);
        else await this.refresh();
        this.awaySince = 0;
        return committed;
      } catch (error) {
        // A database that stays away must not keep the process from ending; the ledger will tell after the next start.
        if (this.stopping && attempt > ATTEMPTS_WHEN_STOPPING) throw error;
        this.away(error);
        await pause(Math.min(500, 20 * 2 ** attempt));
      }
    }
  }

  private async askForOutcome(plan: Plan<Waiting>): Promise<boolean> {
    try {
      await this.repository.commitAgain();
      return true;
    } catch (error) {
      if (!(error instanceof CommitFailure) || error.conflict.kind === 'unknown') throw error;
    }
    // The last one's hash covers all before it; the first alone may have come from a repeat by another writer.
    const last = plan.entries.at(-1);
    if (!last) return false;
    const { position } = last.event;
    const [there] = await this.repository.range({ after: position - 1, upTo: position, limit: 1 });
    return there?.hash === last.hash;
  }

  /** Repeats of operations that are in the ledger are answered from it. */
  private async withoutDone(pending: Waiting[]): Promise<Waiting[]> {
    const ids = pending.flatMap(({ command }) => (command.kind === 'look' ? [] : [command.operation.id]));
    const known = await this.repository.known(ids);
    // The one in our way may be committed but not yet by a majority: then it is not to be seen, and not to be answered from.
    if (known.size === 0) await pause(5);
    await this.refresh();
    return pending.filter((entry) => {
      const found = entry.command.kind === 'look' ? undefined : known.get(entry.command.operation.id);
      if (found) this.replayKnown(entry, found);
      return !found;
    });
  }

  private async withoutDuplicate(
    plan: Plan<Waiting>,
    pending: Waiting[],
    field: 'sku' | 'barcodes',
    value: string,
  ): Promise<Waiting[]> {
    const code = `${field === 'sku' ? 'sku' : 'barcode'}:${value}`;
    const claimant = plan.claimant(code);
    await this.refresh();
    if (!claimant)
      return pending.length > 1 ? this.halve(pending, new Error(`nobody in the group claims ${code}`)) : pending;
    claimant.reject(refusal(duplicate(code)));
    return pending.filter((entry) => entry !== claimant);
  }

  private async waitForDatabase(pending: Waiting[], error: unknown, attempts: number): Promise<Waiting[]> {
    this.away(error);
    await pause(Math.min(250, 10 * 2 ** attempts));
    await this.refresh().catch(() => undefined);
    return pending;
  }

  /** One command that can't be written must not take the others with it. */
  private async halve(pending: Waiting[], error: unknown): Promise<Waiting[]> {
    await this.refresh();
    const [only] = pending;
    if (pending.length === 1 && only) {
      this.options.log.error({ err: error, kind: only.command.kind }, 'a command could not be written');
      only.reject(new DomainError('internal', TITLES.internal, {}, { cause: error }));
      return [];
    }
    const middle = Math.ceil(pending.length / 2);
    await this.settle(pending.slice(0, middle));
    return pending.slice(middle);
  }

  /** Reads on from the tail: what other writers have committed. */
  private async refresh(): Promise<void> {
    for (;;) {
      const entries = await this.repository.range({
        after: this.tail.position,
        upTo: Number.MAX_SAFE_INTEGER,
        limit: 1_000,
      });
      if (entries.length === 0) return;
      for (const entry of entries) this.follow(entry);
      this.ledger.append(entries);
    }
  }

  private follow(entry: Entry): void {
    const { position, at }: LedgerEvent = entry.event;
    if (position !== this.tail.position + 1) throw new Error(`the ledger has a gap before ${position}`);
    this.states.follow(entry);
    this.tail = { position, hash: entry.hash, at };
  }

  private away(error: unknown): void {
    if (this.awaySince === 0) this.options.log.error({ err: error }, 'the database can not be reached');
    this.awaySince ||= Date.now();
  }

  private withoutExpired(pending: Waiting[]): Waiting[] {
    const now = Date.now();
    return pending.filter((entry) => {
      const expired = now - entry.since > (this.awaySince > 0 ? QUEUE_MS : GIVE_UP_MS);
      if (expired) entry.reject(unavailable('The ledger could not be written in time; nothing was changed.'));
      return !expired;
    });
  }

  /** Refuses what has waited too long to be begun, while the loop is busy with something that does not end. */
  private sweep(): void {
    const limit = Date.now() - QUEUE_MS;
    this.queue = this.queue.filter((entry) => {
      if ('run' in entry || entry.since > limit) return true;
      entry.reject(unavailable('The ledger can not be written right now; nothing was changed.'));
      return false;
    });
  }
}

function refusal({ rejected, detail, extra }: Rejection): DomainError {
  return new DomainError(rejected, detail, extra);
}

function unavailable(detail: string): DomainError {
  return new DomainError('unavailable', detail, { retryAfter: 1 });
}

function isAway(error: unknown): boolean {
  return expectedFailure(error)?.code === 'unavailable';
}

/** What the plan did not get to. */
function undecided(plan: Plan<Waiting>, pending: Waiting[]): Waiting[] {
  const decided = new Set(plan.decided.map(({ entry }) => entry));
  return pending.filter((entry) => !decided.has(entry));
}
