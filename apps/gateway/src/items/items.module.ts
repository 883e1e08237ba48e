import { TcpClient } from '@app/common';
import { Module } from '@nestjs/common';
import { EventFeed } from '../events/event-feed.service';
import { EventsModule } from '../events/events.module';
import { GatewayConfig } from '../gateway.config';
import { HttpModule } from '../http/http.module';
import { BarcodeController } from './barcode.controller';
import { Barcodes } from './barcode.service';
import { ItemController } from './item.controller';
import { ItemReader } from './item-reader.service';
import { ItemsController } from './items.controller';

@Module({
  imports: [HttpModule, EventsModule],
  controllers: [ItemsController, ItemController, BarcodeController],
  providers: [
    Barcodes,
    {
      provide: ItemReader,
      useFactory: (inventory: TcpClient, feed: EventFeed, { itemCacheSize }: GatewayConfig): ItemReader =>
        new ItemReader(inventory, feed, itemCacheSize),
      inject: [TcpClient, EventFeed, GatewayConfig],
    },
  ],
  exports: [ItemReader],
})
export class ItemsModule {}
