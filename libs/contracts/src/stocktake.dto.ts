import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { EventActor } from './event.dto';
import { Choice, Code, Flag, Id, Ids, ListOf, LocationCode, ObjectOf, OneOf, Text, Whole, WholeQuery } from './fields';
import { MAIN } from './item.dto';
import { LIMITS } from './limits';
import { IsOnlyTarget, namesNoItem } from './movement.rules';
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

/** `set`: this many are there. `add`: so many more, as when scanning piece by piece; less than 0 takes back. `clear`: not counted. */
export const COUNT_MODES = ['set', 'add', 'clear'] as const;
export type CountMode = (typeof COUNT_MODES)[number];

/** Whether an entry must say how many. */
function counts({ mode }: Record<string, unknown>): boolean {
  return mode !== 'clear';
}

/** One count. Exactly one of itemId, sku and barcode names the item. */
export class CountEntry {
  @Id({ requiredWhen: namesNoItem })
  itemId?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.sku, optional: true })
  sku?: string;

  @IsOnlyTarget()
  @Code({ max: LIMITS.barcode, optional: true })
  barcode?: string;

  @Whole({ requiredWhen: counts, description: 'What is there, or for `add` how many more.', example: 12 })
  quantity?: number;

  @OneOf(COUNT_MODES, {
    optional: true,
    default: 'set',
    description:
      '`set`: this many are there. `add`: so many more were found (less than 0 takes back). `clear`: as if not counted.',
  })
  mode?: CountMode;
}

/** `POST /stocktakes/:id/counts`: all or none. */
export class EnterCounts {
  @ListOf(() => CountEntry, { max: LIMITS.countsPerRequest })
  @ValidateNested({ each: true, message: 'must be an object' })
  @Type(() => CountEntry)
  counts!: CountEntry[];
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

/** An item of a stocktake. */
export class StocktakeLine {
  @ApiProperty()
  itemId!: string;

  @ApiProperty({ type: String, nullable: true, example: '85123A' })
  sku!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer', description: 'On hand when the stocktake was opened; unexpected: when first counted.' })
  expected!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null: not counted yet.' })
  counted!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'What the ledger had on hand when it was counted.' })
  onHand!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'counted − onHand: what an approval books.' })
  variance!: number | null;

  @ApiProperty({ description: 'Was not on the sheet: somebody found it there.' })
  unexpected!: boolean;

  @ApiProperty({
    description: 'Stock of it moved between two counts that were added up: count it again, at once, with `set`.',
  })
  moved!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'State of the ledger when it was counted.' })
  position!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  countedAt!: string | null;

  @ApiProperty({ type: EventActor, nullable: true })
  countedBy!: Actor | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When it was last counted there before this stocktake; null: never.',
  })
  lastCountedAt!: string | null;
}

/** The answer to counts. */
export class CountResult {
  @ApiProperty({ type: Stocktake, description: 'As it is with these counts.' })
  stocktake!: Stocktake;

  @ApiProperty({ type: 'integer', description: 'State of the ledger that they are compared with.' })
  position!: number;

  @ApiProperty({ type: [StocktakeLine], description: 'Each line touched, once; of those that were cleared, as they are.' })
  lines!: StocktakeLine[];

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

  @ApiProperty({ description: 'The place was counted again since, outside of this stocktake: that count holds.' })
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

export const LINE_STATES = ['uncounted', 'counted', 'variance'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** `GET /stocktakes/:id/lines`, by name. */
export class ListStocktakeLines {
  @WholeQuery({ min: 1, max: LIMITS.pageSize, default: LIMITS.pageSizeDefault })
  limit?: number;

  @Text({ max: LIMITS.cursor, optional: true, description: '`page.nextCursor` of the page before.' })
  cursor?: string;

  @OneOf(LINE_STATES, { optional: true, description: '`counted`: with and without a variance.' })
  state?: LineState;
}

export class StocktakeLinePage {
  @ApiProperty({ type: [StocktakeLine] })
  data!: StocktakeLine[];

  @ApiProperty({ type: PageInfo })
  page!: PageInfo;

  @ApiProperty({ type: 'integer', description: 'A lower bound of what is shown.' })
  position!: number;
}

/** `POST /stocktakes/:id/counts.csv`. */
export class CountFileQuery {
  @Flag({ description: 'Checks the whole file and answers 200 with what is wrong in it; nothing is counted.' })
  dryRun?: boolean;

  @OneOf(['set', 'add'], { optional: true, default: 'set', description: 'What the rows say, as in `counts`.' })
  mode?: 'set' | 'add';

  @Text({
    max: LIMITS.importMap,
    optional: true,
    description: 'As for imports: `<column>:<field>`, separated by commas, or a JSON object.',
    example: 'Artikel:sku,Menge:quantity',
  })
  map?: string;
}
