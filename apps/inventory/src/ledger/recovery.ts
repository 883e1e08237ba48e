import { DomainError, expectedFailure, type Logger } from '@app/common';
import { TITLES } from '@app/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { refusal, type Answers, type Repeats, type Waiting } from './answers';
import type { LocationRegistry } from '../locations/location-registry.service';
import { StocktakeChanged } from '../stocktakes/stocktake.errors';
import { duplicate } from './decide';
import type { Front } from './front';
import { QUEUE_MS } from './group-queue';
import { CommitFailure, type Conflict, type LedgerRepository } from './ledger.repository';
import type { Plan } from './plan';

/** What recovery needs of the writer. */
export interface Host {
  readonly repository: LedgerRepository;
  readonly front: Front;
  readonly answers: Answers;
  readonly locations: LocationRegistry;
  readonly log: Logger;
  readonly stopping: boolean;
  /** The database can not be reached, or can be again. */
  away(error: unknown): void;
  back(): void;
  /** Refuses what has waited too long, and returns the others. */
  withoutExpired(pending: readonly Waiting[]): readonly Waiting[];
  publish(plan: Plan<Waiting>, repeats: Repeats): void;
  settle(group: readonly Waiting[]): Promise<void>;
}

const ATTEMPTS_WHEN_STOPPING = 5;

/** What becomes of a group that did not commit: each method returns the commands that are to be decided again. */
export class Recovery {
  constructor(private readonly host: Host) {}

  /** @param plan absent when the group failed before it was decided */
  async recover(
    plan: Plan<Waiting> | undefined,
    pending: readonly Waiting[],
    error: unknown,
    attempts: number,
  ): Promise<readonly Waiting[]> {
    try {
      if (error instanceof CommitFailure) return await this.resolve(plan, pending, error.conflict, attempts);
      if (!isAway(error)) return await this.halve(pending, error);
    } catch (second) {
      // The database went away while a conflict was being looked into: nothing was committed.
      if (!isAway(second)) throw second;
    }
    return this.waitForDatabase(pending, error, attempts);
  }

  private async resolve(
    plan: Plan<Waiting> | undefined,
    pending: readonly Waiting[],
    conflict: Conflict,
    attempts: number,
  ): Promise<readonly Waiting[]> {
    switch (conflict.kind) {
      case 'unknown':
        return plan && (await this.outcomeKnown(plan)) ? undecided(plan, pending) : pending;
      case 'away':
        return this.waitForDatabase(pending, undefined, attempts);
      case 'operation':
        return this.withoutDone(pending);
      case 'locations':
        await this.host.locations.refresh();
        return pending;
      case 'stocktake':
        return withoutApproval(pending);
      case 'code':
        return this.withoutDuplicate(
          plan,
          pending,
          `${conflict.field === 'sku' ? 'sku' : 'barcode'}:${conflict.value}`,
        );
      default:
        // Two writers that collide must not collide again in step.
        await pause(Math.random() * Math.min(40, 2 ** attempts));
        await this.host.front.refresh();
        return pending;
    }
  }

  /**
   * After an unknown outcome nothing is decided until it is known. Sends the commit again; when the server says that there is no
   * such transaction, the ledger itself tells whether the group is in it.
   */
  private async outcomeKnown(plan: Plan<Waiting>): Promise<boolean> {
    const { host } = this;
    host.log.warn('the outcome of a commit is not known: finding out');
    const impatience = setTimeout(() => answerUnknown(plan), QUEUE_MS);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          const committed = await this.askForOutcome(plan);
          if (committed) host.publish(plan, undefined);
          else await host.front.refresh();
          host.back();
          return committed;
        } catch (error) {
          // A database that stays away must not keep the process from ending; the ledger will tell after the next start.
          if (host.stopping && attempt > ATTEMPTS_WHEN_STOPPING) throw error;
          host.away(error);
          await pause(Math.min(500, 20 * 2 ** attempt));
        }
      }
    } finally {
      clearTimeout(impatience);
    }
  }

  private async askForOutcome(plan: Plan<Waiting>): Promise<boolean> {
    const { repository } = this.host;
    try {
      await repository.commitAgain();
      return true;
    } catch (error) {
      if (!(error instanceof CommitFailure) || error.conflict.kind === 'unknown') throw error;
    }
    // The last one's hash covers all before it; the first alone may have come from a repeat by another writer.
    const last = plan.entries.at(-1);
    if (!last) return false;
    const { position } = last.event;
    const [there] = await repository.range({ after: position - 1, upTo: position, limit: 1 });
    return there?.hash === last.hash;
  }

  /** Repeats of operations that are in the ledger are answered from it. */
  private async withoutDone(pending: readonly Waiting[]): Promise<readonly Waiting[]> {
    const { repository, front, answers } = this.host;
    const ids = pending.flatMap(({ command }) => (command.kind === 'look' ? [] : [command.operation.id]));
    const known = await repository.known(ids);
    // The one in our way may be committed but not yet by a majority: then it is not to be seen, and not to be answered from.
    if (known.size === 0) await pause(5);
    await front.refresh();
    return pending.filter((entry) => {
      const found = entry.command.kind === 'look' ? undefined : known.get(entry.command.operation.id);
      if (found) answers.replayKnown(entry, found);
      return !found;
    });
  }

  private async withoutDuplicate(
    plan: Plan<Waiting> | undefined,
    pending: readonly Waiting[],
    code: string,
  ): Promise<readonly Waiting[]> {
    const claimant = plan?.claimant(code);
    await this.host.front.refresh();
    if (!claimant)
      return pending.length > 1 ? this.halve(pending, new Error(`nobody in the group claims ${code}`)) : pending;
    claimant.reject(refusal(duplicate(code)));
    return pending.filter((entry) => entry !== claimant);
  }

  private async waitForDatabase(
    pending: readonly Waiting[],
    error: unknown,
    attempts: number,
  ): Promise<readonly Waiting[]> {
    this.host.away(error);
    // Before the refresh, which may itself wait for the database as long as anybody should.
    const rest = this.host.withoutExpired(pending);
    await pause(Math.min(250, 10 * 2 ** attempts));
    await this.host.front.refresh().catch(() => undefined);
    return rest;
  }

  /** One command that can't be written must not take the others with it. */
  private async halve(pending: readonly Waiting[], error: unknown): Promise<readonly Waiting[]> {
    const { front, log } = this.host;
    await front.refresh();
    const [only] = pending;
    if (pending.length === 1 && only) {
      log.error({ err: error, kind: only.command.kind }, 'a command could not be written');
      only.reject(new DomainError('internal', TITLES.internal, {}, { cause: error }));
      return [];
    }
    const middle = Math.ceil(pending.length / 2);
    await this.host.settle(pending.slice(0, middle));
    return pending.slice(middle);
  }
}

/** Who waits for an outcome that can't be found out now is told so; a repeat under the same key will be told what became of it. */
export function answerUnknown(plan: Plan<Waiting>): void {
  const detail = 'The database did not answer while this was being written; whether it was is not known yet.';
  for (const { entry } of plan.decided) entry.reject(new DomainError('timeout', detail));
}

function isAway(error: unknown): boolean {
  return expectedFailure(error)?.code === 'unavailable';
}

/** Who wanted to approve a stocktake that has changed since reads it again; nobody else waits for that. */
function withoutApproval(pending: readonly Waiting[]): readonly Waiting[] {
  return pending.filter((entry) => {
    if (entry.command.kind !== 'stocktake') return true;
    entry.reject(new StocktakeChanged());
    return false;
  });
}

/** What the plan did not get to. */
function undecided(plan: Plan<Waiting>, pending: readonly Waiting[]): Waiting[] {
  const decided = new Set(plan.decided.map(({ entry }) => entry));
  return pending.filter((entry) => !decided.has(entry));
}
