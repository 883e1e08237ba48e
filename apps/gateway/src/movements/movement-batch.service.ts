import { DomainError, TcpClient, problemOf } from '@app/common';
import {
  MovementBatch,
  MovementRow,
  movements,
  type BatchResult,
  type Operation,
  type RowResult,
} from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import type { Exchange } from '../http/exchange';
import { validated } from '../http/validation';

/** Rows in one message: as many as one group of the writer takes; more would make packets that others wait behind. */
const CHUNK = 500;

interface Sendable {
  row: number;
  operation: Operation;
  line: MovementRow;
}

/** Answers a batch: each row is validated, decided and answered on its own. */
@Injectable()
export class MovementBatches {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Sends the rows that are valid, chunk after chunk, in the order of the request. When the inventory fails after it has
   * acknowledged a chunk, that must not be lost in an error: the rows from there on are answered with the problem, 504
   * `timeout` where the outcome is not known, and a repeat under the same key completes them.
   * @throws DomainError when already the first chunk fails, so that nothing was acknowledged
   */
  async run(exchange: Exchange, rows: readonly unknown[], dryRun: boolean | undefined): Promise<BatchResult> {
    const { request, reply } = exchange;
    const results: RowResult[] = [];
    const valid = this.sort(exchange, rows, dryRun, results);
    let replayed = 0;
    for (let begin = 0; begin < valid.length; begin += CHUNK) {
      const chunk = valid.slice(begin, begin + CHUNK);
      try {
        const done = await this.inventory.call(movements.batch, { rows: chunk }, { requestId: request.id });
        results.push(...done.results);
        replayed += done.replayed;
        reply.header('x-position', done.position);
        if (!dryRun) this.feed.acknowledge(done.position);
      } catch (error) {
        if (begin === 0 || !(error instanceof DomainError)) throw error;
        const notTried = new DomainError('unavailable', 'Not tried, because rows before it failed.', { retryAfter: 1 });
        results.push(...chunk.map(({ row }) => rejected(row, error)));
        results.push(...valid.slice(begin + CHUNK).map(({ row }) => rejected(row, notTried)));
        break;
      }
    }
    results.sort((one, other) => one.row - other.row);
    // Rows that were refused are decided again; of those that took effect none has just done so.
    const applied = results.filter(({ status }) => status === 'applied').length;
    if (applied > 0 && replayed === applied) reply.header('idempotency-replayed', 'true');
    return dryRun ? { results, dryRun } : { results };
  }

  /** The rows that can be sent; the others get their refusal at once. */
  private sort(
    exchange: Exchange,
    rows: readonly unknown[],
    dryRun: boolean | undefined,
    results: RowResult[],
  ): Sendable[] {
    const operationOf = this.commands.operations(exchange, dryRun);
    return rows.flatMap((raw, row) => {
      try {
        const line = validated(MovementRow, raw, 'row');
        return [{ row, operation: operationOf(row, raw), line }];
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        results.push(rejected(row, error));
        return [];
      }
    });
  }
}

/**
 * The rows of a batch as they arrived. Only their list is validated here, with stand-ins: one row that class-transformer stumbles
 * over must not be the end of the others.
 * @throws DomainError `validation` for a list that is none, empty or too long
 */
export function rowsOf(body: unknown): readonly unknown[] {
  const { rows } = Object(body) as { rows?: unknown };
  const standIn: unknown = Array.isArray(rows) ? rows.map(() => 0) : rows;
  validated(MovementBatch, isRecord(body) ? { ...body, ...(rows !== undefined && { rows: standIn }) } : body);
  return rows as unknown[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without the request's id, which is in the header: a repeat is answered with the same body. */
function rejected(row: number, error: DomainError): RowResult {
  return { row, status: 'rejected', problem: problemOf(error) };
}
