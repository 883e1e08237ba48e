import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Choice, Id, ListOf, LocationCode, OneOf, Price, Text, Time, Whole } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { ListOrders, Order, OrderPage } from './order.dto';

/** What an expectation can be: goods are still to come, or it is over. */
export const EXPECTATION_STATUSES = ['open', 'received', 'cancelled'] as const;
export type ExpectationStatus = (typeof EXPECTATION_STATUSES)[number];

/** Pieces of one item for one location. */
export class ExpectationLine {
  @Id()
  itemId!: string;

  @Whole({ min: 1, example: 48 })
  quantity!: number;

  @LocationCode({ optional: true, default: MAIN })
  location?: string;

  @Price({ optional: true, description: 'Cost of a piece.', example: 1.85 })
  unitCost?: number;
}

/** `POST /expectations`: all lines or none; lines of the same item and location are summed, and have one cost. */
export class CreateExpectation {
  @ListOf(() => ExpectationLine, { max: LIMITS.linesPerMovement })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => ExpectationLine)
  lines!: ExpectationLine[];

  @Time({ optional: true, description: 'When the goods should be here.' })
  expectedAt?: string;

  @Text({ max: LIMITS.name, optional: true, example: 'Hearts & Co' })
  supplier?: string;

  @Text({ max: LIMITS.reference, optional: true, description: 'For example a purchase order.', example: 'PO-2041' })
  reference?: string;
}

/** `POST /expectations/:id/receive`: without lines, all that is still to come. */
export class ReceiveExpectation {
  @ListOf(() => ExpectationLine, { max: LIMITS.linesPerMovement, optional: true })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => ExpectationLine)
  lines?: ExpectationLine[];

  @Choice({ description: 'Takes in more than is still to come, too; without it, that is refused.' })
  acceptMore?: boolean;
}

/** What became of the pieces of one item for one location. */
export class ExpectedLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ example: MAIN })
  location!: string;

  @ApiProperty({ type: 'integer', description: 'Ordered.' })
  quantity!: number;

  @ApiProperty({ type: 'integer', description: 'Arrived; more than `quantity` when more was delivered and taken in.' })
  received!: number;

  @ApiProperty({ type: 'integer', description: 'Not expected any more.' })
  cancelled!: number;

  @ApiProperty({ type: 'integer', description: 'Still to come: `incoming` of the item at the location.' })
  open!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'Cost of a piece, as ordered.' })
  unitCost!: number | null;
}

/** Goods ordered from outside, which are `incoming` until they arrive. */
export class Expectation extends Order {
  @ApiProperty({ enum: EXPECTATION_STATUSES, enumName: 'ExpectationStatus' })
  status!: ExpectationStatus;

  @ApiProperty({ type: [ExpectedLine] })
  lines!: ExpectedLine[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expectedAt!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Hearts & Co' })
  supplier!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was cancelled.' })
  reason!: string | null;
}

/** `GET /expectations`, the youngest first. */
export class ListExpectations extends ListOrders {
  @OneOf(EXPECTATION_STATUSES, { optional: true })
  status?: ExpectationStatus;

  @LocationCode({ optional: true, description: 'Goods for there.' })
  location?: string;
}

export class ExpectationPage extends OrderPage {
  @ApiProperty({ type: [Expectation] })
  data!: Expectation[];
}
