import { ApiProperty } from '@nestjs/swagger';
import { OneOf, Text, Time, WholeQuery } from './fields';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';

/** `GET /reports/summary`: all items at one position of the ledger. */
export class Summary {
  @ApiProperty({ type: 'integer', example: 1042, description: 'Exactly the state after this event.' })
  position!: number;

  @ApiProperty({ type: 'integer', example: 2_780 })
  items!: number;

  @ApiProperty({ type: 'integer', example: 58_120, description: 'Pieces on hand.' })
  units!: number;

  @ApiProperty({ example: 174_360.25, description: 'Σ quantity × unitPrice; what it cost is in the valuation.' })
  value!: number;

  @ApiProperty({
    type: 'integer',
    example: 41,
    description: 'Items with available ≤ reorderLevel, those that are out included.',
  })
  low!: number;

  @ApiProperty({ type: 'integer', example: 12, description: 'Items of which nothing is available.' })
  out!: number;
}

/** The paging of a report. */
export class ReportPage {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;
}

/** The item that a row of a report is about. */
export class ReportedItem {
  @ApiProperty({ example: '65a1b2c3d4e5f60718293a4b' })
  itemId!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;

  @ApiProperty({ example: 'White hanging heart' })
  name!: string;
}

/** What should be ordered of one item. */
export class Suggestion extends ReportedItem {
  @ApiProperty({ type: 'integer', example: 2 })
  available!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  incoming!: number;

  @ApiProperty({ type: 'integer', example: 2, description: 'available + incoming' })
  projected!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  reorderLevel!: number;

  @ApiProperty({ type: 'integer', nullable: true, example: 20 })
  reorderQuantity!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 12,
    description: '`attributes.packSize`, where it is a whole number from 1.',
  })
  packSize!: number | null;

  @ApiProperty({ type: 'integer', example: 24, description: 'How many to order: whole packs.' })
  quantity!: number;
}

export class ReorderReport {
  @ApiProperty({ type: [Suggestion] })
  data!: Suggestion[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound: figures may be newer.' })
  position!: number;
}

export const COST_METHODS = ['average', 'fifo'] as const;
export type CostMethod = (typeof COST_METHODS)[number];

/** `GET /reports/valuation`, in the order of the items' ids. */
export class AskValuation extends ReportPage {
  @OneOf(COST_METHODS, {
    optional: true,
    default: 'average',
    description: 'Moving weighted average, or first in first out.',
  })
  method?: CostMethod;

  @Time({
    optional: true,
    description: 'Everything recorded up to and including this time; without it, or in the future: now.',
  })
  asOf?: string;
}

/** What the pieces of one item cost. */
export class Valued extends ReportedItem {
  @ApiProperty({ type: 'integer', example: 10 })
  quantity!: number;

  @ApiProperty({ example: 2.15, description: 'value ÷ quantity, to 4 decimals' })
  unitCost!: number;

  @ApiProperty({ example: 21.5, description: 'To 4 decimals.' })
  value!: number;
}

export class ValuationTotal {
  @ApiProperty({ type: 'integer', example: 2_780, description: 'Items of which something was on hand.' })
  items!: number;

  @ApiProperty({ type: 'integer', example: 58_120 })
  quantity!: number;

  @ApiProperty({ example: 103_511.8 })
  value!: number;
}

export class Valuation {
  @ApiProperty({ enum: COST_METHODS, enumName: 'CostMethod' })
  method!: CostMethod;

  @ApiProperty({ format: 'date-time', example: '2026-01-05T10:00:00.000Z' })
  asOf!: string;

  @ApiProperty({ type: 'integer', example: 1042, description: 'Exactly the state after this event.' })
  position!: number;

  @ApiProperty({ type: [Valued], description: 'Items of which something was on hand.' })
  data!: Valued[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: ValuationTotal, nullable: true, description: 'On the first page; null on the others.' })
  total!: ValuationTotal | null;
}
