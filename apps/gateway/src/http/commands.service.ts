import { DomainError, TcpClient } from '@app/common';
import type { Caller, Done, Message, Moved, Operation, Ordered } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { EventFeed } from '../events/event-feed.service';
import { GatewayConfig } from '../gateway.config';
import { callerOf } from './caller';
import type { Exchange } from './exchange';
import { fingerprintOf, idempotencyKeyOf, keyedOperationId, newOperationId } from './operation';

export interface CommandOptions {
  /** Path of the plain route: an alias stands for the same request. */
  path: string;
  /** What the request says, where that is not its body: a file was read. */
  content?: unknown;
  dryRun: boolean | undefined;
}

/** Where the rows of a batch stand under its key. */
const ROW_PATH = '/movements/batch/row';

/** Turns writing requests into commands with an operation of their own, and what was done into answers. */
@Injectable()
export class Commands {
  constructor(
    private readonly inventory: TcpClient,
    private readonly config: GatewayConfig,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Sends a command. A dry run and a repeat say so in the answer; what a repeat answers has the status and body of the first time.
   * @throws DomainError as the inventory threw it
   */
  async run<Command extends { operation: Operation }, Body>(
    exchange: Exchange,
    message: Message<Command, Done<Body>>,
    command: Omit<Command, 'operation'>,
    options: CommandOptions,
  ): Promise<Body> {
    const { body } = await this.send(exchange, message, command, options);
    return options.dryRun ? { ...body, dryRun: true } : body;
  }

  /** Sends a movement; its answer is passed on as the JSON that it comes as. @throws DomainError as the inventory threw it */
  async move<Command extends { operation: Operation }>(
    exchange: Exchange,
    message: Message<Command, Moved>,
    command: Omit<Command, 'operation'>,
    options: CommandOptions,
  ): Promise<Moved> {
    const moved = await this.send(exchange, message, command, options);
    exchange.reply.header('content-type', 'application/json; charset=utf-8');
    return moved;
  }

  /** Sends a command whose outcome names the items that it touched. @throws DomainError as the inventory threw it */
  async order<Command extends { operation: Operation }, Body extends object>(
    exchange: Exchange,
    message: Message<Command, Ordered<Body>>,
    command: Omit<Command, 'operation'>,
    options: CommandOptions,
  ): Promise<Ordered<Body>> {
    const done = await this.send(exchange, message, command, options);
    return options.dryRun ? { ...done, body: { ...done.body, dryRun: true } } : done;
  }

  private async send<Command extends { operation: Operation }, Outcome extends Pick<Moved, 'position' | 'replayed'>>(
    { request, reply }: Exchange,
    message: Message<Command, Outcome>,
    command: Omit<Command, 'operation'>,
    { path, dryRun, content = request.body }: CommandOptions,
  ): Promise<Outcome> {
    const key = this.keyOf(request, dryRun);
    const fingerprint = fingerprintOf(request.method, path, content);
    const operation = operationOf(callerOf(request), key, fingerprint, dryRun);
    request.operation = operation.id;
    const done = await this.inventory.call(message, { ...command, operation } as Command, { requestId: request.id });
    reply.header('x-position', done.position);
    if (done.replayed) reply.header('idempotency-replayed', 'true');
    if (dryRun) reply.status(200);
    else this.feed.acknowledge(done.position);
    return done;
  }

  /** Makes the operations of a batch's rows: under a key each row has its own. */
  operations({ request }: Exchange, dryRun: boolean | undefined): (row: number, content: unknown) => Operation {
    const caller = callerOf(request);
    const key = this.keyOf(request, dryRun);
    return (row, content) => {
      const rowKey = key === undefined ? undefined : `${key}:${row}`;
      return operationOf(caller, rowKey, fingerprintOf(request.method, ROW_PATH, content), dryRun);
    };
  }

  /**
   * The key of a write; a dry run needs none and remembers none.
   * @throws DomainError `idempotency-key-invalid`, also when one is required and missing
   */
  keyOf({ headers }: FastifyRequest, dryRun: boolean | undefined): string | undefined {
    const key = idempotencyKeyOf(headers);
    if (dryRun) return undefined;
    if (key === undefined && this.config.requireIdempotencyKey) {
      throw new DomainError(
        'idempotency-key-invalid',
        'Every change needs an Idempotency-Key here (REQUIRE_IDEMPOTENCY_KEY).',
      );
    }
    return key;
  }
}

function operationOf(
  caller: Caller,
  key: string | undefined,
  fingerprint: string,
  dryRun: boolean | undefined,
): Operation {
  const { kind, id, name } = caller;
  return {
    id: key === undefined ? newOperationId(Date.now()) : keyedOperationId(caller, key),
    keyed: key !== undefined,
    fingerprint,
    actor: { kind, id, name },
    ...(dryRun && { dryRun }),
  };
}
