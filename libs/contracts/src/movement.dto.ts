import { ApiProperty, PickType, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { LedgerEvent } from './event.dto';
import type { Problem } from './errors';
import { Choice, Code, Flag, Id, ListOf, LocationCode, OneOf, Price, Text, Time, Whole, WholeQuery } from './fields';
import { Figures, MAIN } from './item.dto';
import { LIMITS } from './limits';
import {
  IsForCount,
  IsLineQuantity,
  IsOnlyTarget,
  IsOtherPlace,
  namesNoItem,
  needsReason,
  transfers,
} from './movement.rules';
import { PageBothWays } from './page.dto';

/**
 * What a movement does to the stock on hand: +, +, −, −, ±, = quantity, − here and + there. The last two leave it, and move
 * pieces between available and unavailable.
 */
export const MOVEMENT_TYPES = [
  'receive',
  'return',
  'issue',
  'write_off',
  'adjust',
  'count',
  'transfer',
  'set_aside',
  'put_back',
] as const;
export type MovementType = (typeof MOVEMENT_TYPES)[number];

/** One line of a movement. Exactly one of itemId, sku and barcode names the item. */
export class Line {
  @Id({ requiredWhen: namesNoItem })
  itemId?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.sku, optional: true })
  sku?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.barcode, optional: true })
  barcode?: string;

  @OneOf(MOVEMENT_TYPES)
  type!: MovementType;

  @IsLineQuantity()
  @Whole({ description: 'Pieces: at least 1; `adjust`: not 0; `count`: what is there, 0 or more.', example: 3 })
  quantity!: number;

  @LocationCode({ optional: true, default: MAIN, description: 'Where the pieces are; for a transfer, where from.' })
  location?: string;

  @IsOtherPlace()
  @LocationCode({ requiredWhen: transfers, description: 'For a transfer: where to.', example: 'shop-berlin' })
  toLocation?: string;

  @Price({ optional: true, description: 'Cost of a piece, for the valuation.' })
  unitCost?: number;

  @Whole({
    min: 0,
    optional: true,
    description: 'Compare-and-set: refused with `stale-quantity` unless this many are on hand at `location`.',
  })
  changeFrom?: number;

  @IsForCount()
  @Choice({
    description:
      'For a count below what is reserved: releases held reservations of the item there, youngest first, in the same operation.',
  })
  releaseHolds?: boolean;
}

/** Why a movement happened. */
export class Circumstances {
  @Text({
    max: LIMITS.reason,
    requiredWhen: needsReason,
    example: 'sale',
    description: 'Required for `adjust`, `set_aside` and `put_back`.',
  })
  reason?: string;

  @Text({ max: LIMITS.reference, optional: true, description: 'For example an invoice number.', example: '536365' })
  reference?: string;

  @Text({ max: LIMITS.note, lines: true, optional: true })
  note?: string;

  @Time({ optional: true, description: 'When it happened, if not now. A time in the future means now.' })
  effectiveAt?: string;
}

/** `POST /movements`: all lines or none. */
export class CreateMovement extends Circumstances {
  @ListOf(() => Line, { max: LIMITS.linesPerMovement })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => Line)
  lines!: Line[];
}

/** `POST /items/:id/movements`: one line, flat, of the item in the path. */
export class MoveItem extends IntersectionType(
  PickType(Line, ['type', 'quantity', 'location', 'toLocation', 'unitCost', 'changeFrom', 'releaseHolds'] as const),
  Circumstances,
) {}

/** One row of a batch: one line, flat. */
export class MovementRow extends IntersectionType(Line, Circumstances) {}

/** `POST /movements/batch`: each row on its own. Rows are validated one by one, so a bad row is only its own refusal. */
export class MovementBatch {
  @ListOf(() => MovementRow, { max: LIMITS.rowsPerBatch })
  rows!: unknown[];
}

/** `POST /movements/:position/reverse`. */
export class ReverseMovement {
  @Text({ max: LIMITS.reason, example: 'wrong item scanned' })
  reason!: string;
}

export class MovementResult {
  @ApiProperty()
  operationId!: string;

  @ApiProperty({ type: 'integer', description: 'Of the last event.' })
  position!: number;

  @ApiProperty({ type: [LedgerEvent] })
  events!: LedgerEvent[];

  @ApiProperty({ type: [Figures], description: 'Each item touched, once, as it was after the operation.' })
  items!: Figures[];

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

/** What became of one row of a batch. */
export class RowResult {
  @ApiProperty({ type: 'integer', description: 'From 0, as in the request.' })
  row!: number;

  @ApiProperty({ enum: ['applied', 'rejected'] })
  status!: 'applied' | 'rejected';

  @ApiProperty({ required: false })
  operationId?: string;

  @ApiProperty({ type: 'integer', required: false })
  position?: number;

  @ApiProperty({ type: Figures, required: false })
  item?: Figures;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    description: 'Problem details of a rejected row.',
  })
  problem?: Problem;
}

export class BatchResult {
  @ApiProperty({ type: [RowResult] })
  results!: RowResult[];

  @ApiProperty({ required: false })
  dryRun?: boolean;
}

/** `GET /movements`, `GET /items/:id/movements`. */
export class ListMovements {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({
    max: LIMITS.cursor,
    optional: true,
    description: '`nextCursor` or `prevCursor` of a page, with the same filters and order.',
  })
  cursor?: string;

  @OneOf(['asc', 'desc'], { optional: true, default: 'desc', description: 'By position.' })
  order?: 'asc' | 'desc';

  @Id({ optional: true })
  itemId?: string;

  @Text({ max: 40, optional: true, description: 'A movement (`issue`, `transfer`) or an event type (`stock.issued`).' })
  type?: string;

  @LocationCode({ optional: true })
  location?: string;

  @Text({ max: LIMITS.reference, optional: true, description: 'The id or the name of who did it.' })
  actor?: string;

  @Text({ max: LIMITS.reason, optional: true })
  reason?: string;

  @Text({ max: LIMITS.reference, optional: true })
  reference?: string;

  @Time({ optional: true, description: 'Recorded at or after.' })
  from?: string;

  @Time({ optional: true, description: 'Recorded before.' })
  to?: string;
}

export class MovementPage {
  @ApiProperty({ type: [LedgerEvent] })
  data!: LedgerEvent[];

  @ApiProperty({ type: PageBothWays })
  page!: PageBothWays;

  @ApiProperty({ type: 'integer' })
  position!: number;
}

/** `?dryRun=true` on any write. */
export class WriteQuery {
  @Flag({ description: 'Decides as for real and answers 200 with `dryRun: true`, but writes nothing.' })
  dryRun?: boolean;
}

/** The query of a route that takes none: an unknown key is a mistake, not something to pass over. */
export class NoQuery {}
