import { DomainError, expectedFailure, problemOf } from '@app/common';
import type {
  BatchReply,
  MoveBatchCommand,
  MoveCommand,
  Moved,
  Operation,
  ReverseCommand,
  RowResult,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LedgerRepository } from '../ledger/ledger.repository';
import { LedgerWriter } from '../ledger/ledger.writer';
import type { Outcome } from '../ledger/outcome';
import { halvesOf } from './reversal';

@Injectable()
export class MovementsService {
  constructor(
    private readonly writer: LedgerWriter,
    private readonly repository: LedgerRepository,
  ) {}

  async apply({ operation, lines, ...circumstances }: MoveCommand): Promise<Moved> {
    return moved(operation, await this.writer.submit({ kind: 'move', operation, lines, circumstances }));
  }

  /**
   * Each row on its own; they are handed over in order, so that rows of one item follow each other, and have waited for the same
   * time, so that of those that wait too long none is given up while one behind it is booked.
   */
  async batch({ rows }: MoveBatchCommand): Promise<BatchReply> {
    const since = Date.now();
    const done = await Promise.all(rows.map((row) => this.row(row, since)));
    const results = done.map(({ result }) => result);
    const position = results.reduce((most, result) => Math.max(most, result.position ?? 0), 0);
    return { results, position, replayed: done.filter(({ replayed }) => replayed).length };
  }

  private async row(
    { row, operation, line: { reason, reference, note, effectiveAt, ...line } }: MoveBatchCommand['rows'][number],
    since: number,
  ): Promise<{ result: RowResult; replayed: boolean }> {
    try {
      const circumstances = { reason, reference, note, effectiveAt };
      const outcome = await this.writer.submit({ kind: 'move', operation, lines: [line], circumstances }, since);
      const { position, figures, replayed } = outcome;
      return {
        result: { row, status: 'applied', operationId: operation.id, position, item: figures[0] },
        replayed,
      };
    } catch (error) {
      const failure = expectedFailure(error);
      if (!failure) throw error;
      return { result: { row, status: 'rejected', problem: problemOf(failure) }, replayed: false };
    }
  }

  /** What is to be taken back never changes any more, so it is read here; whether it was taken back already is the writer's to say. */
  async reverse({ operation, position, reason }: ReverseCommand): Promise<Moved> {
    const around = await this.repository.range({ after: Math.max(0, position - 2), upTo: position + 1, limit: 3 });
    const originals = halvesOf(
      position,
      around.map(({ event }) => event),
    );
    if (originals.length === 0)
      throw new DomainError('not-found', `There is no event at position ${position}.`, { position });
    return moved(operation, await this.writer.submit({ kind: 'reverse', operation, originals, reason }));
  }
}

/** The JSON of a `MovementResult`, out of the events' own. */
function moved({ id, dryRun }: Operation, { events, figures, position, replayed }: Outcome): Moved {
  const json =
    `{"operationId":"${id}","position":${position},"events":[${events.map((event) => event.json).join()}],` +
    `"items":${JSON.stringify(figures)}${dryRun ? ',"dryRun":true' : ''}}`;
  return { json, position, replayed, touched: figures.map(({ id: itemId, seq }) => ({ id: itemId, seq })) };
}
