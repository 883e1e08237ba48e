import { DomainError, type Logger } from '@app/common';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { InjectLog } from '../core/log';
import { FeedService } from '../feed/feed.service';
import { InventoryService } from '../feed/inventory.service';
import { withoutCutOperation } from '../feed/operations';
import type { RoomFilter } from '../feed/place';
import type { Slice } from '../feed/ring';
import { CATCH_UP } from './bounds';
import type { History } from './catch-up';

/** The past as pages of the ledger. */
@Injectable()
export class HistoryService implements History {
  constructor(
    private readonly feed: FeedService,
    private readonly inventory: InventoryService,
    @InjectLog() private readonly log: Logger,
  ) {}

  async page(after: number, limit: number, filter?: RoomFilter): Promise<Slice | undefined> {
    try {
      const request = { ...filter, after, limit, ...(this.feed.cursor && { epoch: this.feed.cursor.epoch }) };
      const { events, position, head } = await this.inventory.read(request);
      const last = events.at(-1);
      if (last === undefined || last.position < position || position >= head) return { events, position };
      const { whole } = withoutCutOperation(events);
      return { events: whole, position: whole.at(-1)?.position ?? position };
    } catch (error) {
      // Also when the epoch has changed: the feed will notice and end all sockets.
      if (error instanceof DomainError) return undefined;
      this.log.error({ err: error }, 'a page of the past could not be read');
      return undefined;
    }
  }

  async pause(failures: number): Promise<void> {
    await sleep(Math.min(CATCH_UP.retry.mostMs, CATCH_UP.retry.firstMs * 2 ** failures));
  }
}
