import { TcpClient } from '@app/common';
import { asOf, AskStock, PastStock } from '@app/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Reads } from '../http/documented';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { minPositionOf } from '../http/operation';
import { IdPipe } from '../http/path-id';

@ApiTags('items')
@Controller('items/:id/stock')
@Roles('viewer')
export class AsOfController {
  constructor(
    private readonly inventory: TcpClient,
    private readonly feed: EventFeed,
  ) {}

  @Get()
  @Reads({
    id: 'getStockAsOf',
    summary: 'Stock of an item as of a time',
    description:
      'On the `recorded` clock: what the books said then, for ever the same. On the `effective` clock: what is known today about ' +
      'then; what is entered late changes it. Zeros before the first event. Deleted items answer too.',
    answer: PastStock,
    refuses: ['not-found', 'overloaded'],
  })
  async stock(
    @Param('id', IdPipe) itemId: string,
    @Query() { ...question }: AskStock,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<PastStock> {
    const { stock, position } = await atLeast(minPositionOf(request.headers), this.feed, () =>
      this.inventory.call(asOf.stock, { ...question, itemId }, { requestId: request.id }),
    );
    reply.header('x-position', position);
    return stock;
  }
}
