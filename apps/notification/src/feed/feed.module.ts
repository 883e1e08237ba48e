import { Module } from '@nestjs/common';
import { FeedService } from './feed.service';
import { InventoryService } from './inventory.service';

/** The ledger as this process sees it: followed once, for all who want to know. */
@Module({ providers: [InventoryService, FeedService], exports: [InventoryService, FeedService] })
export class FeedModule {}
