import { TcpClient } from '@app/common';
import type { Message, Operation, Ordered, OrderPage, Shown, WriteQuery } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import type { Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { ItemReader } from '../items/item-reader.service';

/** What the routes of reservations, transfers, expectations and stocktakes do. */
@Injectable()
export class Orders {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  /** Sends a command; `path` is that of the route. @throws DomainError as the inventory threw it */
  async run<Command extends { operation: Operation }, Body extends object>(
    exchange: Exchange,
    message: Message<Command, Ordered<Body>>,
    command: Omit<Command, 'operation'>,
    path: string,
    { dryRun }: WriteQuery,
  ): Promise<Body> {
    const { body, touched } = await this.commands.order(exchange, message, command, { path, dryRun });
    // Before the answer leaves: who reads after it must not find what was before.
    if (!dryRun) for (const { id, seq } of touched) this.reader.changed(id, seq);
    return body;
  }

  async get<Body>(
    { request, reply }: Exchange,
    message: Message<{ id: string }, Shown<Body>>,
    id: string,
  ): Promise<Body> {
    const { body, position } = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(message, { id }, { requestId: request.id }),
    );
    reply.header('x-position', position);
    return body;
  }

  async list<Query extends object, Page extends OrderPage>(
    { request, reply }: Exchange,
    message: Message<Query, Page>,
    query: Query,
  ): Promise<Page> {
    const page = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(message, query, { requestId: request.id }),
    );
    reply.header('x-position', page.position);
    return page;
  }
}
