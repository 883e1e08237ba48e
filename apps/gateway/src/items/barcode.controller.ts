import { DrawBarcode, type Item } from '@app/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/policy';
import { atLeast } from '../events/at-least';
import { EventFeed } from '../events/event-feed.service';
import { Reads } from '../http/documented';
import { isUnchanged } from '../http/etag';
import { CurrentExchange, type Exchange } from '../http/exchange';
import { IdPipe } from '../http/path-id';
import { minPositionOf } from '../http/operation';
import { Barcodes, barcodeOf, etagOfBarcode } from './barcode.service';
import { ItemReader } from './item-reader.service';

@ApiTags('items')
@Controller('items')
@Roles('viewer')
export class BarcodeController {
  constructor(
    private readonly barcodes: Barcodes,
    private readonly reader: ItemReader,
    private readonly feed: EventFeed,
  ) {}

  @Get(':id/barcode.svg')
  @Reads({
    id: 'drawBarcode',
    summary: 'A barcode of an item as an image, to print or to show',
    description:
      'SVG of the first barcode, else of the sku; `code` chooses another code of the item, `type` how it is drawn.',
    media: 'image/svg+xml',
    example: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 202 144">…</svg>',
    tagged: true,
    refuses: ['not-found'],
  })
  async draw(
    @Param('id', IdPipe) id: string,
    @Query() query: DrawBarcode,
    @CurrentExchange() { request, reply }: Exchange,
  ): Promise<string | undefined> {
    const minPosition = minPositionOf(request.headers);
    const known = this.reader.peek(id, minPosition ?? 0);
    const { item, position } = known ?? (await atLeast(minPosition, this.feed, () => this.reader.read(id, request.id)));
    const barcode = barcodeOf(JSON.parse(item.json) as Item, query);
    const etag = etagOfBarcode(barcode);
    const unchanged = isUnchanged(request.headers['if-none-match'], etag);
    const image = unchanged ? undefined : await this.barcodes.draw(barcode, query.code === undefined ? 'type' : 'code');
    reply.header('etag', etag).header('x-position', position);
    if (image === undefined) reply.status(304);
    else reply.header('content-type', 'image/svg+xml; charset=utf-8');
    return image;
  }
}
