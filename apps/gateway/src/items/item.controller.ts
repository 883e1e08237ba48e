import { Item } from '@app/contracts';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Reads } from '../http/documented';
import { isUnchanged } from '../http/etag';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { CodePipe, IdPipe } from '../http/path-id';
import { minPositionOf } from '../http/operation';
import { insistOnNoQuery } from '../http/validation';
import { ItemReader, type ItemView } from './item-reader.service';

/** Reading one item: the routes that are asked most, served from the cache without a promise on the way. */
@ApiTags('items')
@Controller('items')
@Roles('viewer')
export class ItemController {
  constructor(
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  @Get([':id', 'get/:id'])
  @Reads({
    id: 'getItem',
    summary: 'An item with its stock',
    description:
      'With the figures of its first 50 locations. A deleted item is 404; its history stays in `GET /items/{id}/movements`.',
    answer: Item,
    tagged: true,
    refuses: ['not-found'],
  })
  byId(
    @Param('id', IdPipe) id: string,
    @CurrentExchange() exchange: Exchange,
  ): string | undefined | Promise<string | undefined> {
    insistOnNoQuery(exchange.request);
    const minPosition = minPositionOf(exchange.request.headers);
    const known = this.reader.peek(id, minPosition ?? 0);
    return known ? answer(known, exchange) : this.ask(id, minPosition, exchange);
  }

  @Get('by-sku/:sku')
  @Reads({
    id: 'getItemBySku',
    summary: 'The item that has a sku now',
    description: 'Skus are case-sensitive. One that was changed, or whose item was deleted, is free for another item.',
    answer: Item,
    tagged: true,
    refuses: ['not-found'],
  })
  bySku(@Param('sku', CodePipe) sku: string, @CurrentExchange() exchange: Exchange): Promise<string | undefined> {
    return this.byCode({ sku }, exchange);
  }

  @Get('by-barcode/:code')
  @Reads({
    id: 'getItemByBarcode',
    summary: 'The item that has a barcode now',
    description: 'A barcode belongs to one item at a time.',
    answer: Item,
    tagged: true,
    refuses: ['not-found'],
  })
  byBarcode(
    @Param('code', CodePipe) barcode: string,
    @CurrentExchange() exchange: Exchange,
  ): Promise<string | undefined> {
    return this.byCode({ barcode }, exchange);
  }

  private async byCode(code: { sku: string } | { barcode: string }, exchange: Exchange): Promise<string | undefined> {
    const { request } = exchange;
    insistOnNoQuery(request);
    const minPosition = minPositionOf(request.headers);
    const view = await atLeast(minPosition, this.feed, async () => {
      const id = await this.reader.find(code, request.id);
      return this.reader.peek(id, minPosition ?? 0) ?? this.reader.read(id, request.id);
    });
    return answer(view, exchange);
  }

  private async ask(id: string, minPosition: number | undefined, exchange: Exchange): Promise<string | undefined> {
    const { request } = exchange;
    return answer(await atLeast(minPosition, this.feed, () => this.reader.read(id, request.id)), exchange);
  }
}

/** The item's JSON as it was made once; nothing for a client that has this version. */
export function answer({ item, position }: ItemView, { request, reply }: Exchange): string | undefined {
  reply.header('etag', item.etag).header('x-position', position);
  if (isUnchanged(request.headers['if-none-match'], item.etag)) {
    reply.status(304);
    return undefined;
  }
  reply.header('content-type', 'application/json; charset=utf-8');
  return item.json;
}
