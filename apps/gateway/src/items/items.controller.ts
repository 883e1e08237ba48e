import { TcpClient } from '@app/common';
import {
  CreateItem,
  Item,
  ItemPage,
  LevelPage,
  ListLevels,
  UpdateItem,
  WriteQuery,
  items,
  type IfMatch,
} from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Commands } from '../http/commands.service';
import { Reads, Writes } from '../http/documented';
import { etagOf, ifMatchOf } from '../http/etag';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { NoBody } from '../http/no-body';
import { pageText } from '../http/page-text';
import { IdPipe } from '../http/path-id';
import { minPositionOf } from '../http/operation';
import { ItemReader } from './item-reader.service';
import { ItemListQuery } from './item-query';

/** The item routes. Where a path stands beside another one, it is the public name of the same route. */
@ApiTags('items')
@Controller('items')
@Roles('manager')
export class ItemsController {
  constructor(
    private readonly commands: Commands,
    private readonly inventory: TcpClient,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  @Post(['', 'create'])
  @Writes({
    id: 'createItem',
    summary: 'Create an item',
    description:
      'Only the name is required. A `quantity` is what is on hand at `main` to begin with; without a `sku` the item gets one. The answer is the item.',
    status: 201,
    answer: Item,
    refuses: ['duplicate'],
  })
  async create(
    @Body() item: CreateItem,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Item> {
    const created = await this.commands.run(exchange, items.create, { item }, { path: '/items', dryRun });
    if (!dryRun) this.settle(created, exchange);
    return created;
  }

  @Get(['', 'getAll'])
  @Roles('viewer')
  @Reads({
    id: 'listItems',
    summary: 'List items, page by page',
    description:
      '`attr.<key>=<value>` beside the other filters: only items with this attribute; also for several keys.',
    answer: ItemPage,
  })
  async list(@Query() { ...query }: ItemListQuery, @CurrentExchange() { request, reply }: Exchange): Promise<string> {
    const page = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(items.list, query, { requestId: request.id }),
    );
    return pageText(reply, page);
  }

  @Put([':id', 'update/:id'])
  @Writes({
    id: 'updateItem',
    summary: 'Change fields of an item; quantity counts the stock',
    description:
      'Any subset of the fields. `quantity` sets the total on hand and books the difference at `main` as a count. Nothing changed: no event. `null` clears category and reorderQuantity.',
    answer: Item,
    conditional: true,
    refuses: ['not-found', 'duplicate', 'insufficient-stock', 'quantity-out-of-range', 'reserved-exceeds-stock'],
  })
  update(
    @Param('id', IdPipe) id: string,
    @Body() changes: UpdateItem,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Item> {
    return this.change(id, changes, query, exchange);
  }

  @Patch(':id')
  @Writes({
    id: 'patchItem',
    summary: 'The same as PUT: any subset of the fields',
    description: 'Fields that are left out stay as they are.',
    answer: Item,
    conditional: true,
    refuses: ['not-found', 'duplicate', 'insufficient-stock', 'quantity-out-of-range', 'reserved-exceeds-stock'],
  })
  patch(
    @Param('id', IdPipe) id: string,
    @Body() changes: UpdateItem,
    @Query() query: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Item> {
    return this.change(id, changes, query, exchange);
  }

  @Delete([':id', 'delete/:id'])
  @HttpCode(204)
  @Writes({
    id: 'deleteItem',
    summary: 'Delete an item; what is left of it is written off',
    description:
      'What is on its way of it, in transfers and expectations, does not come any more. `item-incoming`: that is more than 500 of one of ' +
      'these.',
    status: 204,
    conditional: true,
    refuses: ['not-found', 'item-reserved', 'item-incoming'],
  })
  async delete(
    @Param('id', IdPipe) itemId: string,
    @Query() { dryRun }: WriteQuery,
    @CurrentExchange() exchange: Exchange,
  ): Promise<null> {
    const command = { itemId, ...this.condition(exchange.request) };
    const answer = await this.commands.run(exchange, items.delete, command, { path: `/items/${itemId}`, dryRun });
    if (!dryRun) this.reader.catalogueChanged(itemId, Number.POSITIVE_INFINITY);
    return answer;
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Writes({
    id: 'restoreItem',
    summary: 'Bring a deleted item back, with quantity 0',
    description:
      'Its history goes on. If its sku or a barcode was taken meanwhile: 409 `duplicate`. One that is not deleted is answered as it is.',
    answer: Item,
    refuses: ['not-found', 'duplicate'],
  })
  async restore(
    @Param('id', IdPipe) itemId: string,
    @Query() { dryRun }: WriteQuery,
    @NoBody() _nothing: void,
    @CurrentExchange() exchange: Exchange,
  ): Promise<Item> {
    const path = `/items/${itemId}/restore`;
    const item = await this.commands.run(exchange, items.restore, { itemId }, { path, dryRun });
    if (!dryRun) this.settle(item, exchange);
    return item;
  }

  @Get(':id/levels')
  @Roles('viewer')
  @Reads({
    id: 'listLevels',
    summary: 'Stock of an item, location by location',
    description: 'By the code of the location, in pages: an item itself shows the first 50 only.',
    answer: LevelPage,
    refuses: ['not-found'],
  })
  async levels(
    @Param('id', IdPipe) itemId: string,
    @Query() { limit, cursor }: ListLevels,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<LevelPage> {
    const page = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(items.levels, { itemId, limit, cursor }, { requestId: request.id }),
    );
    reply.header('x-position', page.position);
    return page;
  }

  private async change(itemId: string, changes: UpdateItem, { dryRun }: WriteQuery, exchange: Exchange): Promise<Item> {
    const command = { itemId, changes, ...this.condition(exchange.request) };
    const item = await this.commands.run(exchange, items.update, command, { path: `/items/${itemId}`, dryRun });
    if (!dryRun) this.settle(item, exchange);
    return item;
  }

  /** Before the answer leaves: who reads after it must not find what was before. */
  private settle({ id, seq }: Item, { reply }: Exchange): void {
    this.reader.catalogueChanged(id, seq);
    const { cursor } = this.feed;
    if (cursor) reply.header('etag', etagOf(seq, cursor.epoch));
  }

  private condition({ headers }: FastifyRequest): { ifMatch?: IfMatch } {
    const header = headers['if-match'];
    const ifMatch = header === undefined ? undefined : ifMatchOf(header, this.feed.epoch);
    return ifMatch === undefined ? {} : { ifMatch };
  }
}
