import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { EventActor } from './event.dto';
import { Choice, Ids, LocationCode, ObjectOf, OneOf, Text, WholeQuery } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { PageInfo } from './page.dto';
import type { Actor } from './roles';

/** What a stocktake can be: the last two are final. */
export const STOCKTAKE_STATUSES = ['open', 'approved', 'cancelled'] as const;
export type StocktakeStatus = (typeof STOCKTAKE_STATUSES)[number];

/** Which items of a location are to be counted: those that all of these let through. */
export class StocktakeFilter {
  @Text({ max: LIMITS.category, optional: true, example: 'decoration' })
  category?: string;

  @Text({ max: LIMITS.tag, optional: true })
  tag?: string;

  @Text({ max: LIMITS.search, optional: true, description: 'As in the item list.' })
  q?: string;

  @Ids({
    maxItems: LIMITS.stocktakeLines,
    optional: true,
    description: 'Exactly these items, also those of which nothing is there; each must exist.',
  })
  itemIds?: string[];
}

/** `POST /stocktakes`. */
export class OpenStocktake {
  @LocationCode({ example: MAIN })
  location!: string;

  @ObjectOf(() => StocktakeFilter, { optional: true, description: 'Without it, everything that is on hand there.' })
  @ValidateNested({ message: 'must be an object' })
  @Type(() => StocktakeFilter)
  filter?: StocktakeFilter;

  @Choice({
    description: 'Also items of which nothing is on hand there, so that the sheet is that of the whole assortment.',
    default: false,
  })
  includeZero?: boolean;

  @Text({ max: LIMITS.note, lines: true, optional: true, example: 'Aisle 3, left side' })
  note?: string;
}

/** `POST /stocktakes/:id/approve`. */
export class ApproveStocktake {
  @OneOf(['ignore', 'zero'], {
    optional: true,
    default: 'ignore',
    description: 'What becomes of lines that nobody has counted: nothing, or they count as none found.',
  })
  uncounted?: 'ignore' | 'zero';

  @Text({ max: LIMITS.reason, optional: true, default: 'stocktake', description: 'On each event.' })
  reason?: string;

  @Choice({ description: 'Where less was counted than is reserved: releases held reservations, youngest first.' })
  releaseHolds?: boolean;
}

/** What an approval came to. */
export class StocktakeApproval {
  @ApiProperty()
  operationId!: string;

  @ApiProperty({ type: 'integer', description: 'Of the first event.' })
  firstPosition!: number;

  @ApiProperty({ type: 'integer', description: 'Of the last event: all in between belong to the operation.' })
  position!: number;

  @ApiProperty({ enum: ['ignore', 'zero'] })
  uncounted!: 'ignore' | 'zero';

  @ApiProperty({ type: 'integer', description: 'Lines that were booked, those without a difference too.' })
  booked!: number;

  @ApiProperty({ type: 'integer', description: 'Lines whose item was deleted meanwhile: there is nothing to book.' })
  gone!: number;
}

/** A count of a location, or of a part of it. */
export class Stocktake {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: STOCKTAKE_STATUSES, enumName: 'StocktakeStatus' })
  status!: StocktakeStatus;

  @ApiProperty({ example: MAIN })
  location!: string;

  @ApiProperty({ type: StocktakeFilter, nullable: true })
  filter!: StocktakeFilter | null;

  @ApiProperty()
  includeZero!: boolean;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;

  @ApiProperty({ type: 'integer', description: 'The expected figures are those of exactly this state of the ledger.' })
  position!: number;

  @ApiProperty({ type: 'integer', description: 'Items to count, those found unexpectedly included.' })
  lines!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, how many were counted.' })
  counted!: number;

  @ApiProperty({ type: 'integer', description: 'Of these, how many differ from the ledger.' })
  variances!: number;

  @ApiProperty({ format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ type: EventActor })
  openedBy!: Actor;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Approved or cancelled.' })
  closedAt!: string | null;

  @ApiProperty({ type: EventActor, nullable: true })
  closedBy!: Actor | null;

  @ApiProperty({ type: StocktakeApproval, nullable: true })
  approval!: StocktakeApproval | null;

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

/** What an approval booked for one line. */
export class BookedLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: String, nullable: true })
  sku!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer' })
  counted!: number;

  @ApiProperty({
    type: 'integer',
    description: 'What was on hand at the moment of the count, as the ledger knows by now.',
  })
  expected!: number;

  @ApiProperty({ type: 'integer', description: 'How on hand changes today.' })
  change!: number;

  @ApiProperty({ type: 'integer', description: 'On hand afterwards.' })
  onHand!: number;

  @ApiProperty({
    description:
      'There was a difference, and the place was counted again since, outside of this stocktake: that count holds.',
  })
  superseded!: boolean;
}

/** The answer to an approval. */
export class ApprovedStocktake {
  @ApiProperty({ type: Stocktake })
  stocktake!: Stocktake;

  @ApiProperty({ type: [BookedLine] })
  lines!: BookedLine[];

  @ApiProperty({ required: false, description: 'True for a dry run: nothing was written.' })
  dryRun?: boolean;
}

/** `GET /stocktakes`, the newest first. */
export class ListStocktakes {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @OneOf(STOCKTAKE_STATUSES, { optional: true })
  status?: StocktakeStatus;

  @LocationCode({ optional: true })
  location?: string;
}

export class StocktakePage {
  @ApiProperty({ type: [Stocktake] })
  data!: Stocktake[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound of what is shown.' })
  position!: number;
}
