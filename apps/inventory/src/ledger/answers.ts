import { DomainError } from '@app/common';
import { LRUCache } from 'lru-cache';
import type { Rejection } from '../items/rejection';
import type { Command } from './command';
import type { Known, OperationRecord } from './ledger.repository';
import { outcomeOf, type Outcome } from './outcome';
import type { Decided } from './plan';

/** A command and who waits for its outcome. */
export interface Waiting {
  command: Command;
  since: number;
  /** `traceparent` of who waits, when that is traced. */
  trace?: string;
  resolve: (outcome: Outcome) => void;
  reject: (error: Error) => void;
}

/** What is known of operations; undefined when it could not be found out. */
export type Repeats = ReadonlyMap<string, Known> | undefined;

/** Operations and their events that are remembered. */
const REMEMBERED = 4_000;

/** Answers commands, the repeats among them as the first time. */
export class Answers {
  /** Recent operations, so that a repeat soon after costs no read. */
  private readonly recent = new LRUCache<string, { record: OperationRecord; outcome: Outcome }>({
    maxSize: REMEMBERED,
    sizeCalculation: ({ outcome }) => 1 + outcome.events.length,
  });

  /** Answers a repeat of a recent operation. */
  repeat(entry: Waiting): boolean {
    const { command } = entry;
    if (command.kind === 'look' || command.operation.dryRun) return false;
    const recent = this.recent.get(command.operation.id);
    if (recent) replay(entry, recent.record, { ...recent.outcome, replayed: true });
    return recent !== undefined;
  }

  /** Answers a command whose group is durable. */
  conclude(decided: Decided<Waiting>, repeats: Repeats): void {
    const { entry } = decided;
    const known = entry.command.kind === 'look' ? undefined : repeats?.get(entry.command.operation.id);
    if (known) this.replayKnown(entry, known);
    else if ('outcome' in decided && decided.outcome.events.length > 0) this.answer(entry, decided.outcome);
    // Whether this was a repeat of something done could not be found out: then a refusal might be a lie.
    else if (!repeats) entry.reject(unavailable('The ledger can not be read right now; repeat the request.'));
    else if ('outcome' in decided) this.answer(entry, decided.outcome);
    else entry.reject(refusal(decided.rejection));
  }

  /** Answers a repeat of an operation that the ledger knows. */
  replayKnown(entry: Waiting, known: Known): void {
    if (known.kind === 'outcome') {
      const { fingerprint, reply, position } = known.row;
      const outcome = outcomeOf([], { reply: reply as Outcome['reply'], position, replayed: true });
      replay(entry, { fingerprint, size: 0 }, outcome);
      return;
    }
    const events = known.entries.map(({ event }) => event);
    const position = events.at(-1)?.position ?? 0;
    const reply = (known.record.reply ?? null) as Outcome['reply'];
    replay(entry, known.record, outcomeOf(events, { reply, position, replayed: true }));
  }

  private answer(entry: Waiting, outcome: Outcome): void {
    const { command } = entry;
    if (command.kind !== 'look' && !command.operation.dryRun && command.operation.keyed) {
      const record = { fingerprint: command.operation.fingerprint, size: outcome.events.length };
      this.recent.set(command.operation.id, { record, outcome });
    }
    entry.resolve(outcome);
  }
}

function replay({ command, resolve, reject }: Waiting, record: OperationRecord, outcome: Outcome): void {
  if (command.kind !== 'look' && command.operation.fingerprint !== record.fingerprint) {
    reject(new DomainError('idempotency-key-reused', 'This Idempotency-Key was used for another request.'));
  } else resolve(outcome);
}

export function refusal({ rejected, detail, extra }: Rejection): DomainError {
  return new DomainError(rejected, detail, extra);
}

export function unavailable(detail: string): DomainError {
  return new DomainError('unavailable', detail, { retryAfter: 1 });
}
