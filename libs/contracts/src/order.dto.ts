import { ApiProperty } from '@nestjs/swagger';
import { EventActor } from './event.dto';
import { Id, Text, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';
import type { Actor } from './roles';

/** What reservations, transfers and expectations have in common: each is what several events on items belong to. */
export class Order {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'PO-2041' })
  reference!: string | null;

  @ApiProperty({ type: EventActor, description: 'Who made it.' })
  actor!: Actor;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;

  @ApiProperty({ type: 'integer', description: 'Position in the ledger of its last event.' })
  position!: number;

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

/** Lists of orders, the youngest first. */
export class ListOrders {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @Id({ optional: true })
  itemId?: string;
}

/** What pages of orders have beside their data. */
export class OrderPage {
  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound: what is shown may be newer.' })
  position!: number;
}

/** Why what is still open ends. */
export class EndOrder {
  @Text({ max: LIMITS.reason, optional: true, example: 'ordered by mistake' })
  reason?: string;
}
