import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Id, ListOf, LocationCode, OneOf, Text, Whole } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { LeadsElsewhere } from './movement.rules';
import { ListOrders, Order, OrderPage } from './order.dto';

/** What a transfer can be: goods are under way, or it is over in one of three ways. */
export const TRANSFER_STATUSES = ['in_transit', 'received', 'closed', 'cancelled'] as const;
export type TransferStatus = (typeof TRANSFER_STATUSES)[number];

/** Pieces of one item. */
export class TransferLine {
  @Id()
  itemId!: string;

  @Whole({ min: 1, example: 12 })
  quantity!: number;
}

/** `POST /transfers`: all lines or none; lines of the same item are summed. */
export class CreateTransfer {
  @LocationCode({ example: MAIN, description: 'Where the goods leave: they must be available there.' })
  from!: string;

  @LeadsElsewhere()
  @LocationCode({ example: 'shop-berlin', description: 'Where they are expected.' })
  to!: string;

  @ListOf(() => TransferLine, { max: LIMITS.linesPerMovement })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => TransferLine)
  lines!: TransferLine[];

  @Text({ max: LIMITS.reference, optional: true, description: 'For example a delivery note.', example: 'van-3/2041' })
  reference?: string;
}

/** `POST /transfers/:id/receive`: without lines, all that is still under way. */
export class ReceiveTransfer {
  @ListOf(() => TransferLine, { max: LIMITS.linesPerMovement, optional: true })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => TransferLine)
  lines?: TransferLine[];
}

/** `POST /transfers/:id/close`. */
export class CloseTransfer {
  @Text({ max: LIMITS.reason, example: 'one carton missing' })
  reason!: string;
}

/** What became of the pieces of one item: quantity = received + returned + missing + open. */
export class TransferredLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: 'integer', description: 'Sent.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', description: 'Arrived.' })
  received!: number;

  @ApiProperty({ type: 'integer', description: 'Brought back by a cancellation.' })
  returned!: number;

  @ApiProperty({ type: 'integer', description: 'Never arrived, and not expected any more.' })
  missing!: number;

  @ApiProperty({ type: 'integer', description: 'Still under way.' })
  open!: number;
}

/** Goods under way from one location to another: gone from the first, `incoming` at the second. */
export class Transfer extends Order {
  @ApiProperty({ enum: TRANSFER_STATUSES, enumName: 'TransferStatus' })
  status!: TransferStatus;

  @ApiProperty({ example: MAIN })
  from!: string;

  @ApiProperty({ example: 'shop-berlin' })
  to!: string;

  @ApiProperty({ type: [TransferredLine] })
  lines!: TransferredLine[];

  @ApiProperty({ type: String, nullable: true, description: 'Why it was closed or cancelled.' })
  reason!: string | null;
}

/** `GET /transfers`, the youngest first. */
export class ListTransfers extends ListOrders {
  @OneOf(TRANSFER_STATUSES, { optional: true })
  status?: TransferStatus;

  @LocationCode({ optional: true, description: 'Goods from there, or on their way there.' })
  location?: string;
}

export class TransferPage extends OrderPage {
  @ApiProperty({ type: [Transfer] })
  data!: Transfer[];
}
