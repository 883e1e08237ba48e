import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Time, WholeQuery } from './fields';
import { PageInfo } from './page.dto';
import { ReportedItem, ReportPage } from './report.dto';

/** A period of the time at which things happened. */
export class AskPeriod extends ReportPage {
  @Time({ optional: true, description: 'What happened at or after this time; without it: 365 days before `to`.' })
  from?: string;

  @Time({ optional: true, description: 'What happened before this time; without it, or in the future: now.' })
  to?: string;
}

/** `GET /reports/turnover`, the items of which most was issued first, by value. */
export class AskTurnover extends AskPeriod {}

/** How stock turned over in a period: of one item, or of all together. */
export class Turnover {
  @ApiProperty({ type: 'integer', example: 28, description: 'Pieces issued, by movement or of a reservation.' })
  issued!: number;

  @ApiProperty({ type: 'integer', example: 40, description: 'Pieces on hand when the period began.' })
  opening!: number;

  @ApiProperty({ type: 'integer', example: 20, description: 'Pieces on hand when it ended.' })
  closing!: number;

  @ApiProperty({ example: 80.5, description: 'Cost of goods issued: issued × unitCost.' })
  issuedValue!: number;

  @ApiProperty({ example: 115 })
  openingValue!: number;

  @ApiProperty({ example: 57.5 })
  closingValue!: number;

  @ApiProperty({ example: 86.25, description: '(openingValue + closingValue) ÷ 2' })
  averageValue!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.9333,
    description: 'issuedValue ÷ averageValue; null where that is not above 0.',
  })
  turnover!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0.9333,
    description: 'The same in pieces: issued ÷ ((opening + closing) ÷ 2).',
  })
  turnoverUnits!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 391.0714,
    description: 'Days of the period ÷ turnover; null where nothing was issued.',
  })
  daysOfInventory!: number | null;
}

/** What a piece of an item is valued at. */
class CostedItem extends ReportedItem {
  @ApiProperty({
    example: 2.875,
    description:
      'What a piece cost on average, of all that came in with a `unitCost` before the end of the period; else the price of the item.',
  })
  unitCost!: number;
}

export class TurnedItem extends IntersectionType(CostedItem, Turnover) {}

export class TotalTurnover extends Turnover {
  @ApiProperty({
    type: 'integer',
    example: 2_780,
    description: 'Items that had stock, or of which something was issued.',
  })
  items!: number;
}

/** What an answer about a period says of itself. */
class Period {
  @ApiProperty({ format: 'date-time', example: '2025-01-05T10:00:00.000Z' })
  from!: string;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T10:00:00.000Z' })
  to!: string;

  @ApiProperty({ type: 'integer', example: 1042, description: 'Of all that was recorded up to this event.' })
  position!: number;

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;
}

export class TurnoverReport extends Period {
  @ApiProperty({ type: [TurnedItem] })
  data!: TurnedItem[];

  @ApiProperty({ type: TotalTurnover, description: 'Of all items, on every page.' })
  total!: TotalTurnover;
}

/** `GET /reports/abc`, the items that most was issued of by value first. */
export class AskClasses extends AskPeriod {
  @WholeQuery({
    min: 1,
    max: 100,
    default: 80,
    description: 'Class A ends where this share of the value is reached, in %.',
  })
  a?: number;

  @WholeQuery({ min: 1, max: 100, default: 95, description: 'Class B ends here; at least `a`.' })
  b?: number;
}

export const ITEM_CLASSES = ['A', 'B', 'C'] as const;
export type ItemClass = (typeof ITEM_CLASSES)[number];

export class ClassedItem extends CostedItem {
  @ApiProperty({ enum: ITEM_CLASSES, enumName: 'ItemClass' })
  class!: ItemClass;

  @ApiProperty({ type: 'integer', example: 28, description: 'Pieces issued in the period.' })
  issued!: number;

  @ApiProperty({ example: 80.5, description: 'issued × unitCost' })
  issuedValue!: number;

  @ApiProperty({ example: 12.5, description: 'Of the value of all items, in %.' })
  share!: number;

  @ApiProperty({ example: 62.5, description: 'Of this item and all before it, in %.' })
  cumulativeShare!: number;
}

export class ClassTotal {
  @ApiProperty({ type: 'integer', example: 312 })
  items!: number;

  @ApiProperty({ type: 'integer', example: 41_250 })
  issued!: number;

  @ApiProperty({ example: 103_511.8 })
  issuedValue!: number;

  @ApiProperty({ example: 79.8, description: 'Of the value of all items, in %.' })
  share!: number;
}

export class ClassTotals {
  @ApiProperty({ type: ClassTotal })
  A!: ClassTotal;

  @ApiProperty({ type: ClassTotal })
  B!: ClassTotal;

  @ApiProperty({ type: ClassTotal })
  C!: ClassTotal;
}

export class ClassReport extends Period {
  @ApiProperty({ type: 'integer', example: 80 })
  a!: number;

  @ApiProperty({ type: 'integer', example: 95 })
  b!: number;

  @ApiProperty({ type: [ClassedItem] })
  data!: ClassedItem[];

  @ApiProperty({ type: ClassTotals, description: 'Of all items, on every page.' })
  classes!: ClassTotals;
}

/** `GET /reports/dead-stock`, what is worth most first. */
export class AskDeadStock extends ReportPage {
  @Time({ optional: true, description: 'Items of which nothing was issued at or after this time; instead of `days`.' })
  since?: string;

  @WholeQuery({ min: 1, max: 36_500, default: 90, description: 'The same, by days until now.' })
  days?: number;
}

export class DeadItem extends CostedItem {
  @ApiProperty({ type: 'integer', example: 14, description: 'On hand, over all locations.' })
  quantity!: number;

  @ApiProperty({ example: 40.25, description: 'quantity × unitCost' })
  value!: number;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When something was last issued.' })
  lastIssuedAt!: string | null;

  @ApiProperty({ format: 'date-time', description: 'When its stock last changed in any way.' })
  lastMovedAt!: string;
}

export class DeadTotal {
  @ApiProperty({ type: 'integer', example: 212 })
  items!: number;

  @ApiProperty({ type: 'integer', example: 3_904 })
  quantity!: number;

  @ApiProperty({ example: 9_120.4 })
  value!: number;
}

export class DeadStock {
  @ApiProperty({ format: 'date-time', example: '2025-10-07T10:00:00.000Z' })
  since!: string;

  @ApiProperty({ type: 'integer', example: 1042, description: 'Exactly the state after this event.' })
  position!: number;

  @ApiProperty({ type: [DeadItem] })
  data!: DeadItem[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: DeadTotal, description: 'Of all such items, on every page.' })
  total!: DeadTotal;
}
